package dev.larder.hub.session;

import static dev.larder.hub.session.TestClient.message;
import static dev.larder.hub.session.TestClient.number;
import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.hub.message.Payload;
import dev.larder.hub.wire.Packet;
import dev.larder.hub.wire.Properties;
import dev.larder.hub.wire.Reason;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** PUBLISH from clients and its acknowledgements (MQTT 5, 3.3.4, 4.3, 4.6 and 4.9). */
final class PublishTest {
  private final TestBroker hub = new TestBroker();
  private TestClient reader;
  private TestClient client;

  @BeforeEach
  void connect() {
    reader = hub.connect(Hello.v5("reader").expiry(1_000));
    reader.subscribe("t/#", 2);
    client = hub.connect(Hello.v5("a").expiry(1_000));
  }

  private List<String> read() {
    hub.commit();
    return reader.texts();
  }

  @Test
  void qos0IsNotAcknowledged() {
    client.send(message("t/x", 0, 0, "m"));
    hub.commit();
    assertThat(client.isIdle()).isTrue();
    assertThat(reader.texts()).containsExactly("m");
  }

  @Test
  void acknowledgementsWaitForTheDisk() {
    client.send(message("t/x", 1, 1, "one"));
    client.send(message("t/x", 2, 2, "two"));
    assertThat(client.isIdle()).isTrue();
    hub.commit();
    client.next(Packet.PubAck.class);
    client.next(Packet.PubRec.class);
    client.pubRel(2);
    assertThat(client.isIdle()).isTrue();
    hub.commit();
    client.next(Packet.PubComp.class);
  }

  @Test
  void acknowledgementsComeInOrderEvenWhereNothingIsKept() {
    client.send(message("t/x", 1, 1, "kept"));
    client.send(message("nobody", 1, 2, "not kept"));
    client.send(message("t/x", 1, 3, "kept"));
    assertThat(client.isIdle()).isTrue();
    hub.commit();
    assertThat(client.all(Packet.PubAck.class))
        .containsExactly(
            new Packet.PubAck(1, 0, Properties.NONE),
            new Packet.PubAck(2, Reason.NO_MATCHING_SUBSCRIBERS.code(), Properties.NONE),
            new Packet.PubAck(3, 0, Properties.NONE));
  }

  @Test
  void thatNobodySubscribesIsToldAtQos2Too() {
    client.send(message("nobody", 2, 1, "m"));
    hub.commit();
    assertThat(client.next(Packet.PubRec.class).code())
        .isEqualTo(Reason.NO_MATCHING_SUBSCRIBERS.code());
    client.pubRel(1);
    hub.commit();
    assertThat(client.next(Packet.PubComp.class).code()).isZero();
  }

  @Test
  void aDuplicateAtQos2IsTakenOnce() {
    client.send(message("t/x", 2, 5, "m"));
    client.send(message("t/x", 2, 5, "m"));
    hub.commit();
    assertThat(client.all(Packet.PubRec.class)).hasSize(2);
    assertThat(read()).containsExactly("m");
  }

  @Test
  void aDuplicateAtQos2IsKnownOnTheNextConnectionAndAfterARestart() {
    client.send(message("t/x", 2, 5, "m"));
    client = hub.connect(Hello.v5("a").expiry(1_000));
    client.send(message("t/x", 2, 5, "m"));
    hub.restart();
    client = hub.connect(Hello.v5("a").expiry(1_000));
    client.send(message("t/x", 2, 5, "m"));
    hub.commit();
    client.next(Packet.PubRec.class);
    reader = hub.connect(Hello.v5("reader").expiry(1_000));
    assertThat(read()).containsExactly("m");
  }

  @Test
  void anIdNamesANewMessageOnceItWasReleased() {
    for (var text : List.of("m", "n")) {
      client.send(message("t/x", 2, 5, text));
      client.pubRel(5);
    }
    hub.commit();
    assertThat(client.wire.down).hasSize(4);
    assertThat(read()).containsExactly("m", "n");
  }

  @Test
  void anIdOfQos1MayBeUsedAgain() {
    client.send(message("t/x", 1, 5, "m"));
    client.send(message("t/x", 1, 5, "n"));
    hub.commit();
    assertThat(client.all(Packet.PubAck.class)).hasSize(2);
    assertThat(read()).containsExactly("m", "n");
  }

  @Test
  void aReleaseOfAnUnknownIdIsAnswered() {
    client.pubRel(77);
    hub.commit();
    assertThat(client.next(Packet.PubComp.class).code())
        .isEqualTo(Reason.PACKET_IDENTIFIER_NOT_FOUND.code());
  }

  private static Packet.Publish aliased(String topic, int qos, int id, int alias, String text) {
    return message(topic, qos, id, text, number(Properties.TOPIC_ALIAS, alias));
  }

  @Test
  void anAliasStandsForItsTopic() {
    client.send(aliased("t/x", 0, 0, 3, "m"));
    client.send(aliased("", 0, 0, 3, "n"));
    client.send(aliased("t/y", 0, 0, 3, "o"));
    client.send(aliased("", 0, 0, 3, "p"));
    var came = reader.messages();
    assertThat(came).extracting(Packet.Publish::topic).containsExactly("t/x", "t/x", "t/y", "t/y");
    assertThat(came).noneMatch(m -> m.properties().has(Properties.TOPIC_ALIAS));
  }

  @Test
  void aDuplicateSetsItsAliasAllTheSame() {
    client.send(message("t/x", 2, 5, "m"));
    client = hub.connect(Hello.v5("a").expiry(1_000));
    client.send(aliased("t/x", 2, 5, 3, "m"));
    client.send(aliased("", 2, 6, 3, "n"));
    hub.commit();
    assertThat(client.all(Packet.PubRec.class)).hasSize(2);
    assertThat(read()).containsExactly("m", "n");
  }

  @Test
  void aWrongAliasEndsTheConnection() {
    client.send(aliased("", 0, 0, 3, "m"));
    assertThat(client.goodbye()).isEqualTo(Reason.TOPIC_ALIAS_INVALID.code());
    client = hub.connect(Hello.v5("a"));
    client.send(aliased("t/x", 0, 0, Inbound.ALIAS_MAXIMUM + 1, "m"));
    assertThat(client.goodbye()).isEqualTo(Reason.TOPIC_ALIAS_INVALID.code());
  }

  @Test
  void anAliasEndsWithItsConnection() {
    client.send(aliased("t/x", 0, 0, 3, "m"));
    client = hub.connect(Hello.v5("a"));
    client.send(aliased("", 0, 0, 3, "m"));
    assertThat(client.goodbye()).isEqualTo(Reason.TOPIC_ALIAS_INVALID.code());
  }

  @Test
  void aPayloadThatIsNoTextAlthoughItSaysSoIsRefused() {
    var says = number(Properties.PAYLOAD_FORMAT_INDICATOR, 1);
    client.send(new Packet.Publish("t/x", 1, false, false, 1, Payload.of(new byte[] {-1}), says));
    client.send(message("t/x", 1, 2, "grün", says));
    hub.commit();
    assertThat(client.all(Packet.PubAck.class))
        .extracting(Packet.PubAck::code)
        .containsExactly(Reason.PAYLOAD_FORMAT_INVALID.code(), 0);
    var came = reader.next(Packet.Publish.class);
    assertThat(came.properties()).isEqualTo(says);
  }

  @Test
  void aRefusalIsToldToMqtt5() {
    hub.access(List.of("#"), List.of("secret"));
    client.send(message("secret", 0, 0, "m"));
    client.send(message("secret", 1, 1, "m"));
    client.send(message("secret", 2, 2, "m"));
    hub.commit();
    assertThat(client.next(Packet.PubAck.class).code()).isEqualTo(Reason.NOT_AUTHORIZED.code());
    assertThat(client.next(Packet.PubRec.class).code()).isEqualTo(Reason.NOT_AUTHORIZED.code());
    assertThat(hub.broker.counters().refused).isEqualTo(3);
    // A refused id is free at once (MQTT 5, 4.3.3).
    hub.access(List.of("#"), List.of());
    client.send(message("t/x", 2, 2, "n"));
    assertThat(read()).containsExactly("n");
  }

  @Test
  void aRefusalEndsAConnectionOf311() {
    hub.access(List.of("#"), List.of("secret"));
    for (int qos = 0; qos <= 2; qos++) {
      var old = hub.connect(Hello.v4("old"));
      old.send(message("secret", qos, qos == 0 ? 0 : 1, "m"));
      hub.commit();
      assertThat(old.wire.closed).isTrue();
      assertThat(old.isIdle()).isTrue();
    }
  }

  @Test
  void moreUnacknowledgedMessagesThanAllowedEndTheConnection() {
    for (int id = 1; id <= Inbound.RECEIVE_MAXIMUM; id++) {
      client.send(message("t/x", 1 + id % 2, id, "m"));
    }
    hub.commit();
    assertThat(client.wire.closed).isFalse();
    client.wire.down.clear();
    // Those of QoS 2 count until they are complete, half as many.
    for (int id = 1; id <= Inbound.RECEIVE_MAXIMUM / 2; id++) {
      client.send(message("nobody", 1, 10_000 + id, "m"));
    }
    assertThat(client.isIdle()).isTrue();
    client.send(message("nobody", 1, 20_000, "m"));
    assertThat(client.goodbye()).isEqualTo(Reason.RECEIVE_MAXIMUM_EXCEEDED.code());
  }

  @Test
  void aClientOf311IsNotReadWhileTooMuchWaitsForTheDisk() {
    var old = hub.connect(Hello.v4("old").keepAlive(10));
    IntStream.rangeClosed(1, Inbound.RECEIVE_MAXIMUM)
        .forEach(id -> old.send(message("nobody", 1, id, "m")));
    assertThat(old.wire.paused).isFalse();
    old.send(message("nobody", 1, 2_000, "m"));
    assertThat(old.wire.paused).isTrue();
    // It may have said something that was not read.
    hub.nowMillis += 60_000;
    hub.broker.tick(hub.nowMillis);
    assertThat(old.wire.closed).isFalse();
    hub.commit();
    assertThat(old.wire.paused).isFalse();
    hub.pass(5_000);
    assertThat(old.wire.closed).isFalse();
    assertThat(old.all(Packet.PubAck.class)).hasSize(Inbound.RECEIVE_MAXIMUM + 1);
  }

  @Test
  void aClientOf311MaySendManyAtQos2BeforeItReleasesOne() {
    var old = hub.connect(Hello.v4("old"));
    int count = 3 * Inbound.RECEIVE_MAXIMUM;
    for (int id = 1; id <= count; id++) {
      old.send(message("nobody", 2, id, "m"));
      if (old.wire.paused) {
        hub.commit();
      }
      assertThat(old.wire.paused).as("%d", id).isFalse();
    }
    hub.commit();
    assertThat(old.all(Packet.PubRec.class)).hasSize(count);
  }

  @Test
  void whatWasNotOnDiskMayBeLostAndWasNotAcknowledged() {
    client.send(message("t/x", 1, 1, "m"));
    client.send(message("t/x", 2, 2, "n"));
    assertThat(client.isIdle()).isTrue();
    hub.crash();
    client = hub.connect(Hello.v5("a").expiry(1_000));
    client.send(message("t/x", 2, 2, "n"));
    hub.commit();
    reader = hub.connect(Hello.v5("reader").expiry(1_000));
    hub.commit();
    assertThat(reader.texts()).filteredOn(text -> text.equals("n")).hasSize(1);
  }
}
