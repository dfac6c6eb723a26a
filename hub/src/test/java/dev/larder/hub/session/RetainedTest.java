package dev.larder.hub.session;

import static dev.larder.hub.session.TestClient.message;
import static dev.larder.hub.session.TestClient.number;
import static dev.larder.hub.session.TestClient.retained;
import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.hub.log.LogBounds;
import dev.larder.hub.message.Kept;
import dev.larder.hub.message.Payload;
import dev.larder.hub.wire.Packet;
import dev.larder.hub.wire.Properties;
import dev.larder.hub.wire.Reason;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Retained messages (MQTT 5, 3.3.1.3). */
final class RetainedTest {
  private final TestBroker hub = new TestBroker();
  private TestClient sender = hub.connect(Hello.v5("sender"));

  private List<Packet.Publish> stored(String filter, int qos) {
    var client = hub.connect(Hello.v5("late").clean());
    client.subscribe(filter, qos);
    hub.commit();
    return client.messages();
  }

  private List<String> texts(String filter) {
    return stored(filter, 1).stream().map(TestClient::text).toList();
  }

  @Test
  void theLastOneIsSentToANewSubscriber() {
    sender.publish(retained("t", 1, 1, "first"));
    sender.publish(retained("t", 1, 2, "second"));
    sender.publish("t", 1, "not retained");
    assertThat(stored("t", 1))
        .singleElement()
        .satisfies(m -> {
          assertThat(TestClient.text(m)).isEqualTo("second");
          assertThat(m.retain()).isTrue();
          assertThat(m.duplicate()).isFalse();
        });
    assertThat(hub.broker.retainedMessages()).isOne();
  }

  @Test
  void anEmptyOneClears() {
    var watcher = hub.connect(Hello.v5("watcher"));
    watcher.subscribe(new Packet.Wish("t", 1, false, true, 0));
    sender.publish(retained("t", 1, 1, "m"));
    sender.publish(retained("t", 0, 0, ""));
    assertThat(watcher.messages()).extracting(Packet.Publish::retain).containsExactly(true, true);
    assertThat(texts("t")).isEmpty();
    hub.restart();
    assertThat(texts("t")).isEmpty();
  }

  @Test
  void survivesARestartWithItsProperties() {
    var properties =
        Properties.of(
            new Properties.Text(Properties.CONTENT_TYPE, "text/plain"),
            new Properties.User("k", "v"));
    var payload = Payload.of("m".getBytes(StandardCharsets.UTF_8));
    sender.publish(new Packet.Publish("t", 1, true, false, 1, payload, properties));
    sender.publish(retained("u", 0, 0, "n"));
    hub.restart();
    assertThat(stored("t", 1))
        .singleElement()
        .satisfies(m -> {
          assertThat(m.properties()).isEqualTo(properties);
          assertThat(m.qos()).isOne();
          assertThat(m.retain()).isTrue();
        });
    assertThat(texts("u")).containsExactly("n");
  }

  @Test
  void theLowerQosCounts() {
    for (int published = 0; published <= 2; published++) {
      sender.send(retained("t", published, published == 0 ? 0 : 5, "m"));
      sender.pubRel(5);
      hub.commit();
      sender.wire.down.clear();
      for (int granted = 0; granted <= 2; granted++) {
        int expected = Math.min(published, granted);
        assertThat(stored("t", granted))
            .singleElement()
            .satisfies(m -> assertThat(m.qos()).isEqualTo(expected));
      }
    }
  }

  @Test
  void filtersFindThem() {
    for (var topic : List.of("a", "a/b", "a/b/c", "ab", "/a", "$x/a", "ä/b")) {
      sender.publish(retained(topic, 0, 0, topic));
    }
    assertThat(texts("a/#")).containsExactlyInAnyOrder("a", "a/b", "a/b/c");
    assertThat(texts("#")).containsExactlyInAnyOrder("a", "a/b", "a/b/c", "ab", "/a", "ä/b");
    assertThat(texts("+/b")).containsExactlyInAnyOrder("a/b", "ä/b");
    assertThat(texts("+/+")).containsExactlyInAnyOrder("a/b", "/a", "ä/b");
    assertThat(texts("a/+/#")).containsExactlyInAnyOrder("a/b", "a/b/c");
    assertThat(texts("a")).containsExactly("a");
    assertThat(texts("b")).isEmpty();
  }

  @Test
  void expires() {
    var soon = number(Properties.MESSAGE_EXPIRY_INTERVAL, 10);
    var payload = Payload.of("m".getBytes(StandardCharsets.UTF_8));
    sender.publish(new Packet.Publish("t", 1, true, false, 1, payload, soon));
    hub.pass(3_000);
    assertThat(stored("t", 1))
        .singleElement()
        .satisfies(m ->
            assertThat(m.properties()).isEqualTo(number(Properties.MESSAGE_EXPIRY_INTERVAL, 7)));
    hub.restart();
    hub.nowMillis += 7_000;
    assertThat(texts("t")).isEmpty();
    hub.pass(2_000);
    assertThat(hub.broker.retainedMessages()).isZero();
  }

  @Test
  void theHubsTimeToLiveIsNotItsOwn() {
    hub.broker.timeToLive(5_000);
    sender.publish(retained("t", 1, 1, "m"));
    hub.pass(1_000_000);
    assertThat(texts("t")).containsExactly("m");
  }

  @Test
  void oneThatIsLargerThanTheLogTakesIsRefused() {
    hub.shell.log.configure(new LogBounds(1 << 20, LogBounds.Overflow.REFUSE, 1 << 16, 100_000));
    sender.send(retained("t", 1, 1, "x".repeat(70_000)));
    hub.commit();
    assertThat(sender.next(Packet.PubAck.class).code()).isEqualTo(Reason.QUOTA_EXCEEDED.code());
    assertThat(texts("t")).isEmpty();
  }

  @Test
  void haveABoundWithinWhichOneCanBeReplaced() {
    var none = new Retained(hub.shell.log);
    assertThat(none.hasRoom(kept("t", Retained.BYTES_MAXIMUM - 200))).isTrue();
    assertThat(none.hasRoom(kept("t", Retained.BYTES_MAXIMUM))).isFalse();
    assertThat(none.set(kept("t", 10_000), Kept.NEVER)).isTrue();
    assertThat(none.hasRoom(kept("u", Retained.BYTES_MAXIMUM - 10_000))).isFalse();
    assertThat(none.hasRoom(kept("t", Retained.BYTES_MAXIMUM - 10_000))).isTrue();
  }

  private static Kept kept(String topic, long payloadBytes) {
    return new Kept(
        "n",
        0,
        Kept.NEVER,
        topic,
        1,
        Kept.Retain.PUBLISHED,
        Payload.of(new byte[0]),
        Payload.of(new byte[(int) payloadBytes]));
  }

  @Test
  void manyAtQos0WaitForAClientThatReadsSlowly() {
    for (int i = 0; i < 5; i++) {
      sender.publish(retained("t/" + i, 0, 0, "m" + i));
    }
    var client = hub.connect(Hello.v5("late"));
    client.wire.writable = false;
    client.subscribe("t/#", 1);
    assertThat(client.isIdle()).isTrue();
    client.wire.writable = true;
    hub.broker.writable(client.session, hub.nowMillis);
    assertThat(client.texts()).containsExactly("m0", "m1", "m2", "m3", "m4");
  }

  @Test
  void whatMayNotBePublishedIsNotRetained() {
    sender.publish(retained("secret", 1, 1, "m"));
    hub.access(List.of("#"), List.of("secret"));
    sender.send(retained("secret", 1, 2, "n"));
    hub.commit();
    sender.next(Packet.PubAck.class);
    hub.access(List.of("#"), List.of());
    assertThat(texts("secret")).containsExactly("m");
  }

  @Test
  void aRefusedMessageDoesNotReplaceIt() {
    hub.connect(Hello.v5("watcher").expiry(100)).subscribe("t", 1);
    sender.publish(retained("t", 1, 1, "m"));
    hub.shell.log.configure(new LogBounds(1 << 20, LogBounds.Overflow.REFUSE, 1 << 16, 1, 1 << 16));
    sender = hub.connect(Hello.v5("sender"));
    sender.send(retained("t", 1, 2, "n"));
    hub.commit();
    assertThat(sender.next(Packet.PubAck.class).code()).isEqualTo(Reason.QUOTA_EXCEEDED.code());
    assertThat(texts("t")).containsExactly("m");
    sender.send(message("t", 1, 3, "still refused"));
    hub.commit();
    assertThat(sender.next(Packet.PubAck.class).code()).isEqualTo(Reason.QUOTA_EXCEEDED.code());
  }
}
