package dev.larder.hub.session;

import static dev.larder.hub.session.TestClient.message;
import static dev.larder.hub.session.TestClient.number;
import static dev.larder.hub.session.TestClient.retained;
import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.hub.log.LogBounds;
import dev.larder.hub.wire.Packet;
import dev.larder.hub.wire.Properties;
import dev.larder.hub.wire.Reason;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** SUBSCRIBE, UNSUBSCRIBE, their options and what filters match (MQTT 5, 3.8 to 3.11, 4.7). */
final class SubscribeTest {
  private final TestBroker hub = new TestBroker();
  private final TestClient client = hub.connect(Hello.v5("a"));
  private final TestClient other = hub.connect(Hello.v5("other"));

  private static Packet.Wish wish(String filter) {
    return new Packet.Wish(filter, 1, false, false, 0);
  }

  private static Packet.Wish handling(String filter, int retainHandling) {
    return new Packet.Wish(filter, 1, false, false, retainHandling);
  }

  @Test
  void theAnswerNamesEachGrantInOrder() {
    hub.access(List.of("a/#", "b", "c", "$share/g/c"), List.of("b"));
    assertThat(
            client.subscribe(
                new Packet.Wish("a/x", 2, false, false, 0),
                wish("b"),
                wish("a/#/b"),
                new Packet.Wish("a/y", 0, false, false, 0)))
        .containsExactly(2, 0x80, 0x8F, 0);
    assertThat(client.session.subscriptions()).containsOnlyKeys("a/x", "a/y");
  }

  @Test
  void everyRefusalIs80To311() {
    hub.access(List.of("a"), List.of());
    var old = hub.connect(Hello.v4("old"));
    assertThat(old.subscribe(wish("a"), wish("b"), wish("a+"))).containsExactly(1, 0x80, 0x80);
  }

  @Test
  void filtersThatAreNoneAreRefused() {
    for (var filter :
        List.of("", "a#", "#/a", "a/+b", "$share/g", "$share//a", "$share/g/", "$share/g+/a")) {
      assertThat(client.subscribe(wish(filter))).as(filter).containsExactly(0x8F);
    }
  }

  @Test
  void aFilterHasABoundOnItsLevels() {
    assertThat(client.subscribe(wish("/".repeat(60_000)))).containsExactly(0x8F);
    assertThat(client.subscribe(wish("/".repeat(100)))).containsExactly(1);
  }

  @Test
  void aFilterHasABoundOnItsLength() {
    var lasting = hub.connect(Hello.v5("b").expiry(60));
    for (var filter : List.of("x".repeat(65_535), "$share/g/" + "x".repeat(65_500))) {
      assertThat(lasting.subscribe(wish(filter)).getFirst()).isGreaterThanOrEqualTo(0x80);
    }
  }

  @Test
  void subscriptionsHaveAQuota() {
    var wishes =
        IntStream.rangeClosed(0, Subscribing.SUBSCRIPTIONS_MAXIMUM)
            .mapToObj(i -> wish("t/" + i))
            .toArray(Packet.Wish[]::new);
    var codes = client.subscribe(wishes);
    assertThat(codes.getLast()).isEqualTo(Reason.QUOTA_EXCEEDED.code());
    assertThat(codes.subList(0, codes.size() - 1)).containsOnly(1);
    assertThat(client.subscribe(wish("t/0"))).containsExactly(1);
  }

  @Test
  void aSubscriptionThatCannotBeKeptIsRefusedAndDoesNotHold() {
    // Frames are at most 16 KiB here, so that a session's record outgrows them.
    hub.shell.log.configure(new LogBounds(1 << 20, LogBounds.Overflow.REFUSE, 1 << 16, 100_000));
    var lasting = hub.connect(Hello.v5("b").expiry(60));
    assertThat(lasting.subscribe(new Packet.Wish("t", 0, false, false, 0))).containsExactly(0);
    other.publish(retained("t", 1, 1, "stored"));
    lasting.wire.down.clear();
    var wishes =
        IntStream.range(0, 300)
            .mapToObj(i -> i == 0 ? wish("t") : wish("$share/g/" + "x".repeat(60) + i))
            .toArray(Packet.Wish[]::new);
    assertThat(lasting.subscribe(wishes)).containsOnly(Reason.QUOTA_EXCEEDED.code());
    assertThat(lasting.isIdle()).isTrue();
    assertThat(lasting.session.subscriptions().values())
        .singleElement()
        .satisfies(subscription -> assertThat(subscription.qos()).isZero());
    assertThat(hub.shell.log.queues()).noneMatch(queue -> queue.name().startsWith("group/"));
    other.publish("t", 1, "m");
    assertThat(lasting.messages()).singleElement().satisfies(m -> assertThat(m.qos()).isZero());
  }

  @Test
  void theLowerQosCounts() {
    for (int granted = 0; granted <= 2; granted++) {
      client.subscribe("t", granted);
      for (int published = 0; published <= 2; published++) {
        int id = published == 0 ? 0 : 10 * granted + published + 1;
        other.send(message("t", published, id, "m"));
        hub.commit();
        other.wire.down.clear();
        assertThat(client.next(Packet.Publish.class).qos()).isEqualTo(Math.min(granted, published));
      }
    }
  }

  @Test
  void noLocalKeepsOnesOwnMessagesAway() {
    client.subscribe(new Packet.Wish("t", 1, true, false, 0));
    client.publish("t", 0, "own");
    client.publish("t", 1, "own");
    assertThat(client.isIdle()).isTrue();
    other.publish("t", 1, "m");
    assertThat(client.texts()).containsExactly("m");
    client.subscribe("+", 1);
    client.send(message("t", 0, 0, "by the other filter"));
    assertThat(client.texts()).containsExactly("by the other filter");
  }

  @Test
  void theRetainFlagStaysOnlyIfThatIsWished() {
    client.subscribe(new Packet.Wish("t", 1, false, true, 0));
    var plain = hub.connect(Hello.v5("b"));
    plain.subscribe("t", 1);
    other.publish(retained("t", 0, 0, "m"));
    other.publish(retained("t", 1, 1, "m"));
    other.publish("t", 1, "m");
    assertThat(client.messages())
        .extracting(Packet.Publish::retain)
        .containsExactly(true, true, false);
    assertThat(plain.messages()).extracting(Packet.Publish::retain).containsOnly(false);
  }

  @Test
  void retainHandlingSaysWhenStoredMessagesAreSent() {
    other.publish(retained("t", 0, 0, "stored"));
    assertThat(client.subscribe(handling("t", 2))).containsExactly(1);
    assertThat(client.isIdle()).isTrue();
    client.subscribe(handling("t", 1));
    assertThat(client.isIdle()).isTrue();
    client.subscribe(handling("t", 0));
    assertThat(client.texts()).containsExactly("stored");
    client.unsubscribe("t");
    client.subscribe(handling("t", 1));
    assertThat(client.texts()).containsExactly("stored");
  }

  @Test
  void aSharedSubscriptionGetsNothingStored() {
    other.publish(retained("t", 1, 1, "stored"));
    client.subscribe(wish("$share/g/t"));
    assertThat(client.isIdle()).isTrue();
  }

  private static List<Long> identifiers(Packet.Publish message) {
    return message.properties().all().stream()
        .filter(p -> p.id() == Properties.SUBSCRIPTION_IDENTIFIER)
        .map(p -> ((Properties.Numeric) p).value())
        .toList();
  }

  @Test
  void overlappingSubscriptionsGiveOneMessageWithAllIdentifiers() {
    client.subscribe(
        number(Properties.SUBSCRIPTION_IDENTIFIER, 1), new Packet.Wish("t/#", 0, false, false, 0));
    client.subscribe(
        number(Properties.SUBSCRIPTION_IDENTIFIER, 268_435_455),
        new Packet.Wish("t/+", 2, false, false, 0));
    client.subscribe("t/x", 1);
    for (int qos = 0; qos <= 1; qos++) {
      other.publish("t/x", qos, "m");
      var came = client.next(Packet.Publish.class);
      assertThat(came.qos()).isEqualTo(qos);
      assertThat(identifiers(came)).containsExactlyInAnyOrder(1L, 268_435_455L);
      assertThat(client.isIdle()).isTrue();
    }
  }

  @Test
  void aNewSubscriptionTakesThePlaceOfTheSame() {
    client.subscribe(number(Properties.SUBSCRIPTION_IDENTIFIER, 1), wish("t"));
    client.subscribe(number(Properties.SUBSCRIPTION_IDENTIFIER, 2), wish("t"));
    other.publish("t", 1, "m");
    assertThat(identifiers(client.next(Packet.Publish.class))).containsExactly(2L);
    client.subscribe(wish("t"));
    other.publish("t", 0, "m");
    assertThat(identifiers(client.next(Packet.Publish.class))).isEmpty();
    assertThat(client.isIdle()).isTrue();
  }

  @Test
  void unsubscribingIsAnsweredFilterByFilter() {
    client.subscribe(wish("t"), wish("$share/g/t"));
    assertThat(client.unsubscribe("t", "u", "$share/g/t")).containsExactly(0, 0x11, 0);
    other.publish(message("t", 1, 1, "m"));
    assertThat(client.isIdle()).isTrue();
  }

  @Test
  void whatIsOnItsWayWhenAClientUnsubscribesMayStillCome() {
    var lasting = hub.connect(Hello.v5("b").expiry(60).with(Properties.RECEIVE_MAXIMUM, 1));
    lasting.subscribe("t", 1);
    other.publish("t", 1, "first");
    other.publish("t", 1, "second");
    int id = lasting.next(Packet.Publish.class).packetId();
    lasting.unsubscribe("t");
    lasting.pubAck(id);
    assertThat(lasting.texts()).containsExactly("second");
  }

  @Test
  void aQueueThatIsLeftOverAfterUnsubscribingEndsWithItsSession() {
    var lasting = hub.connect(Hello.v5("b").expiry(60));
    lasting.subscribe("t", 1);
    other.publish("t", 1, "m");
    lasting.next(Packet.Publish.class);
    lasting.unsubscribe("t");
    hub.restart();
    var back = hub.connect(Hello.v5("b").expiry(60));
    hub.commit();
    assertThat(back.texts()).containsExactly("m");
    back.disconnect(0, number(Properties.SESSION_EXPIRY_INTERVAL, 0));
    assertThat(hub.shell.log.queues()).isEmpty();
  }

  @Test
  void wildcardsMatchAsTheStandardHasIt() {
    matches("sport/tennis/player1/#", "sport/tennis/player1", true);
    matches("sport/tennis/player1/#", "sport/tennis/player1/score/wimbledon", true);
    matches("sport/#", "sport", true);
    matches("sport/+", "sport", false);
    matches("sport/+", "sport/", true);
    matches("+/+", "/finance", true);
    matches("/+", "/finance", true);
    matches("+", "/finance", false);
    matches("#", "/", true);
    matches("#", "$SYS/x", false);
    matches("+/x", "$SYS/x", false);
    matches("$SYS/#", "$SYS/x", true);
    matches("$SYS/+", "$SYS/x", true);
    matches("sport/+/#", "sport/a", true);
    matches("Sport", "sport", false);
  }

  private void matches(String filter, String topic, boolean expected) {
    client.subscribe(filter, 1);
    other.publish(topic, 0, "m");
    assertThat(client.texts()).as("%s on %s", filter, topic).hasSize(expected ? 1 : 0);
    client.unsubscribe(filter);
  }

  @Test
  void whatIsDeniedIsLeftOutOfAWiderSubscription() {
    hub.access(List.of("#"), List.of("secret"));
    other.publish(retained("seen", 1, 1, "m"));
    assertThat(client.subscribe(wish("secret"))).containsExactly(0x80);
    client.subscribe("#", 1);
    assertThat(client.texts()).containsExactly("m");
    hub.access(List.of("#"), List.of());
    other.publish("secret", 1, "allowed now");
    assertThat(client.texts()).containsExactly("allowed now");
  }

  @Test
  void aSubscriptionIsOfNoUseOnceItIsAllowedNoMore() {
    client.subscribe("t", 1);
    client.subscribe("$share/g/t", 1);
    hub.denySubscribing();
    other.publish("t", 0, "m");
    other.publish("t", 1, "m");
    assertThat(client.isIdle()).isTrue();
    assertThat(other.subscribe(wish("t"))).containsExactly(0x80);
  }
}
