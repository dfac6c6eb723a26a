package dev.larder.common.id;

import java.util.UUID;

final class Uuids {
  private static final int LENGTH = 36;

  private Uuids() {}

  /** {@link UUID#fromString} also takes short forms; an id has one form only. */
  static UUID parse(String name, String text) {
    if (text.length() == LENGTH) {
      try {
        return UUID.fromString(text);
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(name + " is not a UUID: " + text, e);
      }
    }
    throw new IllegalArgumentException(name + " is not a UUID of 36 characters: " + text);
  }
}
