package dev.larder.hub.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.hub.Seeds;
import dev.larder.hub.log.Log;
import dev.larder.hub.log.LogBounds;
import dev.larder.hub.log.MessageQueue;
import dev.larder.hub.log.SimShell;
import dev.larder.hub.message.Kept;
import dev.larder.hub.message.Payload;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * A hub, the line and a cloud that remembers the last sequence of each stream. The line is cut with
 * packets and acknowledgements on it, stays away for hours, and the hub is killed. Every message
 * that was on disk arrives once, and those of a priority in their order.
 */
final class UplinkSimTest {
  private static final LogBounds BOUNDS =
      new LogBounds(4 << 20, LogBounds.Overflow.REFUSE, 2 << 10, 100_000, 64 << 10);
  private static final Payload NOTHING = Payload.of(new byte[0]);
  private static final int MESSAGES = 300;

  private record Packet(int id, int priority, long sequence, String text) {}

  private static final class World {
    private final Random random;
    private final SimShell shell;
    private final List<List<String>> stored = new ArrayList<>();
    private final Map<Integer, Long> last = new HashMap<>();
    private final List<List<String>> kept = new ArrayList<>();
    private final Deque<Packet> up = new ArrayDeque<>();
    private final Deque<Integer> down = new ArrayDeque<>();
    private final Deque<Runnable> reads = new ArrayDeque<>();
    private final Map<Long, String> uncommitted = new HashMap<>();
    private Uplink uplink;
    private boolean connected;
    private long awayUntilMillis;
    private int made;
    private long nowMillis = 1_000_000;

    World(Random random) {
      this.random = random;
      shell = new SimShell(random, BOUNDS);
      uplink = uplink();
      for (int i = 0; i < 10; i++) {
        stored.add(new ArrayList<>());
        kept.add(new ArrayList<>());
      }
    }

    private Uplink uplink() {
      return new Uplink(IntStream.range(0, 10).mapToObj(this::queue).toList(), 8);
    }

    private MessageQueue queue(int priority) {
      return shell.log.open("upstream/" + priority, priority, true);
    }

    void run() {
      for (int i = 0; i < 2_500; i++) {
        step(random.nextInt(100));
      }
      awayUntilMillis = 0;
      for (int i = 0; i < 20_000 && waiting() > 0; i++) {
        step(10 + random.nextInt(84));
      }
      assertThat(waiting()).isZero();
      for (int priority = 0; priority < 10; priority++) {
        assertThat(stored.get(priority)).as("priority %d", priority).doesNotHaveDuplicates();
        assertThat(stored.get(priority)).containsSubsequence(kept.get(priority));
      }
    }

    private long waiting() {
      return shell.log.queues().stream().mapToLong(MessageQueue::size).sum();
    }

    private void step(int dice) {
      nowMillis += random.nextInt(1_000);
      if (dice < 10) {
        append();
      } else if (dice < 25) {
        shell.write();
        commit();
      } else if (dice < 30) {
        shell.chore();
      } else if (dice < 35) {
        if (!reads.isEmpty()) {
          reads.remove().run();
        }
      } else if (dice < 60) {
        cloud();
      } else if (dice < 80) {
        hub();
      } else if (dice < 90) {
        connect();
      } else if (dice < 94) {
        shell.log.tick(nowMillis);
        shell.askChores();
        on(uplink.tick(committed(), nowMillis));
      } else if (dice < 98) {
        cut();
      } else if (dice < 99) {
        cut();
        awayUntilMillis = nowMillis + random.nextLong(6 * 3_600_000L);
        nowMillis += random.nextLong(3_600_000L);
      } else {
        crash();
      }
    }

    private void append() {
      if (made >= MESSAGES) {
        return;
      }
      int priority = random.nextInt(10);
      var text = priority + " " + ++made;
      var payload = Payload.of(text.getBytes(StandardCharsets.UTF_8));
      var message =
          new Kept("press", nowMillis, Kept.NEVER, "t", 1, Kept.Retain.NO, NOTHING, payload);
      long sequence = shell.log.append(message, new MessageQueue[] {queue(priority)}, 1, nowMillis);
      if (sequence != Log.NO_ROOM) {
        uncommitted.put(sequence, text);
      }
    }

    private void commit() {
      uncommitted.entrySet().stream()
          .filter(e -> e.getKey() <= committed())
          .sorted(Map.Entry.comparingByKey())
          .toList()
          .forEach(e -> {
            kept.get(e.getValue().charAt(0) - '0').add(e.getValue());
            uncommitted.remove(e.getKey());
          });
      on(uplink.wake(committed(), nowMillis));
    }

    private long committed() {
      return shell.log.committedSequence();
    }

    private void on(List<Uplink.Output> outputs) {
      for (var output : outputs) {
        switch (output) {
          case Uplink.Output.Load(var queue, long first) -> reads.add(() -> read(queue, first));
          case Uplink.Output.SendTelemetry(int id, int priority, long sequence, var message) ->
              up.add(
                  new Packet(
                      id,
                      priority,
                      sequence,
                      new String(message.payload().bytes(), StandardCharsets.UTF_8)));
          case Uplink.Output.SendReport(int id, var twin) ->
              throw new AssertionError("a report of " + twin + " as " + id);
          case Uplink.Output.Reconnect() -> cut();
        }
      }
    }

    private void read(MessageQueue queue, long first) {
      if (queue.holds(first)) {
        var place = queue.place(first);
        if (!shell.log.onDisk(place)) {
          reads.add(() -> read(queue, first));
          return;
        }
        queue.remember(first, shell.read(place));
      }
      on(uplink.loaded(queue, committed(), nowMillis));
    }

    private void connect() {
      if (!connected && nowMillis >= awayUntilMillis) {
        connected = true;
        on(uplink.connected(committed(), nowMillis));
      }
    }

    /** The cloud stores one message, and answers. */
    private void cloud() {
      var packet = up.poll();
      if (packet != null) {
        if (packet.sequence > last.getOrDefault(packet.priority, 0L)) {
          last.put(packet.priority, packet.sequence);
          stored.get(packet.priority).add(packet.text);
        }
        down.add(packet.id);
      }
    }

    private void hub() {
      var id = down.poll();
      if (id != null) {
        on(uplink.acknowledged(id, committed(), nowMillis));
      }
    }

    private void cut() {
      connected = false;
      up.clear();
      down.clear();
      uplink.lost();
    }

    private void crash() {
      cut();
      reads.clear();
      uncommitted.clear();
      shell.crash(BOUNDS);
      uplink = uplink();
    }
  }

  @Test
  void everyMessageArrivesOnceAndInTheOrderOfItsPriority() {
    Seeds.run(400, random -> new World(random).run());
  }
}
