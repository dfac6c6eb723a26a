package dev.larder.cloud;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class FleetIT {
  @RegisterExtension private final TestCloud cloud = new TestCloud();
  @TempDir private Path folder = Path.of("");

  private static final String RESOURCE = TestNode.RESOURCE;

  private static String report(int code, String cacheStatus) {
    return """
    {"schemaVersion": "1.1", "version": "1.0.0", "lastDesiredVersion": 2,
     "lastDesiredStatus": {"code": %d, "description": "of the test"},
     "platform": {"os": "linux", "architecture": "x86_64", "engineVersion": "20.10"},
     "systemModules": {},
     "modules": {"cache": {"image": "i", "imageId": "i", "status": "running",
       "runtimeStatus": "%s", "statusDescription": "of the test", "exitCode": 0,
       "restartCount": 0, "restartPolicy": "always", "version": ""}},
     "sentAt": "2026-11-23T20:00:00Z"}
    """
        .formatted(code, cacheStatus);
  }

  private String state(String path) throws IOException, InterruptedException {
    return cloud.get(path).body().path("stateText").asText();
  }

  @Test
  void aNodeGoesThroughItsStates() throws IOException, InterruptedException {
    cloud.api("POST", "/api/v1/resources", "{'name': 'office'}");
    cloud.api("POST", RESOURCE + "/nodes", "{'name': 'one'}");
    var path = RESOURCE + "/nodes/one";
    assertThat(state(path)).isEqualTo("Not configured");
    assertThat(cloud.get(path + "/deployment-details"))
        .satisfies(refused -> assertThat(refused.status()).isEqualTo(409))
        .satisfies(refused -> assertThat(refused.detail()).contains("cache drive"));
    TestNode.create(cloud, "one", "{}");
    assertThat(state(path)).isEqualTo("Never phoned home");
    var node = TestNode.enrol(cloud, path);
    assertThat(node.report(report(200, "running")).statusCode()).isEqualTo(204);
    assertThat(state(path)).isEqualTo("Healthy");
    node.report(report(200, "backoff"));
    assertThat(state(path)).isEqualTo("Unhealthy");
    node.report(report(200, "running"));
    cloud.clock().forward(Duration.ofMinutes(3));
    assertThat(state(path)).isEqualTo("Unhealthy");
    assertThat(cloud.get(RESOURCE).body().path("nodes").path("unhealthy").asInt()).isEqualTo(1);
    assertThat(cloud.get(RESOURCE + "/nodes").body().path("nodes").size()).isEqualTo(1);
  }

  @Test
  void namesAreCheckedAndUnique() throws IOException, InterruptedException {
    assertThat(cloud.api("POST", "/api/v1/resources", "{'name': 'no spaces'}").problemPaths())
        .containsExactly("name");
    TestNode.create(cloud, "one", "{}");
    assertThat(cloud.api("POST", "/api/v1/resources", "{'name': 'office'}").status())
        .isEqualTo(409);
    assertThat(cloud.api("POST", RESOURCE + "/nodes", "{'name': 'one'}").status()).isEqualTo(409);
    assertThat(cloud.get(RESOURCE + "/nodes/two").status()).isEqualTo(404);
    assertThat(cloud.get("/api/v1/resources/other/nodes/one").status()).isEqualTo(404);
    assertThat(cloud.api("POST", RESOURCE + "/nodes", "{'name': 7, 'tags': {'a b': 'x'}}"))
        .satisfies(refused -> assertThat(refused.status()).isEqualTo(400))
        .satisfies(
            refused -> assertThat(refused.problemPaths()).containsExactly("name", "tags.a b"));
  }

  @Test
  void aConfigurationIsTakenWholeOrNotAtAll() throws IOException, InterruptedException {
    var path = TestNode.create(cloud, "one", "{}") + "/configuration";
    var before = cloud.get(path).body();
    var refused =
        cloud.api("PATCH", path, "{'httpPort': 8080, 'proxy': {'enabled': true, 'host': 'a:1'}}");
    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.problemPaths()).containsExactlyInAnyOrder("proxy.host", "proxy.port");
    assertThat(cloud.get(path).body()).isEqualTo(before);
    assertThat(cloud.api("PUT", path, "not json").status()).isEqualTo(400);
    assertThat(cloud.api("PUT", path, "{'httpPort': 8080}").body().path("httpPort").asInt())
        .isEqualTo(8080);
  }

  @Test
  void whatTheApiConfirmedIsThereAfterARestart() throws IOException, InterruptedException {
    var path = TestNode.create(cloud, "one", "{'site': 'lab'}");
    var node = TestNode.enrol(cloud, path);
    var before = cloud.get(path).body();
    cloud.restart();
    assertThat(cloud.get(path).body()).isEqualTo(before);
    assertThat(node.manifest(node.client(), "", 0).statusCode()).isEqualTo(200);
  }

  @Test
  void anInvalidLayerIsRefusedWithEveryProblemAndNothingChanges()
      throws IOException, InterruptedException {
    var path = TestNode.create(cloud, "one", "{'site': 'lab'}");
    var node = TestNode.enrol(cloud, path);
    var etag = etag(node.manifest(node.client(), "", 0));
    var bad =
        """
        {'targetCondition': 'tags.site = \\u0027lab\\u0027', 'priority': 1,
         'content': {'modulesContent': {
           '$edgeAgent': {'properties.desired.modules.web':
              {'type': 'podman', 'settings': {'image': 'No Image'}}},
           '$edgeHub': {'properties.desired.routes.r': 'FROM nowhere'}}}}
        """;
    var refused = cloud.api("PUT", RESOURCE + "/layers/bad", bad);
    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.problemPaths())
        .containsExactlyInAnyOrder(
            "modulesContent.$edgeAgent.properties.desired.modules.web.type",
            "modulesContent.$edgeAgent.properties.desired.modules.web.settings.image",
            "modulesContent.$edgeHub.properties.desired.routes.r");
    assertThat(cloud.get(RESOURCE + "/layers/bad").status()).isEqualTo(404);
    assertThat(etag(node.manifest(node.client(), "", 0))).isEqualTo(etag);
    var nobodys = bad.replace("lab", "nobody");
    assertThat(cloud.api("PUT", RESOURCE + "/layers/bad", nobodys).status()).isEqualTo(400);
    var formless = "{'targetCondition': 'everything', 'content': {}}";
    assertThat(cloud.api("PUT", RESOURCE + "/layers/bad", formless).problemPaths())
        .containsExactlyInAnyOrder("targetCondition", "priority", "content.modulesContent");
  }

  @Test
  void aLayerIsLaidOverTheNodesItIsForAndTakenAway() throws IOException, InterruptedException {
    var one = TestNode.create(cloud, "one", "{'site': 'lab'}");
    var two = TestNode.create(cloud, "two", "{}");
    var layer =
        """
        {'targetCondition': 'tags.site = \\u0027lab\\u0027', 'priority': 1,
         'content': {'modulesContent': {'$edgeAgent':
           {'properties.desired.modules.cache.env.X': {'value': '1'}}}}}
        """;
    var put = cloud.api("PUT", RESOURCE + "/layers/env", layer);
    assertThat(put.status()).isEqualTo(201);
    assertThat(put.body().path("nodes").toString()).isEqualTo("[\"one\"]");
    assertThat(env(one)).isEqualTo("1");
    assertThat(env(two)).isEmpty();
    assertThat(cloud.api("PUT", two + "/tags", "{'site': 'lab'}").status()).isEqualTo(200);
    assertThat(env(two)).isEqualTo("1");
    assertThat(cloud.api("PUT", RESOURCE + "/layers/env", layer).status()).isEqualTo(200);
    assertThat(cloud.get(RESOURCE + "/layers").body().path("layers").size()).isEqualTo(1);
    assertThat(cloud.api("DELETE", RESOURCE + "/layers/env", "").status()).isEqualTo(204);
    assertThat(env(one)).isEmpty();
  }

  private String env(String node) throws IOException, InterruptedException {
    return cloud
        .get(node + "/manifest")
        .body()
        .at("/modulesContent/$edgeAgent/properties.desired/modules/cache/env/X/value")
        .asText();
  }

  private static String etag(HttpResponse<byte[]> response) {
    return response.headers().firstValue("ETag").orElseThrow();
  }

  @Test
  void theBundleRunsAsItIsUnpacked() throws IOException, InterruptedException {
    var path = TestNode.create(cloud, "one", "{}");
    var response =
        cloud.send(
            cloud.client(Optional.empty()),
            cloud
                .request(path + "/bundle.zip")
                .header("Authorization", "Bearer " + cloud.token())
                .GET());
    var zip = Files.write(folder.resolve("bundle.zip"), response.body());
    try (var bundle = FileSystems.newFileSystem(zip, Map.of("enablePosixFileAttributes", "true"))) {
      assertThat(Files.getPosixFilePermissions(bundle.getPath("/deploy.sh")))
          .contains(PosixFilePermission.OWNER_EXECUTE, PosixFilePermission.OTHERS_EXECUTE);
      assertThat(
              PosixFilePermissions.toString(
                  Files.getPosixFilePermissions(bundle.getPath("/packageVer.txt"))))
          .isEqualTo("rw-r--r--");
      assertThat(Files.readString(bundle.getPath("/packageVer.txt")))
          .contains("1.0.0", "registry.test:5000/larder-agent:1.0.0")
          .doesNotContain("${");
      assertThat(Files.readString(bundle.getPath("/cloud-ca.pem")))
          .isEqualTo(Files.readString(cloud.caFile()));
    }
  }
}
