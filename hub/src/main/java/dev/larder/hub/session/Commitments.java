package dev.larder.hub.session;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What may happen only when the log is on disk up to a mark: acknowledgements and other steps, in
 * the order in which they were asked for. So a client's acknowledgements leave in the order of its
 * packets (MQTT 5, 4.6).
 */
final class Commitments {
  private static final int FIRST_ROOM = 256;

  private long[] marks = new long[FIRST_ROOM];
  private @Nullable Object[] whose = new @Nullable Object[FIRST_ROOM];
  private long[] answers = new long[FIRST_ROOM];
  private int head;
  private int count;

  /** Acknowledges a packet of a session's present connection. */
  void acknowledge(Session session, int type, int packetId, int code, long mark) {
    long answer =
        ((long) session.generation() << 32) | ((long) code << 24) | ((long) type << 16) | packetId;
    add(mark, session, answer);
  }

  /** Does something else. */
  void then(Runnable step, long mark) {
    add(mark, step, 0);
  }

  private void add(long mark, Object who, long answer) {
    if (count == marks.length) {
      grow();
    }
    int at = (head + count++) & (marks.length - 1);
    marks[at] = mark;
    whose[at] = who;
    answers[at] = answer;
  }

  private void grow() {
    int room = marks.length;
    var newMarks = new long[2 * room];
    var newWhose = Arrays.copyOf(whose, 2 * room);
    var newAnswers = new long[2 * room];
    for (int i = 0; i < count; i++) {
      int from = (head + i) & (room - 1);
      newMarks[i] = marks[from];
      newWhose[i] = whose[from];
      newAnswers[i] = answers[from];
    }
    marks = newMarks;
    whose = newWhose;
    answers = newAnswers;
    head = 0;
  }

  int waiting() {
    return count;
  }

  /** Takes all steps whose mark is reached; a step may ask for more. */
  void settle(long committed) {
    while (count > 0 && marks[head] <= committed) {
      var who = whose[head];
      long answer = answers[head];
      whose[head] = null;
      head = (head + 1) & (marks.length - 1);
      count--;
      if (who instanceof Session session) {
        session.acknowledged(
            (int) (answer >>> 32),
            (int) (answer >>> 16) & 0xff,
            (int) answer & 0xffff,
            (int) (answer >>> 24) & 0xff);
      } else if (who instanceof Runnable step) {
        step.run();
      }
    }
  }
}
