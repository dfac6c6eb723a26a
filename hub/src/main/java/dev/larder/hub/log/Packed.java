package dev.larder.hub.log;

/** A place in one number: 20 bits of the segment's slot, 22 of the offset, 22 of the length. */
final class Packed {
  /** No place: no frame is 0 bytes long. */
  static final long NONE = 0;

  static final int MAXIMUM_BYTES = 1 << 22;

  private Packed() {}

  static long of(int slot, int offset, int length) {
    return ((long) slot << 44) | ((long) offset << 22) | length;
  }

  static int slot(long place) {
    return (int) (place >>> 44);
  }

  static int offset(long place) {
    return (int) (place >>> 22) & (MAXIMUM_BYTES - 1);
  }

  static int length(long place) {
    return (int) place & (MAXIMUM_BYTES - 1);
  }
}
