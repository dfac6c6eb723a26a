package dev.larder.hub.session;

import static dev.larder.hub.session.TestClient.number;
import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.hub.wire.Packet;
import dev.larder.hub.wire.Properties;
import dev.larder.hub.wire.Reason;
import org.junit.jupiter.api.Test;

/** CONNECT, CONNACK, DISCONNECT and how long a session lasts (MQTT 5, 3.1, 3.2, 3.14). */
final class ConnectTest {
  private final TestBroker hub = new TestBroker();

  private static long told(TestClient client, int property) {
    return client.connAck.properties().number(property, -1);
  }

  @Test
  void aSessionIsPresentWhenItLasted() {
    hub.connect(Hello.v5("a").expiry(60)).lose();
    hub.connect(Hello.v4("b")).lose();
    assertThat(hub.connect(Hello.v5("a").expiry(60)).connAck.sessionPresent()).isTrue();
    assertThat(hub.connect(Hello.v4("b")).connAck.sessionPresent()).isTrue();
    assertThat(hub.connect(Hello.v5("c")).connAck.sessionPresent()).isFalse();
  }

  @Test
  void aSessionWithoutExpiryEndsWithItsConnection() {
    hub.connect(Hello.v5("a")).lose();
    assertThat(hub.broker.sessions()).isEmpty();
    hub.connect(Hello.v4("b").clean()).lose();
    assertThat(hub.broker.sessions()).isEmpty();
  }

  @Test
  void aCleanStartForgetsTheSession() {
    var before = hub.connect(Hello.v5("a").expiry(60));
    before.subscribe("t", 1);
    before.lose();
    hub.connect(Hello.v4("p")).publish("t", 1, "lost with the session");
    var after = hub.connect(Hello.v5("a").clean().expiry(60));
    assertThat(after.connAck.sessionPresent()).isFalse();
    assertThat(after.session.subscriptions()).isEmpty();
    assertThat(after.isIdle()).isTrue();
  }

  @Test
  void aSessionOf311LastsOverRestarts() {
    hub.connect(Hello.v4("a")).subscribe("t", 1);
    hub.restart();
    var after = hub.connect(Hello.v4("a"));
    assertThat(after.connAck.sessionPresent()).isTrue();
    assertThat(after.session.subscriptions()).containsOnlyKeys("t");
  }

  @Test
  void aSessionExpires() {
    hub.connect(Hello.v5("a").expiry(10)).lose();
    hub.pass(9_900);
    assertThat(hub.broker.sessions()).hasSize(1);
    hub.pass(1_100);
    assertThat(hub.broker.sessions()).isEmpty();
  }

  @Test
  void aSessionThatIsExpiredAndNotSweptYetIsNotPresent() {
    hub.connect(Hello.v5("a").expiry(10)).lose();
    hub.nowMillis += 10_001;
    assertThat(hub.connect(Hello.v5("a").expiry(10)).connAck.sessionPresent()).isFalse();
  }

  @Test
  void aSessionExpiresWhileTheHubIsDown() {
    hub.connect(Hello.v5("a").expiry(10)).lose();
    hub.commit();
    hub.nowMillis += 10_001;
    hub.restart();
    assertThat(hub.connect(Hello.v5("a").expiry(10)).connAck.sessionPresent()).isFalse();
  }

  @Test
  void theLongestExpiryIsTwoWeeksAndTold() {
    var client = hub.connect(Hello.v5("a").expiry(0xFFFF_FFFFL));
    assertThat(told(client, Properties.SESSION_EXPIRY_INTERVAL)).isEqualTo(14 * 24 * 3_600);
  }

  @Test
  void disconnectShortensTheExpiry() {
    var client = hub.connect(Hello.v5("a").expiry(1_000));
    client.disconnect(0, number(Properties.SESSION_EXPIRY_INTERVAL, 10));
    assertThat(client.wire.closed).isTrue();
    hub.pass(11_000);
    assertThat(hub.broker.sessions()).isEmpty();
  }

  @Test
  void disconnectWithExpiryZeroEndsTheSession() {
    var client = hub.connect(Hello.v5("a").expiry(1_000));
    client.disconnect(0, number(Properties.SESSION_EXPIRY_INTERVAL, 0));
    assertThat(hub.broker.sessions()).isEmpty();
    hub.restart();
    assertThat(hub.broker.sessions()).isEmpty();
  }

  @Test
  void disconnectCannotMakeASessionLast() {
    var client = hub.connect(Hello.v5("a"));
    client.disconnect(0, number(Properties.SESSION_EXPIRY_INTERVAL, 10));
    assertThat(client.goodbye()).isEqualTo(Reason.PROTOCOL_ERROR.code());
    assertThat(hub.broker.sessions()).isEmpty();
  }

  @Test
  void aSessionTakenUpWithoutExpiryDoesNotOutliveTheHub() {
    var client = hub.connect(Hello.v5("a").expiry(1_000));
    client.subscribe("t", 2);
    client.lose();
    assertThat(hub.connect(Hello.v5("a")).connAck.sessionPresent()).isTrue();
    hub.restart();
    assertThat(hub.connect(Hello.v5("a").expiry(1_000)).connAck.sessionPresent()).isFalse();
    assertThat(hub.shell.log.queues()).isEmpty();
  }

  @Test
  void aSecondConnectionTakesTheSessionOver() {
    var first = hub.connect(Hello.v5("a").expiry(60));
    first.subscribe("t", 1);
    var second = hub.connect(Hello.v5("a").expiry(60));
    assertThat(first.goodbye()).isEqualTo(Reason.SESSION_TAKEN_OVER.code());
    assertThat(second.connAck.sessionPresent()).isTrue();
    assertThat(hub.broker.counters().takeovers).isOne();
    assertThat(hub.broker.connected()).isOne();
    hub.connect(Hello.v4("p")).publish("t", 1, "m");
    assertThat(second.texts()).containsExactly("m");
    assertThat(first.isIdle()).isTrue();
  }

  @Test
  void aConnectionOf311IsTakenOverWithoutAWord() {
    var first = hub.connect(Hello.v4("a"));
    hub.connect(Hello.v4("a"));
    assertThat(first.wire.closed).isTrue();
    assertThat(first.isIdle()).isTrue();
  }

  @Test
  void aTakenOverConnectionGetsNoAcknowledgements() {
    var first = hub.connect(Hello.v5("a").expiry(60));
    first.subscribe("other", 1);
    first.send(TestClient.message("t", 1, 7, "m"));
    var second = hub.connect(Hello.v5("a").expiry(60));
    hub.commit();
    assertThat(first.goodbye()).isEqualTo(Reason.SESSION_TAKEN_OVER.code());
    assertThat(first.isIdle()).isTrue();
    assertThat(second.isIdle()).isTrue();
  }

  @Test
  void anAssignedClientIdIsTold() {
    var client = hub.connect(Hello.v5(""));
    assertThat(client.connAck.properties().text(Properties.ASSIGNED_CLIENT_IDENTIFIER))
        .contains(client.session.clientId());
    assertThat(hub.connect(Hello.v5("b")).connAck.properties().all())
        .noneMatch(p -> p.id() == Properties.ASSIGNED_CLIENT_IDENTIFIER);
  }

  @Test
  void whatTheHubTakesIsTold() {
    var client = hub.connect(Hello.v5("a"));
    assertThat(told(client, Properties.RECEIVE_MAXIMUM)).isEqualTo(Inbound.RECEIVE_MAXIMUM);
    assertThat(told(client, Properties.MAXIMUM_PACKET_SIZE))
        .isEqualTo(TestBroker.PACKET_MAXIMUM_BYTES);
    assertThat(told(client, Properties.TOPIC_ALIAS_MAXIMUM)).isEqualTo(Inbound.ALIAS_MAXIMUM);
    assertThat(told(client, Properties.SESSION_EXPIRY_INTERVAL)).isEqualTo(-1);
    assertThat(hub.connect(Hello.v4("b")).connAck.properties().isEmpty()).isTrue();
  }

  @Test
  void aLongKeepAliveIsCutForMqtt5() {
    var client = hub.connect(Hello.v5("a").keepAlive(61));
    assertThat(told(client, Properties.SERVER_KEEP_ALIVE)).isEqualTo(60);
    assertThat(told(hub.connect(Hello.v5("b").keepAlive(60)), Properties.SERVER_KEEP_ALIVE))
        .isEqualTo(-1);
    hub.pass(90_000);
    assertThat(client.wire.closed).isFalse();
    hub.pass(1_001);
    assertThat(client.goodbye()).isEqualTo(Reason.KEEP_ALIVE_TIMEOUT.code());
  }

  @Test
  void aSilentClientIsClosedAfterOneAndAHalfKeepAlives() {
    var client = hub.connect(Hello.v4("a").keepAlive(10));
    hub.pass(15_000);
    assertThat(client.wire.closed).isFalse();
    client.send(new Packet.PingReq());
    client.next(Packet.PingResp.class);
    hub.pass(15_000);
    assertThat(client.wire.closed).isFalse();
    hub.pass(1_001);
    assertThat(client.wire.closed).isTrue();
    assertThat(hub.broker.connected()).isZero();
  }

  @Test
  void withoutKeepAliveSilenceIsNoFault() {
    var client = hub.connect(Hello.v5("a"));
    hub.pass(100_000_000);
    assertThat(client.wire.closed).isFalse();
  }

  @Test
  void sessionsWhoseNamesBeginAlikeAreApart() {
    for (var id : new String[] {"a", "a/b", "a/1"}) {
      var client = hub.connect(Hello.v5(id).expiry(1_000));
      client.subscribe("t", 2);
      client.send(TestClient.message("other", 2, 9, id));
    }
    hub.connect(Hello.v4("p")).publish("t", 1, "m");
    hub.connect(Hello.v4("q")).send(TestClient.message("t", 2, 1, "n"));
    hub.restart();
    for (var id : new String[] {"a/b", "a/1"}) {
      hub.connect(Hello.v5("a").clean());
      var client = hub.connect(Hello.v5(id).expiry(1_000));
      assertThat(client.session.received().get(9)).isTrue();
      hub.commit();
      assertThat(client.texts()).containsExactlyInAnyOrder("m", "n");
    }
    hub.restart();
    assertThat(hub.connect(Hello.v5("a/b").expiry(1_000)).session.received().get(9)).isTrue();
  }

  @Test
  void packetsThatOnlyServersSendEndTheConnection() {
    for (var packet :
        new Packet[] {
          new Packet.ConnAck(false, 0, Properties.NONE),
          new Packet.PingResp(),
          Hello.v5("a").packet(),
          new Packet.Auth(0x18, Properties.NONE)
        }) {
      var client = hub.connect(Hello.v5("a"));
      client.send(packet);
      assertThat(client.goodbye()).isEqualTo(Reason.PROTOCOL_ERROR.code());
    }
  }

  @Test
  void aReasonIsGivenUnlessItIsNotWanted() {
    hub.connect(Hello.v5("a")).send(new Packet.PingReq());
    var wants = hub.connect(Hello.v5("a"));
    wants.send(new Packet.PingResp());
    assertThat(wants.next(Packet.Disconnect.class).properties().text(Properties.REASON_STRING))
        .isPresent();
    var other = hub.connect(Hello.v5("a").with(Properties.REQUEST_PROBLEM_INFORMATION, 0));
    other.send(new Packet.PingResp());
    assertThat(other.next(Packet.Disconnect.class).properties().isEmpty()).isTrue();
    var small = hub.connect(Hello.v5("a").with(Properties.MAXIMUM_PACKET_SIZE, 40));
    small.send(new Packet.PingResp());
    assertThat(small.next(Packet.Disconnect.class).properties().isEmpty()).isTrue();
  }
}
