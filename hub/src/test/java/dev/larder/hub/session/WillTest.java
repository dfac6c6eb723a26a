package dev.larder.hub.session;

import static dev.larder.hub.session.TestClient.number;
import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.hub.wire.Properties;
import dev.larder.hub.wire.Reason;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Wills (MQTT 5, 3.1.2.5 and 3.1.3.2.2). */
final class WillTest {
  private static final String WILL = "will of a";

  private final TestBroker hub = new TestBroker();
  private TestClient watcher;

  @BeforeEach
  void watch() {
    watcher = hub.connect(Hello.v5("watcher").expiry(100_000));
    watcher.subscribe("w", 1);
  }

  private static Hello lasting(long delaySeconds) {
    return Hello.v5("a").expiry(100).will("w", 0, false, delaySeconds);
  }

  @Test
  void isSentWhenTheConnectionBreaks() {
    var client = hub.connect(Hello.v4("a").will("w", 1, false, 0));
    client.lose();
    assertThat(watcher.texts()).containsExactly(WILL);
  }

  @Test
  void isForgottenByAGoodbye() {
    var client = hub.connect(lasting(0));
    client.disconnect();
    hub.pass(200_000);
    assertThat(watcher.isIdle()).isTrue();
  }

  @Test
  void isSentByEveryGoodbyeThatIsNotANormalOne() {
    for (int code : new int[] {0x04, 0x80, 0x81, 0x82, 0x83, 0x93}) {
      hub.connect(lasting(0)).disconnect(code, Properties.NONE);
      assertThat(watcher.texts()).as("%x", code).containsExactly(WILL);
    }
  }

  @Test
  void isSentWhenTheClientBreaksTheProtocol() {
    var client = hub.connect(lasting(0));
    client.send(client.connAck);
    assertThat(client.goodbye()).isEqualTo(Reason.PROTOCOL_ERROR.code());
    assertThat(watcher.texts()).containsExactly(WILL);
  }

  @Test
  void isSentWhenTheClientIsSilent() {
    hub.connect(lasting(0).keepAlive(10));
    hub.pass(16_000);
    assertThat(watcher.texts()).containsExactly(WILL);
  }

  @Test
  void waitsForItsDelay() {
    hub.connect(lasting(10)).lose();
    hub.pass(9_999);
    assertThat(watcher.isIdle()).isTrue();
    hub.pass(1);
    assertThat(watcher.texts()).containsExactly(WILL);
    hub.pass(200_000);
    assertThat(watcher.isIdle()).isTrue();
  }

  @Test
  void isCancelledWhenTheClientComesBackInTime() {
    hub.connect(lasting(10)).lose();
    hub.pass(5_000);
    hub.connect(Hello.v5("a").expiry(100));
    hub.pass(20_000);
    assertThat(watcher.isIdle()).isTrue();
  }

  @Test
  void isSentWhenTheClientComesBackWithACleanStart() {
    hub.connect(lasting(10)).lose();
    hub.connect(Hello.v5("a").clean());
    assertThat(watcher.texts()).containsExactly(WILL);
  }

  @Test
  void isSentAtTheSessionsEndIfThatIsSooner() {
    hub.connect(lasting(1_000)).lose();
    hub.pass(99_000);
    assertThat(watcher.isIdle()).isTrue();
    hub.pass(2_000);
    assertThat(watcher.texts()).containsExactly(WILL);
  }

  @Test
  void isSentAtOnceWhenTheSessionEndsWithItsConnection() {
    hub.connect(Hello.v5("a").will("w", 0, false, 1_000)).lose();
    assertThat(watcher.texts()).containsExactly(WILL);
  }

  @Test
  void isSentAtOnceWhenAGoodbyeEndsTheSession() {
    hub.connect(lasting(50))
        .disconnect(
            Reason.DISCONNECT_WITH_WILL.code(), number(Properties.SESSION_EXPIRY_INTERVAL, 0));
    assertThat(watcher.texts()).containsExactly(WILL);
  }

  @Test
  void isSentOnTakeOverUnlessItIsDelayed() {
    hub.connect(lasting(0));
    hub.connect(Hello.v5("a").expiry(100));
    assertThat(watcher.texts()).containsExactly(WILL);
    hub.connect(lasting(10));
    hub.connect(Hello.v5("a").expiry(100));
    hub.pass(20_000);
    assertThat(watcher.isIdle()).isTrue();
  }

  @Test
  void mayBeRetained() {
    hub.connect(Hello.v5("a").will("w", 1, true, 0)).lose();
    var late = hub.connect(Hello.v5("late"));
    late.subscribe("w", 1);
    hub.commit();
    assertThat(late.messages())
        .singleElement()
        .satisfies(message -> {
          assertThat(message.retain()).isTrue();
          assertThat(message.qos()).isOne();
          assertThat(message.properties().has(Properties.WILL_DELAY_INTERVAL)).isFalse();
        });
  }

  @Test
  void isSentAfterACrashWhenItsClientStaysAway() {
    hub.connect(lasting(0));
    hub.restart();
    watcher = hub.connect(Hello.v5("watcher").expiry(100_000));
    hub.pass(Wills.GRACE_MILLIS - 1);
    assertThat(watcher.isIdle()).isTrue();
    hub.pass(1);
    assertThat(watcher.texts()).containsExactly(WILL);
    hub.restart();
    watcher = hub.connect(Hello.v5("watcher").expiry(100_000));
    hub.pass(200_000);
    assertThat(watcher.isIdle()).isTrue();
  }

  @Test
  void isCancelledAfterACrashWhenItsClientComesBack() {
    hub.connect(lasting(0));
    hub.restart();
    watcher = hub.connect(Hello.v5("watcher").expiry(100_000));
    hub.connect(Hello.v5("a").expiry(100));
    hub.pass(200_000);
    assertThat(watcher.isIdle()).isTrue();
  }

  @Test
  void isKeptForASubscriberThatIsAway() {
    watcher.lose();
    hub.connect(Hello.v5("a").will("w", 2, false, 0)).lose();
    hub.restart();
    watcher = hub.connect(Hello.v5("watcher").expiry(100_000));
    hub.commit();
    assertThat(watcher.texts()).containsExactly(WILL);
  }

  @Test
  void isRefusedWhereItsClientMayNotPublish() {
    hub.connect(lasting(0));
    hub.access(List.of("#"), List.of("w"));
    hub.connect(Hello.v5("a").expiry(100));
    assertThat(watcher.isIdle()).isTrue();
    assertThat(hub.broker.counters().refused).isOne();
  }
}
