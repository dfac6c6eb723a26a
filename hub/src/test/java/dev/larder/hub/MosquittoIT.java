package dev.larder.hub;

import static dev.larder.hub.HubProcess.await;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code mosquitto_pub} and {@code mosquitto_sub}, MQTT 3.1.1 and 5, over TLS. */
final class MosquittoIT {
  /** What marks a message among the words of {@code mosquitto_sub}: QoS, retained, topic, text. */
  private static final String FORMAT = "MESSAGE %q %r %t %p";

  private static final String MARK = "MESSAGE ";

  @TempDir private static Path folder;
  private static TestIdentity identity;
  private static HubProcess hub;

  @BeforeAll
  static void startHub() {
    identity = TestIdentity.alone(folder.resolve("identity"));
    hub = HubProcess.start(identity, folder, ClientContract.SETTINGS);
  }

  @AfterAll
  static void stopHub() {
    hub.close();
  }

  private static ProcessBuilder command(String program, String module, String... arguments) {
    var command = new ArrayList<>(List.of("stdbuf", "-oL", program, "-h", "127.0.0.1"));
    command.addAll(List.of("-p", String.valueOf(hub.mqttPort())));
    command.addAll(List.of("--cafile", identity.trustFile().toString()));
    command.addAll(List.of("-i", TestIdentity.clientId(module)));
    command.addAll(List.of("-u", TestIdentity.userName(module)));
    command.addAll(List.of("-P", TestIdentity.password(module)));
    command.addAll(Arrays.asList(arguments));
    return new ProcessBuilder(command).redirectErrorStream(true);
  }

  /** Publishes; the answer is what it said, with its exit code in front when that is not 0. */
  private static String pub(String... arguments) throws IOException, InterruptedException {
    var process = command("mosquitto_pub", "pub", arguments).start();
    var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    return process.exitValue() == 0 ? said : process.exitValue() + " " + said;
  }

  /** A running {@code mosquitto_sub}. */
  private static final class Sub implements AutoCloseable {
    private final Process process;
    private final List<String> said = new CopyOnWriteArrayList<>();

    Sub(String module, String... arguments) throws IOException {
      var all = new ArrayList<>(List.of("-d", "-F", FORMAT));
      all.addAll(Arrays.asList(arguments));
      process = command("mosquitto_sub", module, all.toArray(String[]::new)).start();
      Thread.ofPlatform().daemon().start(this::listen);
      await(
          "mosquitto_sub subscribes",
          () -> said.stream().anyMatch(line -> line.startsWith("Subscribed")));
    }

    private void listen() {
      try (var lines = process.inputReader(StandardCharsets.UTF_8)) {
        lines.lines().forEach(said::add);
      } catch (IOException | UncheckedIOException _) {
        // It was ended in the middle of a line.
      }
    }

    List<String> messages() {
      return said.stream()
          .filter(line -> line.startsWith(MARK))
          .map(line -> line.substring(MARK.length()))
          .toList();
    }

    /** Cuts the connection without a goodbye. */
    void kill() {
      process.destroyForcibly();
    }

    /** Ends it by SIGTERM, on which it says goodbye. */
    @Override
    public void close() {
      process.destroy();
      process.onExit().orTimeout(30, TimeUnit.SECONDS).join();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"311", "5"})
  void everyQosBothWays(String version) throws Exception {
    for (int wished = 0; wished <= 2; wished++) {
      var topic = "c/mosquitto/" + version + "/" + wished;
      try (var sub = new Sub("sub", "-V", version, "-q", String.valueOf(wished), "-t", topic)) {
        var expected = new ArrayList<String>();
        for (int sent = 0; sent <= 2; sent++) {
          var text = "at " + sent + " é€𝄞";
          assertThat(pub("-V", version, "-q", String.valueOf(sent), "-t", topic, "-m", text))
              .isEmpty();
          expected.add(Math.min(wished, sent) + " 0 " + topic + " " + text);
        }
        await("all at " + wished, () -> sub.messages().size() >= expected.size());
        assertThat(sub.messages()).isEqualTo(expected);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"311", "5"})
  void retainedMessages(String version) throws Exception {
    var topic = "c/mosquitto/kept/" + version;
    assertThat(pub("-V", version, "-q", "1", "-r", "-t", topic, "-m", "kept")).isEmpty();
    try (var sub = new Sub("sub", "-V", version, "-q", "1", "-t", topic)) {
      await("it", () -> !sub.messages().isEmpty());
      assertThat(sub.messages()).containsExactly("1 1 " + topic + " kept");
    }
    assertThat(pub("-V", version, "-q", "1", "-r", "-n", "-t", topic)).isEmpty();
    try (var late = new Sub("sub", "-V", version, "-q", "1", "-t", topic)) {
      assertThat(pub("-V", version, "-q", "1", "-t", topic, "-m", "after")).isEmpty();
      await("what came after it", () -> !late.messages().isEmpty());
      assertThat(late.messages()).containsExactly("1 0 " + topic + " after");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"311", "5"})
  void wills(String version) throws Exception {
    var topic = "c/mosquitto/will/" + version;
    String[] dies = {
      "-V",
      version,
      "-t",
      "c/other",
      "--will-topic",
      topic,
      "--will-payload",
      "dead",
      "--will-qos",
      "1"
    };
    try (var sub = new Sub("sub", "-V", version, "-q", "1", "-t", topic)) {
      new Sub("leaving", dies).close();
      assertThat(pub("-V", version, "-q", "1", "-t", topic, "-m", "left")).isEmpty();
      new Sub("dying", dies).kill();
      await("its will", () -> sub.messages().getLast().endsWith("dead"));
      var expected = new ArrayList<>(List.of("1 0 " + topic + " left", "1 0 " + topic + " dead"));
      if (version.equals("5")) {
        // On SIGTERM it leaves with the reason code that asks for the will (MQTT 5, 3.14.2.1).
        expected.addFirst("1 0 " + topic + " dead");
      }
      assertThat(sub.messages()).isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"311", "5"})
  void persistentSessions(String version) throws Exception {
    var topic = "c/mosquitto/lasting/" + version;
    String[] lasting = {"-V", version, "-c", "-q", "2", "-t", topic};
    new Sub("lasting" + version, lasting).close();
    assertThat(pub("-V", version, "-q", "1", "-t", topic, "-m", "one")).isEmpty();
    hub.killAndRestart();
    assertThat(pub("-V", version, "-q", "2", "-t", topic, "-m", "two")).isEmpty();
    try (var again = new Sub("lasting" + version, lasting)) {
      await("both", () -> again.messages().size() >= 2);
      assertThat(again.messages())
          .containsExactly("1 0 " + topic + " one", "2 0 " + topic + " two");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"311", "5"})
  void sharedSubscriptions(String version) throws Exception {
    var topic = "c/mosquitto/shared/" + version;
    String[] shares = {"-V", version, "-q", "1", "-t", "$share/g/" + topic};
    try (var one = new Sub("one", shares);
        var two = new Sub("two", shares)) {
      var texts = IntStream.range(0, 20).mapToObj(i -> "m" + i).toList();
      for (var text : texts) {
        assertThat(pub("-V", version, "-q", "1", "-t", topic, "-m", text)).isEmpty();
      }
      await("all", () -> one.messages().size() + two.messages().size() >= texts.size());
      assertThat(Stream.concat(one.messages().stream(), two.messages().stream()))
          .containsExactlyInAnyOrderElementsOf(
              texts.stream().map(text -> "1 0 " + topic + " " + text).toList());
      assertThat(one.messages()).isNotEmpty();
      assertThat(two.messages()).isNotEmpty();
    }
  }

  @Test
  void propertiesAndExpiryOfMqtt5() throws Exception {
    var topic = "c/mosquitto/five";
    String[] lasting = {"-V", "5", "-c", "-q", "1", "-t", topic, "-F", MARK + "%p %P"};
    new Sub("patient", lasting).close();
    String[] user = {"-V", "5", "-q", "1", "-t", topic, "-D", "publish", "user-property", "a", "1"};
    assertThat(pub(with(user, "-m", "brief", "-D", "publish", "message-expiry-interval", "1")))
        .isEmpty();
    assertThat(pub(with(user, "-m", "long", "-D", "publish", "message-expiry-interval", "1000")))
        .isEmpty();
    long sent = System.nanoTime();
    await("the first expires", () -> System.nanoTime() - sent > 1_500_000_000L);
    try (var again = new Sub("patient", lasting)) {
      await("the other", () -> !again.messages().isEmpty());
      assertThat(again.messages()).containsExactly("long a:1");
    }
  }

  private static String[] with(String[] some, String... others) {
    return Stream.concat(Arrays.stream(some), Arrays.stream(others)).toArray(String[]::new);
  }

  @Test
  void isToldWhatItMayNot() throws Exception {
    assertThat(pub("-V", "5", "-q", "1", "-t", "closed", "-m", "x")).contains("Not authorized");
    assertThat(pub("-V", "5", "-q", "2", "-t", "closed", "-m", "x")).contains("Not authorized");
    assertThat(pub("-V", "5", "-q", "1", "-t", "c/nobody/listens", "-m", "x")).isEmpty();
  }
}
