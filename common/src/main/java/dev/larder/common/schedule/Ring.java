package dev.larder.common.schedule;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/**
 * How soon after a release a node moves to it: as soon as it is offered, or in the administrator's
 * window.
 */
public enum Ring {
  FAST,
  SLOW;

  /** Reads {@code fast} or {@code slow} in any case. */
  @JsonCreator
  public static Ring of(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "fast" -> FAST;
      case "slow" -> SLOW;
      default -> throw new IllegalArgumentException("An update ring is fast or slow: " + text);
    };
  }

  @JsonValue
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
