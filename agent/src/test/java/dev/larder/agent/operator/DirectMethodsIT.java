package dev.larder.agent.operator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.larder.agent.TestDesired;
import dev.larder.agent.TestDocker;
import dev.larder.agent.TestNode;
import dev.larder.common.json.Json;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Direct methods from a cloud endpoint to a whole agent on the real engine; no hub runs. */
class DirectMethodsIT {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final String SECRET = "seeded-db-password";

  @RegisterExtension private final TestNode node = new TestNode("mth");

  @AfterEach
  void stop() throws Exception {
    TestDocker.clear(node.instance() + "-f");
  }

  private void run(String... modules) throws Exception {
    var desired = TestDesired.desired();
    for (var name : modules) {
      module(TestDesired.module(desired, name, TestDocker.IMAGE), name);
    }
    node.apply(desired);
  }

  private static void module(ObjectNode module, String name) {
    module.put("restartPolicy", "always");
    module.putObject("env").putObject("DB_PASSWORD").put("value", SECRET);
    var script =
        "echo '<6> hello from "
            + name
            + "'; echo '<3> it failed with "
            + SECRET
            + "' >&2; trap 'exit 0' TERM; busybox sleep 9999 & wait";
    var options = Json.object();
    options.putArray("Cmd").add("/bin/busybox").add("sh").add("-c").add(script);
    module.withObject("settings").put("createOptions", Json.write(options));
  }

  private static void until(Callable<Boolean> condition) throws Exception {
    var end = Instant.now().plus(PATIENCE);
    while (!condition.call()) {
      assertThat(Instant.now()).isBefore(end);
      LockSupport.parkNanos(50_000_000);
    }
  }

  private static String inspect(String container, String format) throws Exception {
    return TestDocker.run("inspect", "--format", format, container);
  }

  private String startedAt(String module) throws Exception {
    return inspect(node.instance() + "-" + module, "{{.State.StartedAt}}");
  }

  private JsonNode logs(String items, String more) throws Exception {
    var answer =
        node.cloud()
            .ask("GetModuleLogs", "{'schemaVersion': '1.0', 'items': " + items + more + "}");
    assertThat(answer.status()).as(answer.payload().toString()).isEqualTo(200);
    return answer.payload();
  }

  private static String unzipped(JsonNode base64) throws Exception {
    var bytes = new ByteArrayInputStream(Base64.getDecoder().decode(base64.asText()));
    return new String(new GZIPInputStream(bytes).readAllBytes(), StandardCharsets.UTF_8);
  }

  @Test
  void pingsAndSaysWhatItDoesNotUnderstand() throws Exception {
    assertThat(node.cloud().ask("ping", "null").status()).isEqualTo(200);
    assertThat(node.cloud().ask("PING", "{}").payload().isNull()).isTrue();
    var unknown = node.cloud().ask("UploadModuleLogs", "{}");
    assertThat(unknown.status()).isEqualTo(400);
    assertThat(unknown.payload().path("message").asText()).contains("GetModuleLogs");
    var incomplete = node.cloud().ask("RestartModule", "{'id': 'one'}");
    assertThat(incomplete.status()).isEqualTo(400);
    assertThat(incomplete.payload().at("/problems/0/path").asText()).isEqualTo("schemaVersion");
  }

  @Test
  void restartsOneModuleAndNoOther() throws Exception {
    run("one", "two");
    var foreign = node.instance() + "-f-two";
    TestDocker.run(
        "run",
        "-d",
        "--name",
        foreign,
        "--label",
        "dev.larder.instance=" + node.instance() + "-f",
        "--label",
        "dev.larder.module=three",
        TestDocker.IMAGE);
    var one = startedAt("one");
    var two = startedAt("two");
    var answer = node.cloud().ask("RestartModule", "{'schemaVersion': '1.0', 'id': 'ONE'}");
    assertThat(answer.status()).as(answer.payload().toString()).isEqualTo(200);
    assertThat(startedAt("one")).isNotEqualTo(one);
    assertThat(startedAt("two")).isEqualTo(two);

    var unknown = node.cloud().ask("RestartModule", "{'schemaVersion': '1.0', 'id': 'three'}");
    assertThat(unknown.status()).isEqualTo(404);
    assertThat(unknown.payload().path("modules").valueStream().map(JsonNode::asText))
        .containsExactly("one", "two");
    assertThat(unknown.payload().path("detail").asText()).contains("three", "one, two");
  }

  @Test
  void answersBeforeItRestartsItself() throws Exception {
    TestDocker.run(
        "run",
        "-d",
        "--name",
        node.instance() + "-agent",
        "--label",
        "dev.larder.instance=" + node.instance(),
        "--label",
        "dev.larder.module=edgeAgent",
        TestDocker.IMAGE);
    var before = startedAt("agent");
    assertThat(
            node.cloud()
                .ask("RestartModule", "{'schemaVersion': '1.0', 'id': 'edgeAgent'}")
                .status())
        .isEqualTo(200);
    until(() -> !startedAt("agent").equals(before));
  }

  @Test
  void showsLogsInEveryFormAndNoSecret() throws Exception {
    run("one", "two");
    until(() -> logs("[{'id': 'one'}]", "").at("/0/payload").asText().contains("failed"));
    var text = logs("[{'id': '^one$', 'filter': {'tail': 100, 'since': '1h'}}]", "");
    assertThat(text).hasSize(1);
    assertThat(text.at("/0/id").asText()).isEqualTo("one");
    assertThat(text.at("/0/payload").asText().lines())
        .containsExactlyInAnyOrder("<6> hello from one", "<3> it failed with (removed)");

    until(() -> logs("[{'id': 'two'}]", "").at("/0/payload").asText().contains("failed"));
    var objects =
        logs(
            "[{'id': 'one', 'filter': {'regex': 'seeded|hello'}}, {'id': '.*'}]",
            ", 'encoding': 'gzip', 'contentType': 'json'");
    assertThat(objects.valueStream().map(o -> o.path("id").asText())).containsExactly("one", "two");
    var one = Json.mapper().readTree(unzipped(objects.at("/0/payloadBytes")));
    assertThat(one).hasSize(1);
    assertThat(one.at("/0/text").asText()).isEqualTo("hello from one");
    assertThat(one.at("/0/stream").asText()).isEqualTo("stdout");
    assertThat(one.at("/0/device").asText()).isEqualTo(node.cloud().node().toString());
    assertThat(Instant.parse(one.at("/0/timestamp").asText())).isBefore(Instant.now());
    var two = Json.mapper().readTree(unzipped(objects.at("/1/payloadBytes")));
    assertThat(two.valueStream().filter(line -> line.path("loglevel").asInt() == 3))
        .singleElement()
        .satisfies(line -> assertThat(line.path("stream").asText()).isEqualTo("stderr"));
    assertThat(two.toString()).doesNotContain(SECRET);

    assertThat(logs("[{'id': 'one', 'filter': {'until': '1h'}}]", "").at("/0/payload").asText())
        .isEmpty();
    assertThat(logs("[{'id': 'nothing'}]", "")).isEmpty();
  }

  @Test
  void aSupportBundleThatFitsComesAndHoldsNoSecret() throws Exception {
    run("one");
    until(() -> logs("[{'id': 'one'}]", "").at("/0/payload").asText().contains("failed"));
    var answer = node.cloud().ask("GetSupportBundle", "{}");
    assertThat(answer.status()).as(answer.payload().toString()).isEqualTo(200);
    var tar = unzipped(answer.payload().path("payloadBytes"));
    assertThat(tar)
        .contains(
            "check.json", "containers.json", "logs/" + node.instance() + "-one.log", "(removed)")
        .doesNotContain(SECRET, "PRIVATE KEY");
  }

  @Test
  void oneThatDoesNotFitSaysHowToMakeItOnTheNode() throws Exception {
    var random = new Random(5);
    var desired = TestDesired.desired();
    for (var name : List.of("a", "b", "c", "d")) {
      var module = TestDesired.module(desired, name, TestDocker.IMAGE).put("status", "stopped");
      module.putObject("env").putObject("ONE").put("value", noise(random));
      module.withObject("env").putObject("TWO").put("value", noise(random));
    }
    node.apply(desired);
    var answer = node.cloud().ask("GetSupportBundle", "{'schemaVersion': '1.0'}");
    assertThat(answer.status()).isEqualTo(413);
    assertThat(answer.payload().path("detail").asText())
        .contains("98304", "larder-node.sh support-bundle");
  }

  /** Letters that do not compress well, and look like no secret. */
  private static String noise(Random random) {
    var noise = new StringBuilder();
    for (int i = 0; i < 14_000; i++) {
      noise.append((char) ('a' + random.nextInt(26))).append(' ');
    }
    return noise.toString();
  }
}
