package dev.larder.hub.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.hub.log.LogBounds;
import dev.larder.hub.log.MessageQueue;
import dev.larder.hub.message.Kept;
import dev.larder.hub.message.Payload;
import dev.larder.hub.wire.Packet;
import dev.larder.hub.wire.Properties;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** How the feeds of one session take turns. */
final class PriorityTest {
  private final TestBroker hub = new TestBroker();
  private final TestClient client = hub.connect(Hello.v5("a").with(Properties.RECEIVE_MAXIMUM, 1));

  /** A feed whose topic is its queue's name. */
  private static final class NamedFeed extends Feed {
    private long at;

    NamedFeed(MessageQueue queue) {
      super(queue);
    }

    @Override
    protected long next() {
      return queue.nextAfter(at);
    }

    @Override
    protected void taken(long sequence) {
      at = sequence;
    }

    @Override
    protected Grant grant(Kept message) {
      return new Grant(1, false, List.of());
    }

    @Override
    protected byte[] topic(Kept message) {
      return queue.name().getBytes(StandardCharsets.UTF_8);
    }

    @Override
    protected boolean isWanted() {
      return true;
    }
  }

  private MessageQueue feed(int priority, int messages) {
    var queue = hub.shell.log.open("p" + priority, priority, false);
    client.session.draw(new NamedFeed(queue));
    fill(queue, messages);
    return queue;
  }

  private void fill(MessageQueue queue, int messages) {
    var nothing = Payload.of(new byte[0]);
    for (int i = 0; i < messages; i++) {
      var kept = new Kept("n", 0, Kept.NEVER, "t", 1, Kept.Retain.NO, nothing, nothing);
      hub.shell.log.append(kept, new MessageQueue[] {queue}, 1, hub.nowMillis);
    }
    hub.commit();
  }

  /** The topics of the next messages, each acknowledged before the next is sent. */
  private List<String> come(int count) {
    client.session.pump(hub.nowMillis);
    return IntStream.range(0, count)
        .mapToObj(_ -> {
          var message = client.next(Packet.Publish.class);
          client.pubAck(message.packetId());
          return message.topic();
        })
        .toList();
  }

  private static long count(List<String> topics, String topic) {
    return topics.stream().filter(topic::equals).count();
  }

  @Test
  void eachPriorityHasTwiceTheTurnsOfTheNext() {
    feed(0, 200);
    feed(1, 200);
    feed(2, 200);
    var came = come(140);
    assertThat(count(came, "p0")).isBetween(78L, 82L);
    assertThat(count(came, "p1")).isBetween(38L, 42L);
    assertThat(count(came, "p2")).isBetween(18L, 22L);
  }

  @Test
  void theLowestDoesNotStarve() {
    feed(0, 1_200);
    feed(9, 2);
    assertThat(count(come(1_100), "p9")).isEqualTo(2);
  }

  @Test
  void whatWasIdleHasNoArrears() {
    feed(0, 500);
    var late = feed(1, 0);
    come(100);
    fill(late, 100);
    var came = come(30);
    assertThat(count(came, "p1")).isBetween(9L, 11L);
    assertThat(count(came, "p0")).isBetween(19L, 21L);
  }

  @Test
  void withinAFeedOrderIsKept() {
    feed(3, 3);
    assertThat(come(3)).containsExactly("p3", "p3", "p3");
    assertThat(client.isIdle()).isTrue();
  }

  @Test
  void aFeedThatWaitsForTheDiskDoesNotHoldUpTheOthers() {
    var cold = feed(0, 1);
    hub.shell.log.configure(new LogBounds(4 << 20, LogBounds.Overflow.REFUSE, 0, 100_000));
    feed(5, 1);
    assertThat(cold.message(cold.nextAfter(0))).isNull();
    client.session.pump(hub.nowMillis);
    var first = client.next(Packet.Publish.class);
    assertThat(first.topic()).isEqualTo("p5");
    client.pubAck(first.packetId());
    hub.commit();
    assertThat(client.next(Packet.Publish.class).topic()).isEqualTo("p0");
  }
}
