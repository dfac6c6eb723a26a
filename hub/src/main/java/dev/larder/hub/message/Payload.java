package dev.larder.hub.message;

import java.util.Arrays;

/** Bytes that are not changed any more, compared by content. */
public final class Payload {
  private final byte[] bytes;

  private Payload(byte[] bytes) {
    this.bytes = bytes;
  }

  /** Takes the array over; the caller does not write to it again. */
  public static Payload of(byte[] bytes) {
    return new Payload(bytes);
  }

  /** The array itself, which the caller does not write to. */
  public byte[] bytes() {
    return bytes;
  }

  public int size() {
    return bytes.length;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Payload that && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return bytes.length + " bytes";
  }
}
