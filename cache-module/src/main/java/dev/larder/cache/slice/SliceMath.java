package dev.larder.cache.slice;

/** Objects are cut into aligned slices; the last may be shorter. */
public final class SliceMath {
  /** 1 MiB: what Delivery Optimization asks for and hashes by. */
  public static final int SLICE_BYTES = 1 << 20;

  private static final int SHIFT = 20;

  private SliceMath() {}

  /** The slice that holds a position. */
  public static int sliceOf(long position) {
    return Math.toIntExact(position >> SHIFT);
  }

  public static long startOf(int slice) {
    return (long) slice << SHIFT;
  }

  /** The position after a slice's last byte in an object of this length. */
  public static long endOf(int slice, long length) {
    return Math.min(startOf(slice) + SLICE_BYTES, length);
  }

  public static int count(long length) {
    return Math.toIntExact((length + SLICE_BYTES - 1) >> SHIFT);
  }
}
