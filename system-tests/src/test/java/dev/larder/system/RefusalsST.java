package dev.larder.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.larder.common.json.Json;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Proof 6: each wrong thing gets its own clear answer, and nothing that runs changes. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RefusalsST {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private Bed bed;
  private String spent;
  private java.util.Map<String, String> running;

  @BeforeAll
  void deploy() throws Exception {
    bed = Bed.deployed();
    spent = bed.node().lastCommand();
    bed.awaitHealthy();
  }

  @AfterAll
  void remove() throws Exception {
    bed.close();
  }

  @BeforeEach
  void rememberWhatRuns() {
    running = Engine.ids(bed.node().instance());
    assertThat(running).hasSize(3);
  }

  @AfterEach
  void nothingThatRunsHasChanged() {
    assertThat(Engine.ids(bed.node().instance())).isEqualTo(running);
    assertThat(running.keySet()).allMatch(Engine::isHealthy);
  }

  @Test
  void anInvalidManifest() throws Exception {
    long version = bed.node().view().path("manifestVersion").asLong();
    var layer = Json.object().put("targetCondition", "*").put("priority", 1);
    var agent = layer.withObject("/content/modulesContent/$edgeAgent");
    agent.put("properties.desired.modules.cache.restartPolicy", "sometimes");
    agent.put("properties.desired.modules.cache.settings.image", "Not An Image");
    var refused =
        bed.api().put("/api/v1/resources/" + Node.RESOURCE + "/layers/wrong", layer).is(400);
    assertThat(refused.body().path("problems"))
        .extracting(problem -> problem.path("path").asText())
        .anyMatch(path -> path.endsWith("modules.cache.restartPolicy"))
        .anyMatch(path -> path.endsWith("modules.cache.settings.image"));
    assertThat(refused.body().path("problems"))
        .allSatisfy(problem -> assertThat(problem.path("mend").asText()).isNotEmpty());
    assertThat(bed.node().view().path("manifestVersion").asLong()).isEqualTo(version);
  }

  @Test
  void aSpentRegistrationKey() throws Exception {
    var node = bed.node();
    var elsewhere = node.instance() + "-b";
    var drive = Files.createDirectories(node.drive().resolveSibling("drive-b"));
    try {
      var refused =
          Command.run(
              node.bundle(),
              LIMIT,
              List.of(
                  "bash",
                  "-c",
                  spent.replaceFirst("^sudo ", "")
                      + " instance=\"%s\" drivepathandsizeingb=\"%s,1\""
                          .formatted(elsewhere, drive)));
      assertThat(refused.exitCode()).isNotZero();
      assertThat(refused.output())
          .contains("The registration key has been used", "Deployment", "(code 4)");
    } finally {
      Command.run(
          node.bundle(), LIMIT, List.of("./uninstall.sh", "instance=" + elsewhere, "--yes"));
    }
  }

  @Test
  void anOriginThatIsNotOnTheList() throws Exception {
    var answer = bed.node().client().fromHost("secret.txt", "169.254.169.254");
    assertThat(answer.statusCode()).isEqualTo(403);
    assertThat(new String(answer.body(), StandardCharsets.UTF_8)).contains("169.254.169.254");
  }

  @Test
  void aPathThatClimbs() throws Exception {
    for (var path : List.of("a/../b", "a/%2e%2e/b", "..%2f..%2fetc/passwd")) {
      assertThat(bed.node().client().get(path, bed.origin()).statusCode()).as(path).isEqualTo(400);
    }
  }

  @Test
  void aRangeThatCannotBe() throws Exception {
    bed.origin().make("small.bin", 1000, 3);
    var answer = bed.node().client().range("small.bin", bed.origin(), 5000, 6000);
    assertThat(answer.statusCode()).isEqualTo(416);
    assertThat(answer.headers().firstValue("Content-Range")).contains("bytes */1000");
  }

  /** A drive is mounted once the machine's owner has run deploy.sh with it, and no sooner. */
  @Test
  void aDriveThatTheNodesOwnerDidNotGive() throws Exception {
    var node = bed.node();
    var before = bed.api().get(node.path("/configuration")).is(200).body();
    var missing = node.drive().resolveSibling("missing").toString();
    var patch = Json.object();
    patch.putArray("cacheDrives").add(drive(node.drive().toString())).add(drive(missing));
    bed.api().patch(node.path("/configuration"), patch).is(200);
    try {
      Await.until(
          "the node refuses the manifest and says for which folder",
          LIMIT,
          () -> {
            var status = node.view().at("/report/lastDesiredStatus");
            var description = status.path("description").asText();
            return status.path("code").asInt() == 403
                && description.contains(missing)
                && description.contains("deploy.sh");
          });
      assertThat(Engine.ids(node.instance())).isEqualTo(running);
      var deploy = node.deploy();
      assertThat(deploy.exitCode()).isNotZero();
      assertThat(deploy.output()).contains(missing);
    } finally {
      bed.api().put(node.path("/configuration"), before).is(200);
    }
    Await.until(
        "the node is as it should be again",
        LIMIT,
        () -> {
          var view = node.view();
          return view.at("/report/lastDesiredVersion").asLong()
                  == view.path("manifestVersion").asLong()
              && view.at("/report/lastDesiredStatus/code").asInt() == 200;
        });
  }

  private static JsonNode drive(String path) {
    return Json.object().put("physicalPath", path).put("sizeInGb", 1);
  }

  @Test
  void aManifestThatTheCloudsKeyDidNotSign() throws Exception {
    var node = bed.node();
    var key = bed.cloud().keys().resolve("manifest.key");
    var rightful = Files.readAllBytes(key);
    var another = KeyPairGenerator.getInstance("Ed25519").generateKeyPair().getPrivate();
    bed.cloud().stop();
    try {
      Files.writeString(key, pem(another));
      bed.cloud().startAgain();
      changeManifest(node, "debug");
      Await.until(
          "the node says that the signature does not hold",
          LIMIT,
          () -> node.view().at("/report/lastDesiredStatus/code").asInt() == 401);
      // Before the rightful key is back: signed by that one, the change would be a good manifest.
      bed.api().delete("/api/v1/resources/" + Node.RESOURCE + "/layers/unsigned").is(204);
    } finally {
      bed.cloud().stop();
      Files.write(key, rightful);
      bed.cloud().startAgain();
    }
    Await.until(
        "the node takes the manifest that is signed again",
        LIMIT,
        () -> node.view().at("/report/lastDesiredStatus/code").asInt() == 200);
  }

  private static String pem(PrivateKey key) {
    var base64 = Base64.getMimeEncoder().encodeToString(key.getEncoded());
    return "-----BEGIN PRIVATE KEY-----\n" + base64 + "\n-----END PRIVATE KEY-----\n";
  }

  private void changeManifest(Node node, String value) throws Exception {
    var layer = Json.object().put("targetCondition", "*").put("priority", 1);
    layer
        .withObject("/content/modulesContent/$edgeAgent")
        .putObject("properties.desired.modules.cache.env.UNSIGNED")
        .put("value", value);
    bed.api().put("/api/v1/resources/" + Node.RESOURCE + "/layers/unsigned", layer).is(201);
    assertThat(node.view().path("manifestVersion").asLong()).isPositive();
  }
}
