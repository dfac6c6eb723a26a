package dev.larder.hub.log;

import dev.larder.hub.message.Kept;
import dev.larder.hub.message.Payload;
import java.util.List;
import java.util.Random;

/** A small log on a disk that loses nothing. */
final class SmallLog {
  static final long NOW = 1_000_000;
  static final int SEGMENT_BYTES = 4 << 10;
  static final long MAX_BYTES = 16 * SEGMENT_BYTES;

  final SimShell shell = new SimShell(new Random(0), bounds(LogBounds.Overflow.DROP_OLDEST));

  SmallLog() {
    settle();
  }

  Log log() {
    return shell.log;
  }

  void settle() {
    shell.settle(NOW);
  }

  static LogBounds bounds(LogBounds.Overflow overflow) {
    return new LogBounds(MAX_BYTES, overflow, 10_000, 10_000, SEGMENT_BYTES);
  }

  static Kept message(int payloadBytes, long expiryMillis) {
    return new Kept(
        "d/m",
        NOW,
        expiryMillis,
        "topic/ü",
        1,
        Kept.Retain.PUBLISHED,
        Payload.of(new byte[] {1}),
        Payload.of(new byte[payloadBytes]));
  }

  long append(Kept message, MessageQueue... queues) {
    return log().append(message, queues, queues.length, NOW);
  }

  void restart() {
    settle();
    shell.crash(bounds(LogBounds.Overflow.DROP_OLDEST));
    settle();
  }

  static List<Long> waiting(MessageQueue queue) {
    return List.copyOf(SimModel.waiting(queue));
  }
}
