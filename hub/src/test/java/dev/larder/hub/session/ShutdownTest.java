package dev.larder.hub.session;

import static dev.larder.hub.session.TestClient.message;
import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.hub.wire.Packet;
import dev.larder.hub.wire.Reason;
import org.junit.jupiter.api.Test;

/** The hub stops in good order. */
final class ShutdownTest {
  private final TestBroker hub = new TestBroker();

  @Test
  void clientsAreToldIfTheirProtocolCan() {
    var told = hub.connect(Hello.v5("a"));
    var old = hub.connect(Hello.v4("b"));
    hub.broker.shutDown(hub.nowMillis);
    assertThat(told.goodbye()).isEqualTo(Reason.SERVER_SHUTTING_DOWN.code());
    assertThat(old.wire.closed).isTrue();
    assertThat(old.isIdle()).isTrue();
    assertThat(hub.broker.connected()).isZero();
  }

  @Test
  void lastingSessionsGoOnAfterIt() {
    var reader = hub.connect(Hello.v5("reader").expiry(100));
    reader.subscribe("t", 2);
    var sender = hub.connect(Hello.v5("sender").expiry(100));
    sender.send(message("t", 2, 1, "m"));
    hub.broker.shutDown(hub.nowMillis);
    hub.restart();
    sender = hub.connect(Hello.v5("sender").expiry(100));
    assertThat(sender.connAck.sessionPresent()).isTrue();
    sender.send(message("t", 2, 1, "m"));
    hub.commit();
    assertThat(sender.next(Packet.PubRec.class).code()).isZero();
    reader = hub.connect(Hello.v5("reader").expiry(100));
    hub.commit();
    assertThat(reader.texts()).containsExactly("m");
  }

  @Test
  void aWillIsSentAndKept() {
    hub.connect(Hello.v5("reader").expiry(100)).subscribe("w", 1);
    hub.connect(Hello.v5("a").will("w", 1, false, 0));
    hub.broker.shutDown(hub.nowMillis);
    hub.restart();
    var reader = hub.connect(Hello.v5("reader").expiry(100));
    hub.commit();
    assertThat(reader.texts()).containsExactly("will of a");
  }

  @Test
  void aDelayedWillWaitsForItsClientAfterIt() {
    hub.connect(Hello.v5("reader").expiry(1_000)).subscribe("w", 1);
    hub.connect(Hello.v5("a").expiry(1_000).will("w", 1, false, 60));
    hub.broker.shutDown(hub.nowMillis);
    hub.restart();
    hub.connect(Hello.v5("a").expiry(1_000));
    hub.pass(100_000);
    var reader = hub.connect(Hello.v5("reader").expiry(1_000));
    hub.commit();
    assertThat(reader.isIdle()).isTrue();
  }
}
