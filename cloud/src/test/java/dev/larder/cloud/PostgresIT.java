package dev.larder.cloud;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.common.id.ModuleId;
import dev.larder.common.json.Json;
import dev.larder.common.topic.NodeTopics;
import dev.larder.common.topic.TelemetryEnvelope;
import dev.larder.common.traffic.TrafficMessage;
import dev.larder.common.traffic.TrafficMessage.Counts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same cloud on a real PostgreSQL of its own, where Debian's binaries are. */
class PostgresIT {
  private static final Path BINARIES = Path.of("/usr/lib/postgresql/15/bin");

  @TempDir private Path folder = Path.of("");
  private Path server = Path.of("");

  @BeforeEach
  void startPostgres() throws IOException, InterruptedException {
    assertThat(BINARIES.resolve("initdb"))
        .as("Debian's PostgreSQL 15, which scripts/test.sh installs")
        .isExecutable();
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
    server = folder.resolve("postgres");
    postgres("initdb", "--pgdata", server.toString(), "--auth=trust", "--username=larder");
    postgres(
        "pg_ctl",
        "--pgdata=" + server,
        "--log=" + folder.resolve("postgres.log"),
        "--wait",
        "--options=-c listen_addresses=127.0.0.1 -c fsync=off -c unix_socket_directories="
            + folder
            + " -p "
            + FreePort.on("127.0.0.1"),
        "start");
  }

  @AfterEach
  void stopPostgres() throws IOException, InterruptedException {
    if (Files.exists(server.resolve("postmaster.pid"))) {
      postgres("pg_ctl", "--pgdata=" + server, "--mode=immediate", "--wait", "stop");
    }
  }

  /** PostgreSQL refuses to run as root. */
  private static void postgres(String program, String... arguments)
      throws IOException, InterruptedException {
    var command = new ArrayList<String>();
    if (System.getProperty("user.name").equals("root")) {
      command.addAll(List.of("runuser", "-u", "postgres", "--"));
    }
    command.add(BINARIES.resolve(program).toString());
    command.addAll(List.of(arguments));
    var process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).as(program).isTrue();
    assertThat(process.exitValue()).as("%s", command).isEqualTo(0);
  }

  private String url() throws IOException {
    var port = Files.readAllLines(server.resolve("postmaster.opts")).getFirst();
    var at = port.lastIndexOf("\"-p\" \"") + 6;
    var number = port.substring(at, port.indexOf('"', at));
    return "jdbc:postgresql://127.0.0.1:" + number + "/postgres?user=larder";
  }

  @Test
  void theCloudKeepsAllItKeeps() throws Exception {
    try (var cloud = TestCloud.start(folder.resolve("data"), Optional.of(url()))) {
      var path = TestNode.create(cloud, "one", "{'site': 'lab'}");
      var node = TestNode.enrol(cloud, path);
      var traffic =
          new TrafficMessage(
              Instant.parse("2026-11-23T10:00:00Z"),
              Instant.parse("2026-11-23T10:00:05Z"),
              Map.of("Windows updates", new Counts(10, 7, 700, 300, 310)));
      var envelope =
          TelemetryEnvelope.of(
              traffic.to(), TrafficMessage.OUTPUT, Map.of(), Json.writeBytes(traffic));
      try (var hub = new TestHub(node)) {
        for (int sequence : new int[] {1, 2, 2, 1}) {
          hub.publish(
              NodeTopics.telemetry(node.id(), ModuleId.CACHE, "a", sequence),
              Json.writeBytes(envelope));
        }
        hub.publish(
            NodeTopics.reported(node.id(), "cache"),
            "{\"version\":1,\"reported\":{\"version\":\"1.0.0\"}}".getBytes(UTF_8));
      }
      cloud.restart();
      assertThat(cloud.get(path).body().at("/cache/version").asText()).isEqualTo("1.0.0");
      var rows = cloud.get(path + "/traffic?step=day&from=2026-11-20T00:00:00Z").body();
      assertThat(rows.at("/rows/0/requests").asInt()).isEqualTo(20);
      assertThat(node.manifest(node.client(), "", 0).statusCode()).isEqualTo(200);
      assertThat(cloud.api("DELETE", path, "").status()).isEqualTo(204);
    }
  }
}
