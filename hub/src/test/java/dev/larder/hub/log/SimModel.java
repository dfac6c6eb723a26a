package dev.larder.hub.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.hub.message.Kept;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What a log should hold, and what it may hold after a crash. */
final class SimModel {
  /** A value, or none, that a key had from a mark on. */
  record Value(long mark, @Nullable String text) {}

  /** A cursor that is in force once its mark is committed. */
  record Cursor(long mark, long below) {}

  /** A queue; known by its id, since a name may come again. */
  static final class Queue {
    final String name;
    final boolean durable;
    long openedMark;
    long droppedMark = Long.MAX_VALUE;
    final TreeSet<Long> waiting = new TreeSet<>();
    final TreeSet<Long> ever = new TreeSet<>();
    final List<Cursor> cursors = new ArrayList<>();
    long lost;

    Queue(String name, boolean durable, long openedMark) {
      this.name = name;
      this.durable = durable;
      this.openedMark = openedMark;
    }
  }

  final Map<Long, Kept> messages = new HashMap<>();
  final Map<Integer, Queue> queues = new HashMap<>();
  final Map<String, List<Value>> state = new HashMap<>();

  Queue queue(MessageQueue queue) {
    return Objects.requireNonNull(queues.get(queue.id));
  }

  void appended(long sequence, Kept message, List<MessageQueue> to) {
    assertThat(messages.put(sequence, message)).as("sequence %s used before", sequence).isNull();
    for (var queue : to) {
      queue(queue).waiting.add(sequence);
      queue(queue).ever.add(sequence);
    }
  }

  void put(String key, @Nullable String text, long mark) {
    state.computeIfAbsent(key, k -> new ArrayList<>()).add(new Value(mark, text));
  }

  /** What waits is what was appended, but for what was consumed and what was counted as lost. */
  void check(Log log) {
    for (var queue : log.queues()) {
      var expected = queue(queue);
      var found = waiting(queue);
      assertThat(queue.size()).isEqualTo(found.size());
      assertThat(expected.waiting).containsAll(found);
      long lost = queue.expired() + queue.overQuota();
      assertThat(lost - expected.lost).isEqualTo(expected.waiting.size() - found.size());
      expected.lost = lost;
      expected.waiting.retainAll(found);
    }
    checkState(log);
  }

  /** Every message that is kept is kept for a queue. */
  static void checkTable(Log log) {
    var slots = new TreeSet<Integer>();
    for (var queue : log.queues()) {
      waiting(queue).forEach(sequence -> slots.add(queue.slotOf(sequence)));
    }
    assertThat(log.table.size()).isEqualTo(slots.size());
  }

  private static @Nullable String text(Log log, String key) {
    var value = log.state().get(key);
    return value == null ? null : new String(value, StandardCharsets.UTF_8);
  }

  private void checkState(Log log) {
    state.forEach((key, values) -> {
      assertThat(text(log, key)).isEqualTo(values.getLast().text());
    });
  }

  static SortedSet<Long> waiting(MessageQueue queue) {
    var found = new TreeSet<Long>();
    for (long at = queue.nextAfter(0); at >= 0; at = queue.nextAfter(at)) {
      assertThat(found.isEmpty() || at > found.last()).isTrue();
      found.add(at);
    }
    return found;
  }

  /** Compares what a recovery found with what may be, then takes it as what is. */
  void recovered(Log log, long committedMark, long committedSequence) {
    for (var queue : log.queues()) {
      assertThat(queues).containsKey(queue.id);
      var expected = queue(queue);
      assertThat(expected.durable).isTrue();
      assertThat(expected.name).isEqualTo(queue.name());
      assertThat(expected.droppedMark).as("dropped for good").isGreaterThan(committedMark);
      checkWaiting(expected, waiting(queue), committedMark, committedSequence);
    }
    queues.forEach((id, expected) -> {
      if (expected.durable
          && expected.openedMark <= committedMark
          && expected.droppedMark == Long.MAX_VALUE) {
        assertThat(log.find(expected.name)).as("queue %s", expected.name).isPresent();
        assertThat(log.find(expected.name).orElseThrow().id).isEqualTo(id);
      }
    });
    checkRecoveredState(log, committedMark);
    checkTable(log);
    adopt(log);
  }

  private static void checkWaiting(
      Queue expected, SortedSet<Long> found, long committedMark, long committedSequence) {
    assertThat(expected.ever).containsAll(found);
    if (expected.droppedMark == Long.MAX_VALUE) {
      assertThat(found).containsAll(expected.waiting.headSet(committedSequence, true));
    }
    long below =
        expected.cursors.stream()
            .filter(c -> c.mark() <= committedMark)
            .mapToLong(Cursor::below)
            .max()
            .orElse(0);
    assertThat(found.headSet(below)).as("consumed for good").isEmpty();
  }

  private void checkRecoveredState(Log log, long committedMark) {
    assertThat(state.keySet()).containsAll(log.state().keySet());
    state.forEach((key, values) -> {
      var possible = new ArrayList<@Nullable String>();
      for (var value : values) {
        if (value.mark() <= committedMark) {
          possible.clear();
        }
        possible.add(value.text());
      }
      boolean settled = values.stream().anyMatch(v -> v.mark() <= committedMark);
      if (!settled) {
        possible.add(null);
      }
      assertThat(possible).as("key %s", key).contains(text(log, key));
    });
  }

  private void adopt(Log log) {
    queues.clear();
    for (var queue : log.queues()) {
      var now = new Queue(queue.name(), true, 0);
      now.waiting.addAll(waiting(queue));
      now.ever.addAll(now.waiting);
      now.lost = queue.expired() + queue.overQuota();
      queues.put(queue.id, now);
    }
    state.replaceAll((key, values) -> new ArrayList<>(List.of(new Value(0, text(log, key)))));
  }
}
