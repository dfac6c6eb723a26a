package dev.larder.hub.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.hub.Messages;
import dev.larder.hub.Seeds;
import dev.larder.hub.message.Batch;
import dev.larder.hub.message.Stored;
import dev.larder.hub.window.Window;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Hub, line and cloud with every part failing at any moment: the cloud, which passes over what it
 * has, ends with each message once and in order.
 */
final class UplinkSimTest {
  private static final int MESSAGES = 60;
  private static final int WINDOW = 8;

  private record Packet(int id, long sequence) {}

  private static final class World {
    private final Random random;
    private final List<Stored> disk = new ArrayList<>();
    private final Deque<Uplink.Output> todo = new ArrayDeque<>();
    private final Deque<Uplink.Input> answers = new ArrayDeque<>();
    private final Deque<Packet> line = new ArrayDeque<>();
    private final Deque<Integer> acknowledgements = new ArrayDeque<>();
    private final List<Long> cloud = new ArrayList<>();
    private final Set<Integer> flying = new HashSet<>();
    private Uplink uplink = new Uplink(WINDOW);
    private Instant now = Instant.EPOCH;
    private boolean connected;
    private long position = 1;
    private long savedPosition = 1;
    private long lastSent;

    World(Random random) {
      this.random = random;
    }

    void run() {
      for (int step = 0; step < 1_500; step++) {
        now = now.plusMillis(random.nextInt(200));
        step(random.nextInt(100));
      }
      settle();
      assertThat(cloud).isEqualTo(disk.stream().map(Stored::sequence).toList());
      assertThat(position).isEqualTo(MESSAGES + 1L);
    }

    private void step(int dice) {
      if (dice < 15 && disk.size() < MESSAGES) {
        long sequence = disk.size() + 1L;
        disk.add(new Stored(sequence, Messages.message("m" + sequence)));
        on(new Uplink.Input.Wake());
      } else if (dice < 45) {
        carryOut();
      } else if (dice < 60) {
        answer();
      } else if (dice < 85) {
        deliver();
      } else if (dice < 95) {
        connect();
      } else if (dice < 98) {
        lose();
      } else if (dice < 99) {
        crash();
      } else {
        savedPosition = position;
      }
    }

    private void settle() {
      while (disk.size() < MESSAGES) {
        step(0);
      }
      for (int i = 0; i < 10_000; i++) {
        connect();
        carryOut();
        answer();
        deliver();
      }
    }

    private void on(Uplink.Input input) {
      todo.addAll(uplink.on(input));
    }

    private void carryOut() {
      var output = todo.poll();
      switch (output) {
        case null -> {
          // Nothing to do.
        }
        case Uplink.Output.Read(var read) ->
            answers.add(new Uplink.Input.Loaded(read, read(read), now));
        case Uplink.Output.SendTelemetry(int id, var stored) -> send(id, stored.sequence());
        case Uplink.Output.Consume(long consumed) -> {
          assertThat(consumed).isGreaterThanOrEqualTo(position);
          assertThat(cloud).hasSizeGreaterThanOrEqualTo((int) consumed - 1);
          position = consumed;
        }
        case Uplink.Output.SendReport _ -> throw new AssertionError("no twin changed");
        case Uplink.Output.Reconnect() -> lose();
      }
    }

    private Batch read(Window.Read read) {
      long from = Math.max(read.from(), position);
      int count = Math.min(read.count(), 1 + random.nextInt(5));
      var messages = disk.stream().filter(s -> s.sequence() >= from).limit(count).toList();
      return new Batch(messages, from + messages.size());
    }

    private void send(int id, long sequence) {
      if (connected) {
        assertThat(sequence).isGreaterThan(lastSent);
        assertThat(flying.add(id)).as("packet id %d is free", id).isTrue();
        assertThat(flying).hasSizeLessThanOrEqualTo(WINDOW);
        lastSent = sequence;
        line.add(new Packet(id, sequence));
      }
    }

    private void answer() {
      var answer = answers.poll();
      if (answer != null) {
        on(answer);
      }
    }

    /** One packet one way or the other. */
    private void deliver() {
      if (!line.isEmpty() && random.nextBoolean()) {
        var packet = line.remove();
        if (cloud.isEmpty() || packet.sequence() > cloud.getLast()) {
          cloud.add(packet.sequence());
        }
        acknowledgements.add(packet.id());
      } else if (!acknowledgements.isEmpty()) {
        int id = acknowledgements.remove();
        flying.remove(id);
        on(new Uplink.Input.Acknowledged(id, now));
      }
    }

    private void connect() {
      if (!connected) {
        connected = true;
        on(new Uplink.Input.Connected(now));
      }
    }

    /** Packets on the line may still reach the cloud; their acknowledgements reach no one. */
    private void cut() {
      connected = false;
      int arrive = random.nextInt(line.size() + 1);
      for (var packet : List.copyOf(line).subList(0, arrive)) {
        if (cloud.isEmpty() || packet.sequence() > cloud.getLast()) {
          cloud.add(packet.sequence());
        }
      }
      line.clear();
      acknowledgements.clear();
      flying.clear();
      todo.removeIf(o -> o instanceof Uplink.Output.SendTelemetry);
      lastSent = 0;
    }

    private void lose() {
      if (connected) {
        cut();
        on(new Uplink.Input.Lost());
      }
    }

    private void crash() {
      cut();
      todo.clear();
      answers.clear();
      uplink = new Uplink(WINDOW);
      position = savedPosition;
    }
  }

  @Test
  void everyMessageReachesTheCloudOnceAndInOrder() {
    Seeds.run(1_000, random -> new World(random).run());
  }
}
