package dev.larder.hub;

import static dev.larder.hub.HubProcess.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.larder.common.trust.DeviceKey;
import dev.larder.hub.tls.Issued;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.eclipse.paho.client.mqttv3.MqttSecurityException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who is let in by the real process, as whom, and for how long. */
final class IdentityIT {
  /** For so long a token is taken after its end, as clocks differ. */
  private static final Duration SKEW = Duration.ofMinutes(5);

  private static final Duration HOUR = Duration.ofHours(1);
  private static final Issued CAMERA = Issued.alone("CN=whatever");
  private static final String OTHERS = "devices/" + TestIdentity.NODE + "/modules/agg/";

  @TempDir private static Path folder;
  private static TestIdentity identity;
  private static HubProcess hub;

  @BeforeAll
  static void start() throws Exception {
    identity = TestIdentity.alone(folder.resolve("identity"));
    hub =
        HubProcess.start(
            identity,
            folder,
            """
            {"schemaVersion": "1.2", "routes": {},
             "devices": {"printer-7": {"generation": "1"}, "camera": {"thumbprints": ["%s"]}},
             "mqttBroker": {"authorizations": [
               {"identities": ["anonymous"], "allow": [{"operations": ["mqtt:connect"]}]}]}}
            """
                .formatted(CAMERA.sha256()));
  }

  @AfterAll
  static void stop() {
    hub.close();
  }

  private static void assertAccepted(Who who) throws MqttException {
    try (var client = Paho.connect(hub, identity, who)) {
      assertThat(client.isConnected()).isTrue();
    }
  }

  private static void assertRefused(Who who) {
    assertThatThrownBy(() -> Paho.connect(hub, identity, who))
        .isInstanceOf(MqttSecurityException.class);
  }

  private static Instant in(Duration time) {
    return Instant.now().plus(time);
  }

  @Test
  void aModuleShowsItsKeyATokenOrACertificate() throws Exception {
    var press = TestIdentity.clientId("press");
    assertAccepted(Who.module("press"));
    assertAccepted(Who.moduleByToken("press", in(HOUR)));
    assertAccepted(Who.certified(press, identity.issue(press, HOUR)));
    var key = Who.module("press");
    assertAccepted(
        new Who(press, key.userName(), key.password(), Optional.of(identity.issue(press, HOUR))));
  }

  @Test
  void aDeviceShowsItsKeyATokenOrAListedCertificate() throws Exception {
    assertAccepted(Who.device("printer-7"));
    assertAccepted(Who.deviceByToken("printer-7", in(HOUR)));
    assertAccepted(Who.certified("printer-7", identity.issue("printer-7", HOUR)));
    assertAccepted(Who.certified("camera", CAMERA));
  }

  @Test
  void wrongModulesAreRefused() {
    var press = TestIdentity.clientId("press");
    assertRefused(Who.module("press").withPassword("wrong"));
    assertRefused(Who.module("press").withPassword(TestIdentity.password("agg")));
    assertRefused(Who.anonymous(press));
    assertRefused(Who.moduleByToken("press", Instant.now().minus(SKEW).minusSeconds(5)));
    assertRefused(Who.module("press").withPassword(Who.moduleToken("agg", "g1", in(HOUR))));
    assertRefused(Who.certified(press, identity.issue(TestIdentity.clientId("agg"), HOUR)));
    assertRefused(
        Who.certified(
            press,
            Issued.authority("CN=node authority")
                .issue("CN=" + press, KeyPurposeId.id_kp_clientAuth, HOUR)));
    assertRefused(Who.certified(press, CAMERA));
    await(
        "each is logged with its reason",
        () ->
            hub.log().lines().filter(line -> line.contains("login refused")).count() >= 8
                && hub.log().contains("why=\"WRONG_KEY\"")
                && hub.log().contains("WRONG_CERTIFICATE")
                && hub.log().contains("EXPIRED"));
    assertThat(hub.log()).doesNotContain(TestIdentity.password("press"), "SharedAccessSignature");
  }

  @Test
  void wrongDevicesAreRefused() {
    assertRefused(Who.device("ghost"));
    assertRefused(Who.device("camera"));
    assertRefused(
        Who.device("printer-7")
            .withPassword(DeviceKey.derive(TestIdentity.SECRET, "printer-7", "2")));
    assertRefused(Who.deviceByToken("printer-7", Instant.now().minus(SKEW).minusSeconds(5)));
    assertRefused(Who.certified("printer-7", CAMERA));
    assertRefused(Who.certified("camera", Issued.alone("CN=camera")));
  }

  @Test
  void whoseTokenEndsIsClosed() throws Exception {
    var end = in(Duration.ofSeconds(3));
    try (var client = Paho.connect(hub, identity, Who.moduleByToken("brief", end.minus(SKEW)));
        var other = Paho.connect(hub, identity, Who.module("lasting"))) {
      await("it is closed", () -> !client.isConnected());
      assertThat(Instant.now()).isAfter(end.minusSeconds(1));
      assertThat(other.isConnected()).isTrue();
    }
    assertRefused(Who.moduleByToken("brief", end.minus(SKEW)));
  }

  @Test
  void whoseCertificateEndsIsClosed() throws Exception {
    var id = TestIdentity.clientId("issued");
    var own = identity.issue(id, Duration.ofSeconds(5));
    try (var client = Paho.connect(hub, identity, Who.certified(id, own))) {
      await("it is closed", () -> !client.isConnected());
      assertThat(Instant.now()).isAfter(own.certificate().getNotAfter().toInstant());
    }
    assertRefused(Who.certified(id, own));
  }

  @Test
  void whoFailsAgainAndAgainIsSlowedAndOthersAreNot() throws Exception {
    var wrong = Who.module("guessed").withPassword("wrong");
    long began = System.nanoTime();
    var guesses =
        CompletableFuture.runAsync(() -> {
          for (int i = 0; i < 7; i++) {
            assertRefused(wrong);
          }
        });
    for (int i = 0; i < 5; i++) {
      assertAccepted(Who.module("press" + i));
    }
    guesses.join();
    // Three are free; then 250, 500, 1000 and 2000 ms.
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThan(Duration.ofMillis(3_500));
    assertAccepted(Who.module("guessed"));
  }

  @Test
  void aModuleCanOnlyBeItself() throws Exception {
    try (var press = Paho.connect(hub, identity, "press")) {
      assertThat(press.isGranted("devices/" + TestIdentity.NODE + "/modules/press/#")).isTrue();
      assertThat(press.isGranted(OTHERS + "#")).isFalse();
      assertThat(press.isGranted("devices/" + TestIdentity.NODE + "/modules/+/#")).isFalse();
      assertThat(press.isGranted("devices/#")).isFalse();
      assertThat(press.isGranted("$share/g/devices/" + TestIdentity.NODE + "/modules/press/#"))
          .isFalse();
      assertThat(press.isGranted("$iothub/#")).isFalse();
      press.publish(OTHERS + "messages/events/", "x", 0);
      await("the hub closes", () -> !press.isConnected());
    }
    try (var press = Paho.connect(hub, identity, "press")) {
      press.publish("devices/" + TestIdentity.NODE + "/messages/events/", "as the node", 0);
      await("the hub closes", () -> !press.isConnected());
    }
  }

  @Test
  void theOpenListenerGivesNoOneAName() throws Exception {
    var options = new MqttConnectOptions();
    try (var anyone = Paho.open(hub, identity, "anyone")) {
      assertThat(anyone.isConnected()).isTrue();
      assertThat(anyone.isGranted(OTHERS + "#")).isFalse();
      anyone.publish(OTHERS + "messages/events/", "x", 0);
      await("the hub closes", () -> !anyone.isConnected());
    }
    assertThatThrownBy(() -> Paho.open(hub, identity, TestIdentity.clientId("press")))
        .isInstanceOf(MqttSecurityException.class);
    assertThatThrownBy(() -> Paho.open(hub, identity, "printer-7"))
        .isInstanceOf(MqttSecurityException.class);
    try (var press = Paho.connect(hub.openUri(), identity, Who.module("press"), options)) {
      assertThat(press.isGranted("devices/" + TestIdentity.NODE + "/modules/press/#")).isTrue();
    }
    assertRefused(Who.anonymous("anyone"));
  }
}
