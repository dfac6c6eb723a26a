package dev.larder.agent.operator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.larder.agent.Agent;
import dev.larder.agent.TestCloud;
import dev.larder.agent.TestDesired;
import dev.larder.agent.TestDocker;
import dev.larder.agent.TestProxy;
import dev.larder.agent.enrol.EnrolCommand;
import dev.larder.agent.journal.ReportJournal;
import dev.larder.agent.node.NodeFiles;
import dev.larder.common.json.Json;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.StreamSupport;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The operator's commands on a node with a real agent, cloud endpoint and engine. */
class OperatorIT {
  private static final URI ENGINE = URI.create("unix:///var/run/docker.sock");
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir private Path dataDir;
  private final String instance =
      "opr-" + HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt());
  private final TestCloud cloud;
  private Optional<Agent> agent = Optional.empty();

  private record Ran(int code, ByteArrayOutputStream output, String err) {
    String out() {
      return output.toString(StandardCharsets.UTF_8);
    }

    JsonNode json() throws Exception {
      return Json.mapper().readTree(output.toByteArray());
    }

    /** The worst level of the findings of one check, or nothing. */
    List<String> levels(String check) throws Exception {
      return StreamSupport.stream(json().path("findings").spliterator(), false)
          .filter(finding -> finding.path("check").asText().equals(check))
          .map(finding -> finding.path("level").asText())
          .distinct()
          .toList();
    }
  }

  OperatorIT() throws Exception {
    cloud = new TestCloud();
  }

  @BeforeAll
  static void image(@TempDir Path folder) throws Exception {
    TestDocker.image(folder);
  }

  @BeforeEach
  void enrol() throws Exception {
    enrol(cloud.request(instance, dataDir.toString()));
  }

  private static void enrol(ObjectNode request) throws Exception {
    var in = new ByteArrayInputStream(Json.writeBytes(request));
    var code = new EnrolCommand(in, System.out, System.err, InstantSource.system()).run("test");
    assertThat(code).isZero();
  }

  @AfterEach
  void clear() throws Exception {
    if (agent.isPresent()) {
      agent.get().close();
    }
    cloud.close();
    TestDocker.clear(instance);
    TestDocker.clear(instance + "-f");
  }

  private Ran run(String... words) throws Exception {
    return run(ENGINE, "", words);
  }

  private Ran run(URI engine, String input, String... words) throws Exception {
    var out = new ByteArrayOutputStream();
    var err = new ByteArrayOutputStream();
    var code =
        new OperatorCommands(
                "test",
                dataDir.toString(),
                engine,
                InstantSource.system(),
                new ByteArrayInputStream(input.getBytes(StandardCharsets.US_ASCII)),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8))
            .run(List.of(words));
    return new Ran(code, out, err.toString(StandardCharsets.UTF_8));
  }

  /** A container as deploy.sh and agents label theirs, of a node of any instance. */
  private static void container(String instance, String module, String... more) throws Exception {
    var command =
        new ArrayList<>(
            List.of("run", "-d", "--name", instance + "-" + module.replace("edgeAgent", "agent")));
    command.addAll(List.of("--label", "dev.larder.instance=" + instance));
    command.addAll(List.of("--label", "dev.larder.module=" + module));
    command.addAll(List.of("--log-opt", "max-size=1m"));
    command.add(TestDocker.IMAGE);
    command.addAll(Arrays.asList(more));
    TestDocker.run(command.toArray(String[]::new));
  }

  private static String[] saying(String text) {
    return new String[] {
      "/bin/busybox", "sh", "-c", "echo '" + text + "'; exec busybox sleep 9999"
    };
  }

  private void follow(String env, String createOptions) throws Exception {
    var desired = TestDesired.desired();
    desired
        .withObject("runtime")
        .putObject("settings")
        .putObject("registryCredentials")
        .putObject("r")
        .put("address", "registry.example")
        .put("username", "seeded-user")
        .put("password", "seeded-registry-password");
    var one = TestDesired.module(desired, "one", TestDocker.IMAGE);
    one.putObject("env").putObject("DB_PASSWORD").put("value", env);
    one.withObject("settings").put("createOptions", createOptions);
    var running = new Agent(new NodeFiles(dataDir), ENGINE, 0, "test", InstantSource.system());
    agent = Optional.of(running);
    running.start();
    var version = cloud.offer(desired);
    cloud.awaitReport(
        r -> r.lastDesiredVersion() == version && r.lastDesiredStatus().code() == 200);
    var until = Instant.now().plus(PATIENCE);
    while (ReportJournal.read(new NodeFiles(dataDir)).flatMap(l -> l.takenAt()).isEmpty()) {
      assertThat(Instant.now()).isBefore(until);
      LockSupport.parkNanos(50_000_000);
    }
  }

  @Test
  void allIsFineOnANodeThatIs() throws Exception {
    container(instance, "edgeAgent");
    follow("x", "{\"HostConfig\":{\"PortBindings\":{\"80/tcp\":[{\"HostPort\":\"49871\"}]}}}");
    var check =
        run(
            ENGINE,
            Files.readString(Path.of("/proc/net/tcp")),
            "check",
            "--json",
            "--host-sockets");
    assertThat(check.code()).as(check.out()).isZero();
    for (var name :
        List.of(
            "engine",
            "agent",
            "log-rotation",
            "ports",
            "disk",
            "folders",
            "secrets",
            "certificate",
            "clock-last-good",
            "clock",
            "dns",
            "cloud-https",
            "cloud-mqtt")) {
      assertThat(check.levels(name)).as(name + " in " + check.out()).containsExactly("ok");
    }
    var status = run("status");
    assertThat(status.code()).isZero();
    assertThat(status.out()).contains("version 1 in force", "test-node", instance);
    assertThat(run("status", "--json").json().at("/lastReport/takenAt").asText()).isNotEmpty();
  }

  @Test
  void cloudThatIsGoneAndAnOpenKeyAreFailuresAndStopNoOtherCheck() throws Exception {
    cloud.close();
    var key = new NodeFiles(dataDir).nodeKey();
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r--r--"));
    var check = run("check", "--json");
    assertThat(check.code()).isEqualTo(2);
    assertThat(check.levels("cloud-https")).containsExactly("failure");
    assertThat(check.levels("cloud-mqtt")).containsExactly("failure");
    assertThat(check.levels("agent")).containsExactly("failure");
    assertThat(check.levels("secrets")).contains("failure");
    assertThat(check.levels("engine")).containsExactly("ok");
    assertThat(check.levels("certificate")).containsExactly("ok");
    assertThat(run("check").out()).contains("→", "chmod 600 " + key);
  }

  @Test
  void engineThatIsGoneIsOneFailureAndStatusNeedsNone() throws Exception {
    var nowhere = URI.create("unix://" + dataDir.resolve("no.sock"));
    var check = run(nowhere, "", "check", "--json");
    assertThat(check.code()).isEqualTo(2);
    assertThat(check.levels("engine")).containsExactly("failure");
    assertThat(check.levels("agent")).containsExactly("skipped");
    assertThat(check.levels("cloud-https")).containsExactly("ok");
    assertThat(run(nowhere, "", "status").code()).isZero();
    var list = run(nowhere, "", "list");
    assertThat(list.code()).isEqualTo(2);
    assertThat(list.err()).contains("no.sock");
  }

  @Test
  void machineThatIsNoNodeIsTold(@TempDir Path empty) throws Exception {
    var check = run("check", "--json", "--data-dir", empty.toString());
    assertThat(check.code()).isEqualTo(2);
    assertThat(check.levels("enrolment")).containsExactly("failure");
    assertThat(check.levels("engine")).containsExactly("ok");
    assertThat(run("list", "--data-dir", empty.toString()).code()).isEqualTo(2);
    assertThat(run("logs").code()).isEqualTo(64);
    assertThat(run("logs", "one", "--tail", "none").code()).isEqualTo(64);
    assertThat(run("list", "--nonsense").code()).isEqualTo(64);
    assertThat(run("logs", "No Module!").code()).isEqualTo(64);
  }

  @Test
  void proxyIsTriedBesideTheDirectWay() throws Exception {
    var other = dataDir.resolve("proxied");
    Files.createDirectory(other);
    try (var viaCloud = new TestCloud();
        var proxy = new TestProxy("node", "password of the proxy")) {
      enrol(
          viaCloud
              .request(instance, other.toString())
              .put("proxyUrl", proxy.urlOfUser())
              .put("proxyPassword", "password of the proxy"));
      var check = run("check", "--json", "--data-dir", other.toString());
      assertThat(check.levels("cloud-https-proxy")).as(check.out()).containsExactly("ok");
      assertThat(check.levels("cloud-mqtt-proxy")).as(check.out()).containsExactly("ok");
      assertThat(check.levels("cloud-https")).containsExactly("ok");
      proxy.stop();
      var without = run("check", "--json", "--data-dir", other.toString());
      assertThat(without.levels("cloud-https-proxy")).containsExactly("failure");
      assertThat(without.levels("cloud-https")).containsExactly("ok");
      assertThat(without.code()).isEqualTo(2);
    }
  }

  @Test
  void listsShowsAndRestartsThisNodesContainersAlone() throws Exception {
    container(instance, "one", saying("hello from one"));
    container(instance + "-f", "two", saying("a stranger"));
    var list = run("list", "--json").json();
    assertThat(list).hasSize(1);
    assertThat(list.at("/0/module").asText()).isEqualTo("one");
    assertThat(list.at("/0/state").asText()).isEqualTo("running");
    assertThat(run("list").out()).contains("MODULE", instance + "-one").doesNotContain("two");

    var until = Instant.now().plus(PATIENCE);
    while (!run("logs", "one", "--tail", "5").out().equals("hello from one\n")) {
      assertThat(Instant.now()).isBefore(until);
      LockSupport.parkNanos(50_000_000);
    }
    assertThat(run("logs", "one", "--since", "2100-01-01T00:00:00Z").out()).isEmpty();
    assertThat(run("logs", "two").code()).isEqualTo(2);

    var started = TestDocker.run("inspect", "--format", "{{.State.StartedAt}}", instance + "-one");
    var foreign = instance + "-f-two";
    var foreignStarted = TestDocker.run("inspect", "--format", "{{.State.StartedAt}}", foreign);
    TestDocker.run("kill", instance + "-one");
    assertThat(run("restart", "one").out()).contains(instance + "-one");
    assertThat(TestDocker.run("inspect", "--format", "{{.State.StartedAt}}", instance + "-one"))
        .isNotEqualTo(started);
    assertThat(run("restart", "two").code()).isEqualTo(2);
    assertThat(TestDocker.run("inspect", "--format", "{{.State.StartedAt}}", foreign))
        .isEqualTo(foreignStarted);
  }

  @Test
  void bundleHoldsTheNodeAndNoneOfItsSecrets() throws Exception {
    var said = "seeded-db-password is said aloud, key " + nodeSecret() + " and by seeded-user";
    follow(
        "seeded-db-password",
        Json.write(Json.object().set("Cmd", Json.mapper().valueToTree(saying(said)))));
    container(instance + "-f", "two", saying("a stranger"));
    var until = Instant.now().plus(PATIENCE);
    while (!run("logs", "one").out().contains("said aloud")) {
      assertThat(Instant.now()).isBefore(until);
      LockSupport.parkNanos(50_000_000);
    }
    var bundle = run("support-bundle");
    assertThat(bundle.code()).as(bundle.err()).isZero();
    var gz = new GZIPInputStream(new ByteArrayInputStream(bundle.output().toByteArray()));
    var content = new String(gz.readAllBytes(), StandardCharsets.UTF_8);
    assertThat(content)
        .contains("said aloud", "(removed)", "\"findings\"", "registry.example", "DB_PASSWORD")
        .doesNotContain("seeded-", nodeSecret(), "PRIVATE KEY", "a stranger");

    var file = dataDir.resolve("bundle.tar.gz");
    assertThat(run("support-bundle", "--output", file.toString()).code()).isZero();
    var tar = new ProcessBuilder("tar", "-tzf", file.toString()).redirectErrorStream(true).start();
    var names = new String(tar.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(tar.waitFor()).as(names).isZero();
    assertThat(names.lines())
        .containsExactly(
            "README.txt",
            "check.json",
            "status.json",
            "manifest.json",
            "engine.json",
            "containers.json",
            "logs/" + instance + "-one.log");
  }

  @Test
  void withoutTheNodesSecretTheRestIsThereAndNoLogIs() throws Exception {
    follow(
        "seeded-db-password",
        Json.write(
            Json.object().set("Cmd", Json.mapper().valueToTree(saying("seeded-db-password")))));
    var secret = new NodeFiles(dataDir).nodeSecret();
    for (var damaged : List.of(false, true)) {
      if (damaged) {
        Files.writeString(secret, "no base64!");
      } else {
        Files.delete(secret);
      }
      var status = run("status");
      assertThat(status.code()).as(status.err()).isZero();
      assertThat(status.out()).contains("the manifest on disk cannot be read");
      var bundle = run("support-bundle");
      assertThat(bundle.code()).as(bundle.err()).isZero();
      var gz = new GZIPInputStream(new ByteArrayInputStream(bundle.output().toByteArray()));
      var content = new String(gz.readAllBytes(), StandardCharsets.UTF_8);
      assertThat(content)
          .contains(
              "check.json", "status.json", "containers.json", "missing.txt", "not all secrets")
          .doesNotContain("seeded-db-password", "logs/" + instance);
    }
  }

  private String nodeSecret() throws Exception {
    return Files.readString(new NodeFiles(dataDir).nodeSecret()).strip();
  }
}
