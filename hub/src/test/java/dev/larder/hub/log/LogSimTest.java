package dev.larder.hub.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.hub.Seeds;
import dev.larder.hub.message.Kept;
import dev.larder.hub.message.Payload;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Histories of a log on a disk that loses, tears and reorders what was not forced. */
final class LogSimTest {
  private static final int SEGMENT_BYTES = 4 << 10;
  private static final int STEPS = 1_500;

  @Test
  void losesNothingThatWasCommitted() {
    Seeds.run(2_000, random -> new History(random).run(STEPS));
  }

  @Test
  void takesMessagesAgainOnceAllWasConsumed() {
    Seeds.run(
        300,
        random -> {
          var history = new History(random);
          history.run(600);
          history.drain();
        });
  }

  private static final class History {
    private static final List<String> NAMES = List.of("a", "b", "c", "d", "e");

    private final Random random;
    private final SimModel model = new SimModel();
    private final SimShell shell;
    private LogBounds bounds;
    private long now = 1_000_000;
    private long allowedBytes;

    History(Random random) {
      this.random = random;
      bounds = bounds(0);
      shell = new SimShell(random, bounds);
    }

    private LogBounds bounds(long bytesNow) {
      int size = SEGMENT_BYTES << Math.max(0, random.nextInt(6) - 2);
      long maxBytes = (16L + random.nextInt(8)) * size;
      allowedBytes = Math.max(maxBytes, bytesNow + LogSegments.SPARES * (long) size);
      var overflow =
          random.nextBoolean() ? LogBounds.Overflow.DROP_OLDEST : LogBounds.Overflow.REFUSE;
      int messages = random.nextInt(3) == 0 ? 60 : 10_000;
      return new LogBounds(maxBytes, overflow, random.nextInt(20_000), messages, size);
    }

    /** What may be made beside segments that earlier bounds left too large. */
    private long beside() {
      int size = bounds.segmentBytes();
      boolean large = shell.log.segments.all().stream().anyMatch(each -> each.capacity > size);
      return large ? LogSegments.SPARES * (long) size : 0;
    }

    void run(int steps) {
      // What comes in more than what goes out, or the other way round.
      int appends = 20 + random.nextInt(40);
      for (int i = 0; i < steps; i++) {
        step(random.nextInt(140), appends);
        assertThat(shell.disk.bytes()).isLessThanOrEqualTo(allowedBytes);
        allowedBytes = Math.max(bounds.maxBytes(), shell.log.bytes() + beside());
      }
      crash();
    }

    private void step(int dice, int appends) {
      if (dice < appends) {
        append();
      } else if (dice < 80) {
        consume();
      } else if (dice < 105) {
        shell.write();
      } else if (dice < 113) {
        shell.chore();
      } else if (dice < 119) {
        put();
      } else if (dice < 122) {
        removeKey();
      } else if (dice < 125) {
        openQueue();
      } else if (dice < 132) {
        tick();
      } else if (dice < 136) {
        readBack();
      } else if (random.nextInt(8) == 0) {
        seldom();
      }
    }

    private void seldom() {
      switch (random.nextInt(8)) {
        case 0, 1, 2 -> crash();
        case 3 -> shell.disk.full = random.nextBoolean();
        case 4 -> {
          bounds = bounds(shell.log.bytes());
          shell.log.configure(bounds);
          model.check(shell.log);
        }
        case 5 -> dropQueue();
        default -> shell.settle(now);
      }
    }

    private void append() {
      var queues = new ArrayList<MessageQueue>();
      for (var queue : shell.log.queues()) {
        if (random.nextInt(3) == 0) {
          queues.add(queue);
        }
      }
      int size = random.nextInt(20) == 0 ? random.nextInt(6_000) : random.nextInt(200);
      var payload = new byte[size];
      random.nextBytes(payload);
      long expiry = random.nextInt(5) == 0 ? now + random.nextInt(60_000) : Kept.NEVER;
      var message =
          new Kept(
              "sender" + random.nextInt(9),
              now,
              expiry,
              "topic/é/" + random.nextInt(99),
              random.nextInt(3),
              random.nextBoolean() ? Kept.Retain.PUBLISHED : Kept.Retain.NO,
              Payload.of(new byte[random.nextInt(9)]),
              Payload.of(payload));
      var targets = queues.toArray(MessageQueue[]::new);
      long sequence = shell.log.append(message, targets, targets.length, now);
      noteDefinitions();
      if (sequence != Log.NO_ROOM) {
        model.appended(sequence, message, queues);
      }
      if (random.nextInt(16) == 0) {
        model.check(shell.log);
      }
    }

    private void consume() {
      var queues = List.copyOf(shell.log.queues());
      if (queues.isEmpty()) {
        return;
      }
      var queue = queues.get(random.nextInt(queues.size()));
      long sequence = queue.nextAfter(0);
      for (int skip = random.nextInt(4); skip > 0 && sequence >= 0; skip--) {
        long next = queue.nextAfter(sequence);
        sequence = next < 0 ? sequence : next;
      }
      if (sequence >= 0) {
        queue.remove(sequence);
        model.queue(queue).waiting.remove(sequence);
      }
    }

    private void put() {
      var key = "key" + random.nextInt(12);
      var text =
          "v".repeat(random.nextInt(random.nextInt(10) == 0 ? 900 : 60)) + random.nextInt(50);
      if (shell.log.put(key, text.getBytes(StandardCharsets.UTF_8))) {
        model.put(key, text, shell.log.mark());
      }
    }

    private void removeKey() {
      var key = "key" + random.nextInt(12);
      if (shell.log.remove(key)) {
        model.put(key, null, shell.log.mark());
      }
    }

    private void openQueue() {
      var name = NAMES.get(random.nextInt(NAMES.size()));
      boolean isThere = shell.log.find(name).isPresent();
      var queue = shell.log.open(name, random.nextInt(10), random.nextInt(4) > 0);
      if (!isThere) {
        model.queues.put(queue.id, new SimModel.Queue(name, queue.durable, Long.MAX_VALUE));
        noteDefinitions();
      }
    }

    private void noteDefinitions() {
      for (var queue : shell.log.queues()) {
        var known = model.queue(queue);
        if (queue.definition != Packed.NONE && known.openedMark == Long.MAX_VALUE) {
          known.openedMark = shell.log.mark();
        }
      }
    }

    private void dropQueue() {
      shell.log.queues().stream()
          .skip(random.nextInt(5))
          .findFirst()
          .ifPresent(queue -> {
            var known = model.queue(queue);
            shell.log.drop(queue);
            boolean noted = shell.log.queues.find(queue.id) == null;
            known.droppedMark = noted ? shell.log.mark() : Long.MAX_VALUE - 1;
            known.waiting.clear();
          });
    }

    private void tick() {
      now += random.nextInt(random.nextInt(20) == 0 ? 70_000 : 300);
      shell.log.tick(now);
      shell.askChores();
      noteDefinitions();
      for (var queue : shell.log.queues()) {
        if (queue.durable && !queue.moved) {
          model
              .queue(queue)
              .cursors
              .add(new SimModel.Cursor(shell.log.mark(), queue.cursor().below()));
        }
      }
      model.check(shell.log);
    }

    /** What lies where a message is said to lie is that message. */
    private void readBack() {
      for (var queue : shell.log.queues()) {
        for (long at = queue.nextAfter(0); at >= 0; at = queue.nextAfter(at)) {
          var expected = Objects.requireNonNull(model.messages.get(at));
          var place = queue.place(at);
          var inMemory = queue.message(at);
          assertThat(inMemory == null || inMemory.equals(expected)).isTrue();
          if (shell.log.onDisk(place)) {
            var content = shell.disk.view(place.segment());
            assertThat(LogFrame.message(content, place.offset(), place)).contains(expected);
            queue.remember(at, expected);
          }
        }
      }
    }

    private void crash() {
      model.check(shell.log);
      long mark = shell.log.committedMark();
      long sequence = shell.log.committedSequence();
      shell.loseAnswers();
      shell.crash(bounds);
      model.recovered(shell.log, mark, sequence);
      readBack();
    }

    void drain() {
      shell.disk.full = false;
      for (var queue : shell.log.queues()) {
        for (long at = queue.nextAfter(0); at >= 0; at = queue.nextAfter(at)) {
          queue.remove(at);
        }
      }
      for (var key : List.copyOf(shell.log.state().keySet())) {
        shell.log.remove(key);
      }
      now += 2_000;
      shell.settle(now);
      now += 2_000;
      shell.settle(now);
      var queue = shell.log.open("last", 0, true);
      var message =
          new Kept(
              "s",
              now,
              0,
              "t",
              1,
              Kept.Retain.NO,
              Payload.of(new byte[0]),
              Payload.of(new byte[100]));
      long sequence = shell.log.append(message, new MessageQueue[] {queue}, 1, now);
      assertThat(sequence).isPositive();
      assertThat(shell.disk.bytes()).isLessThanOrEqualTo(bounds.maxBytes());
      shell.settle(now);
      assertThat(shell.log.committedSequence()).isEqualTo(sequence);
      assertThat(shell.log.isStrained(SEGMENT_BYTES / 4, now)).isFalse();
    }
  }
}
