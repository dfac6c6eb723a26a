package dev.larder.hub.log;

/** What the log asks of its shell, to be done in the order asked and answered when durable. */
public sealed interface Chore {
  /** Makes a segment of zeros. That it cannot be made means that the disk is full. */
  record Make(long ordinal, int bytes) implements Chore {}

  /** Makes a segment of one that is dead, whose bytes stay as they are. */
  record Remake(long from, long ordinal) implements Chore {}

  record Delete(long ordinal) implements Chore {}

  /** Reads the first bytes of a segment; the answer is {@link Log#content}. */
  record Read(long ordinal, int bytes) implements Chore {}
}
