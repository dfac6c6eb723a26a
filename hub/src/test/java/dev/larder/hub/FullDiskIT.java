package dev.larder.hub;

import static dev.larder.hub.HubProcess.await;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The hub on a disk that fills up, seen with Mosquitto's clients. */
final class FullDiskIT {
  private static final int DISK_MIB = 26;
  private static final int MESSAGE_BYTES = 200 << 10;
  private static final int MESSAGES_MAXIMUM = 300;

  private static final String SETTINGS =
      """
      {"schemaVersion": "1.2", "routes": {},
       "storeAndForwardConfiguration": {"timeToLiveSecs": 3600, "storeLimits": {"maxSizeBytes": 67108864}},
       "mqttBroker": {"authorizations": [{"identities": ["anonymous"],
         "allow": [{"operations": ["mqtt:connect", "mqtt:publish", "mqtt:subscribe"], "resources": ["#"]}]}]}}
      """;

  @TempDir private Path folder;
  private HubProcess hub;

  @BeforeEach
  void start() throws Exception {
    var data = Files.createDirectory(folder.resolve("data"));
    run("mount", "-t", "tmpfs", "-o", "size=" + DISK_MIB + "m", "tmpfs", data.toString());
    hub =
        HubProcess.start(
            TestIdentity.make(folder.resolve("identity"), HubProcess.freePort()), folder, SETTINGS);
  }

  @AfterEach
  void end() throws Exception {
    hub.close();
    run("umount", "--lazy", folder.resolve("data").toString());
  }

  private static String run(String... command) throws IOException, InterruptedException {
    var process = new ProcessBuilder(command).redirectErrorStream(true).start();
    var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return said;
  }

  private String[] mosquitto(String program, String... arguments) {
    var command =
        new ArrayList<>(
            List.of(program, "-h", "127.0.0.1", "-p", String.valueOf(hub.openPort()), "-V", "5"));
    command.addAll(Arrays.asList(arguments));
    return command.toArray(String[]::new);
  }

  private String publish(String topic, int qos, Path file) throws Exception {
    return run(
        mosquitto("mosquitto_pub", "-q", String.valueOf(qos), "-t", topic, "-f", file.toString()));
  }

  @Test
  void refusesQos1WithAReasonAndLetsQos0FlowUntilThereIsRoomAgain() throws Exception {
    var keeper = new String[] {"-c", "-i", "keeper", "-x", "3600", "-q", "1", "-t", "full/#"};
    run(mosquitto("mosquitto_sub", with(keeper, "-E")));
    var file = Files.write(folder.resolve("message"), new byte[MESSAGE_BYTES]);
    int kept = 0;
    var said = publish("full/" + kept, 1, file);
    while (said.isEmpty() && kept < MESSAGES_MAXIMUM) {
      kept++;
      said = publish("full/" + kept, 1, file);
    }
    assertThat(said).contains("Quota exceeded");
    assertThat(kept).isGreaterThan(20);
    await("the health check tells", () -> hub.health().contains("\"disk\":\"full\""));

    var live =
        new ProcessBuilder(
                mosquitto("mosquitto_sub", "-t", "live", "-C", "1", "-W", "20", "-F", "%l"))
            .redirectErrorStream(true)
            .start();
    await(
        "a QoS 0 message is delivered",
        () -> {
          try {
            publish("live", 0, file);
            return !live.isAlive();
          } catch (Exception e) {
            throw new IllegalStateException(e);
          }
        });
    assertThat(new String(live.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
        .contains(String.valueOf(MESSAGE_BYTES));

    var drained =
        run(
            mosquitto(
                "mosquitto_sub", with(keeper, "-C", String.valueOf(kept), "-W", "40", "-F", "%t")));
    assertThat(drained.lines()).hasSize(kept).doesNotHaveDuplicates();
    await(
        "there is room again",
        () -> {
          try {
            return publish("full/again", 1, file).isEmpty();
          } catch (Exception e) {
            throw new IllegalStateException(e);
          }
        });
  }

  private static String[] with(String[] some, String... more) {
    var all = new ArrayList<>(Arrays.asList(some));
    all.addAll(Arrays.asList(more));
    return all.toArray(String[]::new);
  }
}
