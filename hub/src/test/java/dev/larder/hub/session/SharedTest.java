package dev.larder.hub.session;

import static dev.larder.hub.session.TestClient.message;
import static dev.larder.hub.session.TestClient.number;
import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.common.access.AccessList;
import dev.larder.common.access.Operation;
import dev.larder.hub.wire.Packet;
import dev.larder.hub.wire.Properties;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Shared subscriptions (MQTT 5, 4.8.2). */
final class SharedTest {
  private static final String FILTER = "$share/g/t";

  private final TestBroker hub = new TestBroker();
  private final TestClient sender = hub.connect(Hello.v5("sender"));

  private TestClient member(String id) {
    return member(id, 2);
  }

  private TestClient member(String id, int qos) {
    var client = hub.connect(Hello.v5(id).expiry(100));
    client.subscribe(FILTER, qos);
    return client;
  }

  private TestClient back(String id) {
    var client = hub.connect(Hello.v5(id).expiry(100));
    hub.commit();
    return client;
  }

  private void send(int qos, int count) {
    for (int i = 0; i < count; i++) {
      sender.send(message("t", qos, qos == 0 ? 0 : sender.nextId(), String.valueOf(i)));
    }
    hub.commit();
    sender.wire.down.clear();
  }

  private static List<String> numbers(int from, int until) {
    return IntStream.range(from, until).mapToObj(String::valueOf).toList();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void eachMessageGoesToOneMemberInTurn(int qos) {
    var a = member("a");
    var b = member("b");
    send(qos, 6);
    var atA = a.texts();
    var atB = b.texts();
    assertThat(atA).hasSize(3).doesNotContainAnyElementsOf(atB);
    assertThat(atB).hasSize(3);
  }

  @Test
  void groupsAndOwnSubscriptionsAreApart() {
    var a = member("a");
    a.subscribe("t", 1);
    var other = hub.connect(Hello.v5("other"));
    other.subscribe("$share/h/t", 1);
    send(1, 1);
    assertThat(a.texts()).containsExactly("0", "0");
    assertThat(other.texts()).containsExactly("0");
  }

  @Test
  void whoHasNoRoomIsPassedOver() {
    var narrow = hub.connect(Hello.v5("n").with(Properties.RECEIVE_MAXIMUM, 1));
    narrow.subscribe(FILTER, 1);
    var wide = member("w");
    send(1, 5);
    assertThat(narrow.messages()).hasSize(1);
    assertThat(wide.messages()).hasSize(4);
  }

  @Test
  void whatALostMemberLeavesUnacknowledgedAtQos1GoesToOthers() {
    var a = member("a", 1);
    var b = member("b", 1);
    send(1, 4);
    var atB = b.texts();
    var left = a.texts();
    a.lose();
    assertThat(b.texts()).containsExactlyElementsOf(left);
    assertThat(atB).hasSize(2);
    assertThat(back("a").isIdle()).isTrue();
  }

  @Test
  void whatIsInFlightAtQos2Stays() {
    var a = member("a");
    send(2, 2);
    var first = a.messages();
    var b = member("b");
    a.lose();
    assertThat(b.isIdle()).isTrue();
    var again = back("a").messages();
    assertThat(again)
        .extracting(Packet.Publish::packetId)
        .containsExactlyElementsOf(first.stream().map(Packet.Publish::packetId).toList());
    assertThat(again).allMatch(Packet.Publish::duplicate);
  }

  @Test
  void whatIsInFlightAtQos2EndsWithItsSession() {
    var a = member("a");
    send(2, 1);
    a.messages();
    var b = member("b");
    a.disconnect(0, number(Properties.SESSION_EXPIRY_INTERVAL, 0));
    hub.commit();
    assertThat(b.isIdle()).isTrue();
    assertThat(hub.shell.log.find("group/" + FILTER).orElseThrow().size()).isZero();
  }

  @Test
  void whatWasNotSentYetAtQos2GoesToOthers() {
    var a = member("a");
    sender.send(message("t", 2, 1, "m"));
    assertThat(a.isIdle()).isTrue();
    var b = hub.connect(Hello.v5("b").expiry(100));
    b.send(
        new Packet.Subscribe(
            1, List.of(new Packet.Wish(FILTER, 2, false, false, 0)), Properties.NONE));
    a.disconnect(0, number(Properties.SESSION_EXPIRY_INTERVAL, 0));
    hub.commit();
    b.next(Packet.SubAck.class);
    assertThat(b.texts()).containsExactly("m");
    assertThat(a.isIdle()).isTrue();
  }

  @Test
  void nothingIsLostWhileAllAreAway() {
    member("a", 1).lose();
    member("b", 1).lose();
    send(1, 4);
    hub.restart();
    assertThat(back("b").texts()).containsExactlyElementsOf(numbers(0, 4));
    hub.commit();
  }

  @Test
  void atQos0NothingIsKept() {
    var a = member("a", 0);
    a.lose();
    send(0, 1);
    assertThat(hub.broker.counters().withoutTaker).isOne();
    assertThat(back("a").isIdle()).isTrue();
  }

  @Test
  void atQos0WhoDoesNotReadIsPassedOver() {
    var slow = member("slow");
    var b = member("b");
    slow.wire.writable = false;
    send(0, 4);
    assertThat(b.messages()).hasSize(4);
  }

  @Test
  void aMembersOwnQosCounts() {
    var a = member("a", 0);
    send(1, 1);
    assertThat(a.messages()).singleElement().satisfies(m -> assertThat(m.qos()).isZero());
    assertThat(hub.shell.log.find("group/" + FILTER).orElseThrow().size()).isZero();
  }

  @Test
  void theGroupEndsWithItsLastMember() {
    var a = member("a");
    a.unsubscribe(FILTER);
    assertThat(hub.shell.log.queues()).isEmpty();
    send(1, 1);
    assertThat(member("b").isIdle()).isTrue();
  }

  @Test
  void whoLeavesWithMessagesInFlightMayStillAcknowledgeThem() {
    var a = member("a", 1);
    var b = member("b", 1);
    send(1, 4);
    var atA = a.messages();
    a.unsubscribe(FILTER);
    atA.forEach(m -> a.pubAck(m.packetId()));
    a.lose();
    hub.commit();
    assertThat(b.messages()).hasSize(2);
  }

  @Test
  void afterARestartNothingIsLostAndQos2KeepsItsMember() {
    member("a");
    var b = member("b");
    send(2, 2);
    assertThat(b.messages()).hasSize(1);
    hub.restart();
    b = back("b");
    assertThat(b.messages()).hasSize(1);
    assertThat(back("a").messages()).hasSize(1);
    assertThat(b.isIdle()).isTrue();
  }

  @Test
  void subscriptionIdentifiersAreTheMembers() {
    var a = hub.connect(Hello.v5("a"));
    a.subscribe(
        number(Properties.SUBSCRIPTION_IDENTIFIER, 7), new Packet.Wish(FILTER, 1, false, false, 0));
    send(1, 1);
    var came = a.next(Packet.Publish.class);
    assertThat(came.properties()).isEqualTo(number(Properties.SUBSCRIPTION_IDENTIFIER, 7));
  }

  /** Only the named client is denied a topic of the group's. */
  private void deny(String clientId, String topic) {
    var all = Set.of(Operation.PUBLISH, Operation.SUBSCRIBE);
    hub.accessOf(
        clientId,
        new AccessList(
            List.of(
                new AccessList.Statement(
                    List.of("anonymous"),
                    List.of(new AccessList.Rule(all, List.of("#"))),
                    List.of(new AccessList.Rule(all, List.of(topic)))))));
  }

  @Test
  void whatAMemberMayNotHaveGoesToOneThatMay() {
    var a = hub.connect(Hello.v5("a"));
    var b = hub.connect(Hello.v5("b"));
    deny("a", "s/secret");
    for (var client : List.of(a, b)) {
      client.subscribe("$share/g/s/#", 1);
    }
    for (int i = 0; i < 4; i++) {
      sender.publish("s/secret", i % 2, "m" + i);
    }
    assertThat(a.isIdle()).isTrue();
    assertThat(b.texts()).containsExactly("m0", "m1", "m2", "m3");
    b.unsubscribe("$share/g/s/#");
    sender.publish("s/secret", 1, "n");
    sender.publish("s/open", 1, "o");
    assertThat(a.texts()).containsExactly("o");
  }
}
