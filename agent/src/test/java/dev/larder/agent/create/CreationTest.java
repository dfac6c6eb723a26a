package dev.larder.agent.create;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.larder.agent.TestDesired;
import dev.larder.agent.node.NodeNames;
import dev.larder.agent.plan.DesiredModule;
import dev.larder.agent.plan.Slot;
import dev.larder.common.id.CacheNodeId;
import dev.larder.common.id.ModuleId;
import dev.larder.common.json.Json;
import dev.larder.common.manifest.AgentDesiredReader;
import dev.larder.common.manifest.ImagePullPolicy;
import dev.larder.common.manifest.ModuleSpec;
import dev.larder.common.manifest.ModuleStatus;
import dev.larder.common.manifest.ModuleUpdate;
import dev.larder.common.manifest.RestartPolicy;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CreationTest {
  private static final NodeContext NODE =
      new NodeContext(
          new NodeNames("larder"),
          CacheNodeId.of("2f1f6bd4-2b3a-4f61-8f55-6f2f6b1f9a01"),
          "/var/lib/larder/identity");

  private static ModuleSpec spec(String id, String createOptions, Map<String, String> env)
      throws Exception {
    return new ModuleSpec(
        ModuleId.of(id),
        "larder-" + id + ":1",
        (ObjectNode) Json.mapper().readTree(createOptions),
        env,
        ModuleStatus.RUNNING,
        RestartPolicy.ALWAYS,
        ImagePullPolicy.ON_CREATE,
        1,
        "",
        ModuleUpdate.DEFAULT,
        Map.of());
  }

  private static CreateRequest request(String createOptions) throws Exception {
    return Creation.request(spec("cache", createOptions, Map.of()), NODE);
  }

  private static List<String> texts(JsonNode array) {
    return array.valueStream().map(JsonNode::asText).toList();
  }

  @Test
  void keepsWhatWasWrittenAndAddsWhatMakesItTheNodes() throws Exception {
    var body =
        Creation.request(
                spec(
                    "edgeHub",
                    """
                    {"Env": ["A=1", "B=2"], "User": "7",
                     "HostConfig": {"Memory": 1000, "DeviceRequests": [{"Count": -1}]}}
                    """,
                    Map.of("B", "3")),
                NODE)
            .body();
    assertThat(texts(body.path("Env")))
        .contains("A=1", "B=3", "IOTEDGE_MODULEID=edgeHub", "IOTEDGE_GATEWAYHOSTNAME=hub")
        .doesNotContain("B=2");
    assertThat(body.path("User").asText()).isEqualTo("7");
    assertThat(body.at("/HostConfig/Memory").asInt()).isEqualTo(1000);
    assertThat(body.at("/HostConfig/DeviceRequests/0/Count").asInt()).isEqualTo(-1);
    assertThat(body.at("/HostConfig/RestartPolicy/Name").asText()).isEqualTo("no");
    assertThat(body.at("/HostConfig/LogConfig/Config/max-size").asText()).isEqualTo("10m");
    assertThat(body.at("/HostConfig/NetworkMode").asText()).isEqualTo("larder");
    assertThat(texts(body.at("/NetworkingConfig/EndpointsConfig/larder/Aliases")))
        .containsExactly("hub");
    assertThat(body.at("/HostConfig/Mounts").toString())
        .contains("/var/lib/larder/identity/edgeHub", "/run/larder");
    assertThat(body.path("Labels").path(NodeNames.LABEL_MODULE).asText()).isEqualTo("edgeHub");
  }

  @Test
  void variablesTakeThePlaceOfThoseOfTheSameName() throws Exception {
    var body =
        request("{\"Env\": [\"A=1=1\", \"B\", \"C=3\"]}")
            .withEnvironment(Map.of("A", "2", "B", "2"))
            .body();
    assertThat(texts(body.path("Env")))
        .contains("A=2", "B=2", "C=3", "IOTEDGE_MODULEID=cache")
        .doesNotContain("A=1=1", "B");
  }

  @Test
  void makesMountsOfBindsAndPrefixesVolumes() throws Exception {
    var request =
        request(
            """
            {"HostConfig": {"Binds": ["/disk/larder:/cache/1", "/etc/x:/x:ro,rslave", "data:/data"],
              "Mounts": [{"Type": "volume", "Source": "more", "Target": "/more"}]}}
            """);
    var host = request.body().path("HostConfig");
    assertThat(host.has("Binds")).isFalse();
    assertThat(request.volumes()).containsExactly("larder-more", "larder-data");
    assertThat(host.path("Mounts").toString())
        .contains(
            "{\"Type\":\"bind\",\"Source\":\"/disk/larder\",\"Target\":\"/cache/1\",\"ReadOnly\":false}",
            "\"Source\":\"/etc/x\",\"Target\":\"/x\",\"ReadOnly\":true,\"BindOptions\":{\"Propagation\":\"rslave\"}",
            "{\"Type\":\"volume\",\"Source\":\"larder-data\",\"Target\":\"/data\",\"ReadOnly\":false}");
  }

  @Test
  void aReadOnlyFolderIsMountedByItselfAloneUnlessMoreIsAskedFor() throws Exception {
    var mounts =
        request(
                """
                {"HostConfig": {"Binds": ["/a:/a:ro", "/b:/b", "/c:/c:rslave,ro"],
                  "Mounts": [{"Type": "bind", "Source": "/d", "ReadOnly": true, "BindOptions": null},
                    {"Type": "bind", "Source": "/e", "ReadOnly": true, "BindOptions": {"NonRecursive": false}},
                    {"Type": "volume", "Source": "f", "ReadOnly": true}]}}
                """)
            .body()
            .at("/HostConfig/Mounts");
    assertThat(
            mounts
                .valueStream()
                .filter(mount -> mount.at("/BindOptions/NonRecursive").asBoolean())
                .map(mount -> mount.path("Source").asText()))
        .containsExactly("/d", "/a");
  }

  @Test
  void knowsWhichContainersItRefersTo() throws Exception {
    assertThat(
            request(
                    """
                    {"hostConfig": {"networkMode": "container:a", "PidMode": "container:b", "IpcMode": "host",
                      "VolumesFrom": ["c:ro", "d"], "Links": ["e:alias"]},
                     "NetworkingConfig": {"EndpointsConfig": {"lan": {"links": ["f:x"], "Aliases": ["g"]}}}}
                    """)
                .containers())
        .containsExactly("a", "b", "c", "d", "e", "f");
    assertThat(request("{}").containers()).isEmpty();
  }

  @Test
  void readsNamesInAnyCaseAndNotesUnknownOnes() throws Exception {
    var request = request("{\"hostConfig\": {\"networkMode\": \"host\", \"Colour\": 1}}");
    assertThat(request.body().at("/HostConfig/NetworkMode").asText()).isEqualTo("host");
    assertThat(request.body().has("NetworkingConfig")).isFalse();
    assertThat(request.notes())
        .containsExactly("createOptions.HostConfig.Colour is not known to the engine");
  }

  @Test
  void hashesWhatAContainerIsMadeFromInAnyOrder() throws Exception {
    var one = spec("cache", "{\"User\":\"1\",\"Tty\":true}", Map.of("A", "1"));
    var same = spec("cache", "{\"Tty\":true,\"User\":\"1\"}", Map.of("A", "1"));
    var other = spec("cache", "{\"Tty\":true,\"User\":\"1\"}", Map.of("A", "2"));
    assertThat(Spec.hash(one)).isEqualTo(Spec.hash(same)).hasSize(64);
    assertThat(Spec.hash(other)).isNotEqualTo(Spec.hash(one));
  }

  @Test
  void numbersAndFlagsBecomeTextsWhereTheEngineTakesTextsAlone() throws Exception {
    var body =
        request(
                """
                {"Labels": {"site": 7},
                 "HostConfig": {"PortBindings": {"1/tcp": [{"HostPort": 5671}]}, "Memory": 1000,
                   "logConfig": {"Type": "json-file", "config": {"compress": true, "max-file": 7}}}}
                """)
            .body();
    assertThat(body.at("/Labels/site")).isEqualTo(TextNode.valueOf("7"));
    assertThat(body.at("/HostConfig/PortBindings/1~1tcp/0/HostPort"))
        .isEqualTo(TextNode.valueOf("5671"));
    assertThat(body.at("/HostConfig/LogConfig/config/compress"))
        .isEqualTo(TextNode.valueOf("true"));
    assertThat(body.at("/HostConfig/LogConfig/config/max-file")).isEqualTo(TextNode.valueOf("7"));
    assertThat(body.at("/HostConfig/Memory").isNumber()).isTrue();
  }

  @Test
  void whenAnUpdateMayBeginMakesNoOtherContainer() throws Exception {
    var desired = TestDesired.desired();
    TestDesired.module(desired, "cache", "larder-cache:1");
    var before = AgentDesiredReader.read(desired, "").orThrow();
    ((ObjectNode) desired.at("/modules/cache"))
        .putObject("applyWhen")
        .putObject("window")
        .put("from", "22:00")
        .put("until", "04:00");
    var after = AgentDesiredReader.read(desired, "").orThrow();
    assertThat(after).isNotEqualTo(before);
    assertThat(Spec.desired(after).modules())
        .extracting(DesiredModule::spec)
        .isEqualTo(Spec.desired(before).modules().stream().map(DesiredModule::spec).toList());
  }

  @Test
  void takesImageReferencesApart() {
    assertThat(ImageReference.parse("127.0.0.1:5000/larder-hub:1.0.0"))
        .isEqualTo(new ImageReference("127.0.0.1:5000/larder-hub", "1.0.0"))
        .extracting(ImageReference::registry)
        .isEqualTo("127.0.0.1:5000");
    assertThat(ImageReference.parse("busybox")).isEqualTo(new ImageReference("busybox", "latest"));
    assertThat(ImageReference.parse("a/b:1@sha256:cafe").tag()).isEqualTo("sha256:cafe");
    assertThat(ImageReference.parse("a/b").registry()).isEqualTo("docker.io");
  }

  @Test
  void knowsAContainersSlotByItsName() {
    var names = new NodeNames("larder");
    assertThat(names.current(ModuleId.HUB)).isEqualTo("larder-hub");
    assertThat(names.slot(ModuleId.HUB, "larder-hub")).isEqualTo(Slot.CURRENT);
    assertThat(names.slot(ModuleId.HUB, "larder-hub.next")).isEqualTo(Slot.NEXT);
    assertThat(names.slot(ModuleId.HUB, "renamed")).isEqualTo(Slot.STRAY);
  }
}
