package dev.larder.hub.log;

import static java.util.Comparator.comparingLong;

import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/**
 * Rising sequences, a slot each, by position: the head's rises as entries are taken, and what is
 * taken behind the head leaves a hole that the head moves over.
 */
final class SequenceRing {
  static final int HOLE = -1;
  private static final int FIRST_CAPACITY = 16;
  private static final int SHRINK_CAPACITY = 4096;

  private long[] sequences = new long[FIRST_CAPACITY];
  private int[] slots = new int[FIRST_CAPACITY];
  private long head;
  private long tail;

  /** The position that was answered last: the next question is most likely about it. */
  private long hint;

  /** The first position; its slot is no hole if there is one. */
  long head() {
    return head;
  }

  /** The position after the last. */
  long tail() {
    return tail;
  }

  boolean isEmpty() {
    return head == tail;
  }

  long sequence(long at) {
    return sequences[index(at)];
  }

  int slot(long at) {
    return slots[index(at)];
  }

  void add(long sequence, int slot) {
    if (tail - head == sequences.length) {
      resize(sequences.length * 2);
    }
    set(tail++, sequence, slot);
  }

  private void set(long at, long sequence, int slot) {
    int index = index(at);
    sequences[index] = sequence;
    slots[index] = slot;
  }

  /**
   * Brings into order what was added in any order and has no holes; of several entries of a
   * sequence the last added one stays.
   *
   * @param givenUp takes the slots of those that do not
   */
  void sort(IntConsumer givenUp) {
    int count = (int) (tail - head);
    long[] oldSequences = new long[count];
    int[] oldSlots = new int[count];
    for (int i = 0; i < count; i++) {
      oldSequences[i] = sequence(head + i);
      oldSlots[i] = slot(head + i);
    }
    var order =
        IntStream.range(0, count).boxed().sorted(comparingLong(i -> oldSequences[i])).toList();
    long end = head;
    for (int i : order) {
      if (end > head && sequence(end - 1) == oldSequences[i]) {
        // A repeat is no hole: a search for the sequence must find the one that stays.
        end--;
        givenUp.accept(slot(end));
      }
      set(end++, oldSequences[i], oldSlots[i]);
    }
    tail = end;
  }

  /** Makes a hole; whether the head moved. */
  boolean take(long at) {
    slots[index(at)] = HOLE;
    if (at != head) {
      return false;
    }
    while (head < tail && slots[index(head)] == HOLE) {
      head++;
    }
    return true;
  }

  /** Gives back the memory of a ring that was long once. */
  void shrink() {
    if (head == tail && sequences.length > SHRINK_CAPACITY) {
      resize(FIRST_CAPACITY);
    }
  }

  /** The position of the first entry beyond a sequence that is no hole; the tail for none. */
  long after(long sequence) {
    long at = head;
    if (head < tail && sequence >= sequences[index(head)]) {
      at = isAt(hint, sequence) ? hint + 1 : search(sequence + 1);
    }
    while (at < tail && slots[index(at)] == HOLE) {
      at++;
    }
    hint = at;
    return at;
  }

  /** The slot of a sequence that is there; {@link #HOLE} otherwise. */
  int slotOf(long sequence) {
    long at = find(sequence);
    return at < 0 ? HOLE : slots[index(at)];
  }

  /** The position of a sequence, be it a hole; -1 when it is not there. */
  long find(long sequence) {
    if (isAt(hint, sequence)) {
      return hint;
    }
    if (isAt(head, sequence)) {
      return head;
    }
    long at = search(sequence);
    return isAt(at, sequence) ? at : -1;
  }

  private boolean isAt(long at, long sequence) {
    return at >= head && at < tail && sequences[index(at)] == sequence;
  }

  /** The first position whose sequence is at least this. */
  private long search(long sequence) {
    long low = head;
    long high = tail;
    while (low < high) {
      long middle = (low + high) >>> 1;
      if (sequences[index(middle)] < sequence) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  private int index(long at) {
    return (int) at & (sequences.length - 1);
  }

  private void resize(int capacity) {
    var newSequences = new long[capacity];
    var newSlots = new int[capacity];
    for (long at = head; at < tail; at++) {
      int to = (int) at & (capacity - 1);
      newSequences[to] = sequences[index(at)];
      newSlots[to] = slots[index(at)];
    }
    sequences = newSequences;
    slots = newSlots;
  }
}
