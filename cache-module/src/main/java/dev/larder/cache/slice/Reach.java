package dev.larder.cache.slice;

/** What a reader finds at a position of an object. */
public sealed interface Reach {
  /** So many bytes can be read from there. */
  record Ready(long bytes) implements Reach {}

  /** This slice was found on disk at the start: its checksum is to be verified first. */
  record Unproven(int slice) implements Reach {}

  /** A fetch is to bring it. */
  record Coming(Fetch fetch) implements Reach {}

  /** Nobody brings it: claim it. */
  record Missing() implements Reach {}

  /** The object is no more. */
  record Gone() implements Reach {}
}
