package dev.larder.hub.store;

/** What became of a message that was to be kept. */
public enum Kept {
  /** It is on disk for each of its sinks. */
  ON_DISK,
  /** There is no room: the disk is full, or too much waits to be written. */
  NO_ROOM
}
