package dev.larder.hub.session;

import static dev.larder.hub.session.TestClient.message;
import static dev.larder.hub.session.TestClient.number;
import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.hub.wire.Packet;
import dev.larder.hub.wire.Properties;
import dev.larder.hub.wire.Reason;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is in flight to a client (MQTT 5, 3.1.2.11, 4.3, 4.4 and 4.9). */
final class WindowTest {
  private final TestBroker hub = new TestBroker();
  private final TestClient sender = hub.connect(Hello.v5("sender"));

  private static Hello reader() {
    return Hello.v5("reader").expiry(1_000);
  }

  private TestClient subscribed(Hello hello, int qos) {
    var client = hub.connect(hello);
    client.subscribe("t", qos);
    return client;
  }

  private void send(int qos, String... texts) {
    for (var text : texts) {
      sender.send(message("t", qos, qos == 0 ? 0 : sender.nextId(), text));
    }
    hub.commit();
    sender.wire.down.clear();
  }

  private static List<Integer> ids(List<Packet.Publish> messages) {
    return messages.stream().map(Packet.Publish::packetId).toList();
  }

  @Test
  void noMoreIsInFlightThanTheClientTakes() {
    var client = subscribed(reader().with(Properties.RECEIVE_MAXIMUM, 2), 2);
    send(1, "a");
    send(2, "b");
    send(1, "c");
    send(0, "free");
    send(2, "d");
    var first = client.messages();
    assertThat(first.stream().map(TestClient::text)).containsExactly("a", "b", "free");
    client.pubRec(first.get(1).packetId());
    hub.commit();
    client.next(Packet.PubRel.class);
    assertThat(client.isIdle()).isTrue();
    client.pubComp(first.get(1).packetId());
    assertThat(client.texts()).containsExactly("c");
    client.pubAck(first.getFirst().packetId());
    hub.commit();
    assertThat(client.texts()).containsExactly("d");
  }

  @Test
  void withoutALimitTheHubHasOne() {
    var client = subscribed(Hello.v4("old"), 1);
    for (int i = 0; i < Outbound.WINDOW_MAXIMUM + 10; i++) {
      sender.send(message("t", 1, 1 + i % 500, "m"));
      if (i % 400 == 0) {
        hub.commit();
      }
    }
    var came = client.messages();
    assertThat(came).hasSize(Outbound.WINDOW_MAXIMUM);
    assertThat(ids(came)).doesNotHaveDuplicates();
    came.forEach(m -> client.pubAck(m.packetId()));
    assertThat(client.messages()).hasSize(10);
  }

  @Test
  void whatIsUnacknowledgedIsSentAgainInOrderWithDup() {
    var client = subscribed(reader(), 2);
    send(1, "a", "b");
    send(2, "c");
    send(1, "d");
    var first = client.messages();
    client.pubAck(first.get(1).packetId());
    client.lose();
    client = hub.connect(reader());
    var again = client.messages();
    assertThat(again.stream().map(TestClient::text)).containsExactly("a", "c", "d");
    assertThat(again).allMatch(Packet.Publish::duplicate);
    assertThat(ids(again))
        .containsExactly(first.get(0).packetId(), first.get(2).packetId(), first.get(3).packetId());
    assertThat(first).noneMatch(Packet.Publish::duplicate);
  }

  @Test
  void whatIsSentAgainComesBeforeWhatIsNew() {
    var client = subscribed(reader(), 1);
    send(1, "a", "b", "c");
    client.messages();
    client.lose();
    send(1, "d");
    client = hub.connect(reader().with(Properties.RECEIVE_MAXIMUM, 2));
    var texts = new ArrayList<String>();
    while (!client.isIdle()) {
      var m = client.next(Packet.Publish.class);
      texts.add(TestClient.text(m) + (m.duplicate() ? " again" : ""));
      client.pubAck(m.packetId());
    }
    assertThat(texts).containsExactly("a again", "b again", "c again", "d");
  }

  @Test
  void anAnswerToWhatWasNotSentAgainYetCountsForNothing() {
    var client = subscribed(reader(), 2);
    send(1, "a", "b");
    send(2, "c");
    var ids = ids(client.messages());
    client.lose();
    client = hub.connect(reader().with(Properties.RECEIVE_MAXIMUM, 1));
    client.pubAck(ids.get(1));
    client.pubRec(ids.get(2));
    client.pubAck(ids.get(0));
    assertThat(TestClient.text(client.next(Packet.Publish.class))).isEqualTo("a");
    assertThat(client.next(Packet.PubRel.class).code())
        .isEqualTo(Reason.PACKET_IDENTIFIER_NOT_FOUND.code());
    assertThat(TestClient.text(client.next(Packet.Publish.class))).isEqualTo("b");
    assertThat(client.session.outbound().flights().count()).isEqualTo(2);
  }

  @Test
  void aReleaseIsSentAgainAndNotTheMessage() {
    var client = subscribed(reader(), 2);
    send(2, "a");
    int id = client.next(Packet.Publish.class).packetId();
    client.pubRec(id);
    hub.commit();
    client.next(Packet.PubRel.class);
    for (int i = 0; i < 2; i++) {
      client = hub.connect(reader());
      hub.commit();
      assertThat(client.next(Packet.PubRel.class).packetId()).isEqualTo(id);
      assertThat(client.isIdle()).isTrue();
      hub.restart();
    }
    client = hub.connect(reader());
    client.pubComp(id);
    assertThat(client.session.outbound().flights().count()).isZero();
  }

  @Test
  void aReleaseWaitsUntilItIsOnDisk() {
    var client = subscribed(reader(), 2);
    send(2, "a");
    client.pubRec(client.next(Packet.Publish.class).packetId());
    assertThat(client.isIdle()).isTrue();
    hub.commit();
    client.next(Packet.PubRel.class);
  }

  @Test
  void atQos2TheIdIsTheSameAfterARestart() {
    var client = subscribed(reader(), 2);
    send(2, "a", "b");
    var ids = ids(client.messages());
    hub.restart();
    client = hub.connect(reader());
    hub.commit();
    var again = client.messages();
    assertThat(ids(again)).isEqualTo(ids);
    assertThat(again).allMatch(Packet.Publish::duplicate);
  }

  @Test
  void theReceiptOfAnUnknownIdIsAnswered() {
    var client = subscribed(reader(), 2);
    client.pubRec(9);
    assertThat(client.next(Packet.PubRel.class).code())
        .isEqualTo(Reason.PACKET_IDENTIFIER_NOT_FOUND.code());
    client.pubAck(9);
    client.pubComp(9);
    assertThat(client.isIdle()).isTrue();
  }

  @Test
  void aFailureInsteadOfAReceiptIsTheEndOfIt() {
    var client = subscribed(reader().with(Properties.RECEIVE_MAXIMUM, 1), 2);
    send(2, "a");
    send(1, "b");
    int id = client.next(Packet.Publish.class).packetId();
    client.send(new Packet.PubRec(id, Reason.QUOTA_EXCEEDED.code(), Properties.NONE));
    var second = client.next(Packet.Publish.class);
    assertThat(TestClient.text(second)).isEqualTo("b");
    client.send(
        new Packet.PubAck(second.packetId(), Reason.QUOTA_EXCEEDED.code(), Properties.NONE));
    client = hub.connect(reader());
    hub.commit();
    assertThat(client.isIdle()).isTrue();
  }

  @Test
  void whatIsTooLargeForTheClientCountsAsSent() {
    var small =
        reader().with(Properties.MAXIMUM_PACKET_SIZE, 60).with(Properties.RECEIVE_MAXIMUM, 1);
    var client = subscribed(small, 2);
    for (int qos = 0; qos <= 2; qos++) {
      send(qos, "x".repeat(60), "fits " + qos);
      var came = client.next(Packet.Publish.class);
      assertThat(TestClient.text(came)).isEqualTo("fits " + qos);
      if (qos == 1) {
        client.pubAck(came.packetId());
      }
    }
    assertThat(hub.broker.counters().droppedLarge).isEqualTo(3);
  }

  @Test
  void anAliasIsSetBeforeItIsUsed() {
    var small =
        Hello.v5("small")
            .with(Properties.TOPIC_ALIAS_MAXIMUM, 2)
            .with(Properties.MAXIMUM_PACKET_SIZE, 60);
    var client = hub.connect(small);
    client.subscribe("#", 0);
    sender.publish("a", 0, "x".repeat(60));
    for (var topic : List.of("a", "b", "a", "c", "b")) {
      sender.publish(topic, 0, "m");
    }
    var came = client.messages();
    assertThat(came).extracting(Packet.Publish::topic).containsExactly("a", "b", "", "c", "");
    assertThat(came)
        .extracting(m -> m.properties().number(Properties.TOPIC_ALIAS, 0))
        .containsExactly(1L, 2L, 1L, 0L, 2L);
  }

  @Test
  void aClientThatDoesNotReadHoldsNothingUpAndLosesOnlyQos0() {
    var client = subscribed(reader(), 1);
    client.wire.writable = false;
    send(0, "lost");
    send(1, "kept");
    assertThat(client.isIdle()).isTrue();
    assertThat(hub.broker.counters().droppedSlow).isOne();
    client.wire.writable = true;
    hub.broker.writable(client.session, hub.nowMillis);
    assertThat(client.texts()).containsExactly("kept");
  }

  @Test
  void aMessageThatWentOutOfTimeInFlightStillFreesItsIdAtTheClient() {
    var client = subscribed(reader(), 2);
    sender.send(message("t", 2, 1, "a", number(Properties.MESSAGE_EXPIRY_INTERVAL, 10)));
    hub.commit();
    int id = client.next(Packet.Publish.class).packetId();
    client.lose();
    hub.pass(70_000);
    client = hub.connect(reader());
    hub.commit();
    assertThat(client.next(Packet.PubRel.class).packetId()).isEqualTo(id);
    client.pubComp(id);
    assertThat(client.session.outbound().flights().count()).isZero();
  }

  @Test
  void whatIsCompleteIsForgottenOnDisk() {
    var client = hub.connect(reader());
    client.subscribe("$share/g/t", 2);
    send(2, "shared");
    int id = client.next(Packet.Publish.class).packetId();
    client.unsubscribe("$share/g/t");
    client.subscribe("t", 2);
    send(2, "own");
    int second = client.next(Packet.Publish.class).packetId();
    for (int one : new int[] {id, second}) {
      client.pubRec(one);
      hub.commit();
      client.next(Packet.PubRel.class);
      client.pubComp(one);
    }
    hub.pass(2_000);
    hub.pass(2_000);
    assertThat(hub.shell.log.state().keySet()).noneMatch(key -> key.startsWith("sent/"));
  }
}
