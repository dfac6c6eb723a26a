package dev.larder.hub.session;

import static dev.larder.hub.session.TestClient.message;
import static dev.larder.hub.session.TestClient.number;
import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.hub.log.MessageQueue;
import dev.larder.hub.wire.Packet;
import dev.larder.hub.wire.Properties;
import org.junit.jupiter.api.Test;

/** Message expiry (MQTT 5, 3.3.2.3.3) and the hub's own time to live. */
final class ExpiryTest {
  private final TestBroker hub = new TestBroker();
  private final TestClient sender = hub.connect(Hello.v5("sender"));

  private TestClient reader() {
    var client = hub.connect(Hello.v5("reader").expiry(100_000));
    hub.commit();
    return client;
  }

  private void send(int qos, long seconds) {
    int id = qos == 0 ? 0 : sender.nextId();
    var properties =
        seconds < 0 ? Properties.NONE : number(Properties.MESSAGE_EXPIRY_INTERVAL, seconds);
    sender.send(message("t", qos, id, "m", properties));
    hub.commit();
    sender.wire.down.clear();
  }

  private long expired() {
    return hub.shell.log.queues().stream().mapToLong(MessageQueue::expired).sum();
  }

  @Test
  void theTimeThatAMessageWaitedIsTakenOff() {
    var client = reader();
    client.subscribe("t", 2);
    send(0, 100);
    assertThat(client.next(Packet.Publish.class).properties())
        .isEqualTo(number(Properties.MESSAGE_EXPIRY_INTERVAL, 100));
    client.lose();
    send(1, 100);
    send(2, 200);
    hub.pass(30_000);
    hub.restart();
    assertThat(reader().messages())
        .extracting(Packet.Publish::properties)
        .containsExactly(
            number(Properties.MESSAGE_EXPIRY_INTERVAL, 70),
            number(Properties.MESSAGE_EXPIRY_INTERVAL, 170));
  }

  @Test
  void whatExpiredWhileItsClientWasAwayIsNotSentAndCounted() {
    var client = reader();
    client.subscribe("t", 1);
    client.lose();
    send(1, 10);
    send(1, -1);
    send(1, 10);
    hub.nowMillis += 10_000;
    assertThat(reader().messages())
        .singleElement()
        .satisfies(m -> assertThat(m.properties().isEmpty()).isTrue());
    assertThat(expired()).isEqualTo(2);
    hub.pass(120_000);
    assertThat(expired()).isEqualTo(2);
  }

  @Test
  void housekeepingDropsAndCountsItToo() {
    var client = reader();
    client.subscribe("t", 1);
    client.lose();
    send(1, 10);
    send(1, -1);
    hub.pass(120_000);
    assertThat(expired()).isOne();
    hub.restart();
    assertThat(expired()).isOne();
    assertThat(reader().messages()).hasSize(1);
  }

  @Test
  void whatWasSentInTimeMayBeAcknowledgedLater() {
    var client = reader();
    client.subscribe("t", 1);
    send(1, 10);
    hub.pass(120_000);
    client.pubAck(client.next(Packet.Publish.class).packetId());
    send(1, 10);
    assertThat(client.messages()).hasSize(1);
  }

  @Test
  void theHubsTimeToLiveHoldsForAll() {
    hub.broker.timeToLive(20_000);
    var client = reader();
    client.subscribe("t", 1);
    client.lose();
    send(1, -1);
    send(1, 100);
    hub.nowMillis += 19_999;
    client = reader();
    assertThat(client.messages()).hasSize(2);
    client.lose();
    hub.nowMillis += 1;
    hub.pass(100_000);
    assertThat(reader().isIdle()).isTrue();
  }

  @Test
  void aReaderIsToldThePublishersTimeNotTheHubs() {
    hub.broker.timeToLive(20_000);
    var client = reader();
    client.subscribe("t", 1);
    send(1, 100);
    send(1, -1);
    var came = client.messages();
    assertThat(came.getFirst().properties())
        .isEqualTo(number(Properties.MESSAGE_EXPIRY_INTERVAL, 100));
    assertThat(came.getLast().properties().isEmpty()).isTrue();
  }

  @Test
  void aReaderOf311GetsItWhileItLasts() {
    var old = hub.connect(Hello.v4("old"));
    old.subscribe("t", 1);
    send(1, 10);
    assertThat(old.next(Packet.Publish.class).properties().isEmpty()).isTrue();
    old.lose();
    send(1, 10);
    hub.nowMillis += 10_000;
    old = hub.connect(Hello.v4("old"));
    assertThat(old.messages()).hasSize(1);
  }
}
