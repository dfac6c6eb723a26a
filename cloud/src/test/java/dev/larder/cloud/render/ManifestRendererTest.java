package dev.larder.cloud.render;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.larder.cloud.configuration.ConfigurationReader;
import dev.larder.cloud.release.Release;
import dev.larder.common.id.ModuleId;
import dev.larder.common.id.Name;
import dev.larder.common.json.Json;
import dev.larder.common.manifest.AgentDesiredReader;
import dev.larder.common.manifest.Deployment;
import dev.larder.common.manifest.TargetCondition;
import dev.larder.common.problem.Checked;
import dev.larder.common.problem.Problem;
import dev.larder.common.schedule.Offer;
import dev.larder.common.schedule.Version;
import dev.larder.common.settings.CacheDesired;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class ManifestRendererTest {
  private static final Instant NOW = Instant.parse("2026-11-23T20:00:00Z");
  private static final Release RELEASE =
      new Release(
          Version.of("1.0.0"),
          new Release.Images("r:5000/agent:1.0.0", "r:5000/hub:1.0.0", "r:5000/cache:1.0.0"),
          NOW,
          NOW,
          NOW);
  private static final Offer NEWER = new Offer(Version.of("1.1.0"), NOW, NOW);

  private final ManifestRenderer renderer = new ManifestRenderer(new Template(base()));

  private static JsonNode base() {
    try (var stream = ManifestRendererTest.class.getResourceAsStream("/manifests/base.json")) {
      return Json.mapper().readTree(Objects.requireNonNull(stream));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static JsonNode json(String text) {
    try {
      return Json.mapper().readTree(text.replace('\'', '"'));
    } catch (IOException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static NodeInput node(Map<String, String> tags) {
    var configuration =
        ConfigurationReader.read(
                json(
                    """
                    {'cacheDrives': [{'physicalPath': '/srv/one', 'sizeInGb': 100},
                                     {'physicalPath': '/srv/two', 'sizeInGb': 200}],
                     'httpPort': 8081, 'summaryPort': 5001,
                     'proxy': {'enabled': false, 'host': 'proxy', 'port': 3128}}
                    """),
                false)
            .orThrow();
    return new NodeInput(configuration, tags, RELEASE, List.of(NEWER));
  }

  private static Layer layer(String name, int priority, String target, String content) {
    return new Layer(
        Name.of(name),
        TargetCondition.parse(target, "").orThrow(),
        priority,
        Deployment.read(json("{'modulesContent': " + content + "}")).orThrow());
  }

  private Rendered rendered(List<Layer> layers) {
    return renderer.render(node(Map.of("site", "lab")), layers).orThrow();
  }

  @Test
  void theBaseIsFilledWithTheNodesConfiguration() {
    var rendered = rendered(List.of());
    var desired = AgentDesiredReader.read(rendered.agentDesired(), "").orThrow();
    var cache = Objects.requireNonNull(desired.modules().get(ModuleId.CACHE));
    assertThat(cache.image()).isEqualTo("r:5000/cache:1.0.0");
    var host = cache.createOptions().path("HostConfig");
    assertThat(host.path("Binds"))
        .isEqualTo(
            json("['/srv/one/larder:/cache/1', '/srv/two/larder:/cache/2', 'cache-data:/data']"));
    assertThat(host.at("/PortBindings/8080~1tcp/0/HostPort").asText()).isEqualTo("8081");
    assertThat(rendered.agentDesired().at("/modules/cache/settings/createOptions").isTextual())
        .isTrue();
  }

  @Test
  void theHttpsPortIsPublishedWhenTlsIsOn() {
    assertThat(bindings(rendered(List.of())).has("8443/tcp")).isFalse();
    var on = node(Map.of()).configuration().write().put("tls", true).put("httpsPort", 4443);
    var configuration = ConfigurationReader.read(on, false).orThrow();
    var input = new NodeInput(configuration, Map.of(), RELEASE, List.of(NEWER));
    var published = bindings(renderer.render(input, List.of()).orThrow());
    assertThat(published.at("/8443~1tcp/0/HostPort").asText()).isEqualTo("4443");
  }

  @Test
  void theHubsPortsArePublishedByLayersAlone() throws IOException {
    assertThat(hubBindings(rendered(List.of())).isMissingNode()).isTrue();
    var published =
        hubBindings(rendered(List.of(shipped("hub-on-the-lan"), shipped("hub-metrics"))));
    assertThat(published)
        .isEqualTo(
            json(
                """
                {'443/tcp': [{'HostPort': '443'}], '8883/tcp': [{'HostPort': '8883'}],
                 '9600/tcp': [{'HostIp': '127.0.0.1', 'HostPort': '9600'}]}
                """));
  }

  /** A layer of {@code deployment-manifests/layers}, for every node. */
  private static Layer shipped(String name) throws IOException {
    var file = Path.of("..", "deployment-manifests", "layers", name + ".json");
    var layer = Json.mapper().readTree(Files.readAllBytes(file));
    return new Layer(
        Name.of(name),
        TargetCondition.parse("*", "").orThrow(),
        layer.path("priority").asInt(),
        Deployment.read(layer.path("content")).orThrow());
  }

  private static JsonNode hubBindings(Rendered rendered) {
    var desired = AgentDesiredReader.read(rendered.agentDesired(), "").orThrow();
    return desired.hub().orElseThrow().createOptions().at("/HostConfig/PortBindings");
  }

  private static JsonNode bindings(Rendered rendered) {
    var desired = AgentDesiredReader.read(rendered.agentDesired(), "").orThrow();
    var cache = Objects.requireNonNull(desired.modules().get(ModuleId.CACHE));
    return cache.createOptions().at("/HostConfig/PortBindings");
  }

  @Test
  void theCachesTwinIsOneItCanRead() {
    var twin = Objects.requireNonNull(rendered(List.of()).twins().get("cache"));
    var read = CacheDesired.read(twin).orThrow();
    assertThat(read.drives())
        .containsExactly(
            new CacheDesired.Drive("/cache/1", "/srv/one", 100_000_000_000L),
            new CacheDesired.Drive("/cache/2", "/srv/two", 200_000_000_000L));
    assertThat(read.proxy()).isEmpty();
    assertThat(read.updates().current()).isEqualTo(Version.of("1.0.0"));
    assertThat(read.updates().offers()).containsExactly(NEWER);
  }

  @Test
  void theHighestPriorityHasTheLastWordAndOthersNodesLayersNone() {
    var path =
        "{'$edgeHub': {'properties.desired.routes.r': 'FROM /messages/modules/%s/* INTO $upstream'}}";
    var rendered =
        rendered(
            List.of(
                layer("high", 9, "*", path.formatted("high")),
                layer("low", 1, "tags.site = 'lab'", path.formatted("low")),
                layer("other", 99, "tags.site = 'shop'", path.formatted("other"))));
    assertThat(Objects.requireNonNull(rendered.twins().get("$edgeHub")).at("/routes/r").asText())
        .contains("/modules/high/");
  }

  @Test
  void aModuleWithoutPropertiesHasAnEmptyTwin() {
    var rendered =
        rendered(
            List.of(
                layer(
                    "web",
                    1,
                    "*",
                    "{'$edgeAgent': {'properties.desired.modules.web':"
                        + " {'type': 'docker', 'settings': {'image': 'web:1'}}}}")));
    assertThat(rendered.twins()).containsEntry("web", Json.object());
    assertThat(rendered.document().at("/modulesContent/web/properties.desired").isObject())
        .isTrue();
  }

  @Test
  void everyProblemOfALayerIsNamed() {
    var bad =
        layer(
            "bad",
            1,
            "*",
            """
            {'$edgeAgent': {'properties.desired.modules.web':
                 {'type': 'podman', 'settings': {'image': 'No Image'}}},
             '$edgeHub': {'properties.desired.routes.r': 'FROM nowhere'},
             'cache': {'properties.desired.trafficEvery': 'often'},
             'bad id': {'properties.desired': {}}}
            """);
    var problems =
        switch (renderer.render(node(Map.of()), List.of(bad))) {
          case Checked.Valid<Rendered> _ -> List.<Problem>of();
          case Checked.Invalid<Rendered>(var found) -> found;
        };
    assertThat(problems)
        .extracting(Problem::path)
        .containsExactlyInAnyOrder(
            "modulesContent.$edgeAgent.properties.desired.modules.web.type",
            "modulesContent.$edgeAgent.properties.desired.modules.web.settings.image",
            "modulesContent.$edgeHub.properties.desired.routes.r",
            "modulesContent.cache.properties.desired.trafficEvery",
            "modulesContent.bad id");
  }

  @Test
  void equalInputsRenderEqualBytes() {
    assertThat(Json.writeBytes(rendered(List.of()).document()))
        .isEqualTo(Json.writeBytes(rendered(List.of()).document()));
  }

  @Test
  void aPlaceholderIsAValueAloneAndATextInsideOne() {
    var filled =
        (ObjectNode)
            new Template(json("{'alone': '${n}', 'inside': 'port ${n}!'}"))
                .fill(Map.of("n", json("80")));
    assertThat(filled).isEqualTo(json("{'alone': 80, 'inside': 'port 80!'}"));
    assertThatThrownBy(() -> new Template(json("'${unknown}'")).fill(Map.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("${unknown}");
  }
}
