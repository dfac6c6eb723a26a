package dev.larder.agent.methods;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A time as IoT Edge's log filters take it: how long ago ({@code 90m}, {@code 1 day}, {@code 2 days
 * 3 hours}), when (RFC 3339), or seconds since 1970.
 */
final class PastTime {
  static final String MEND = "send how long ago, \"90m\", or when, \"2026-11-27T10:00:00Z\"";

  private static final Pattern SECONDS = Pattern.compile("[0-9]{1,11}");
  private static final Pattern PART = Pattern.compile("\\s*+([0-9]{1,7})\\s*+([a-z]++)");

  private PastTime() {}

  static Optional<Instant> read(String text, Instant now) {
    var plain = text.strip().toLowerCase(Locale.ROOT);
    try {
      if (SECONDS.matcher(plain).matches()) {
        return Optional.of(Instant.ofEpochSecond(Long.parseLong(plain)));
      }
      var ago = ago(plain);
      return Optional.of(
          ago.isPresent() ? now.minus(ago.get()) : OffsetDateTime.parse(text.strip()).toInstant());
    } catch (DateTimeException | ArithmeticException _) {
      return Optional.empty();
    }
  }

  private static Optional<Duration> ago(String text) {
    var total = Duration.ZERO;
    var part = PART.matcher(text);
    int at = 0;
    while (at < text.length()) {
      part.region(at, text.length());
      if (!part.lookingAt()) {
        return Optional.empty();
      }
      var unit = unit(part.group(2));
      if (unit.isEmpty()) {
        return Optional.empty();
      }
      total = total.plus(unit.get().multipliedBy(Long.parseLong(part.group(1))));
      at = part.end();
    }
    return at == 0 ? Optional.empty() : Optional.of(total);
  }

  private static Optional<Duration> unit(String name) {
    return switch (name) {
      case "s", "sec", "secs", "second", "seconds" -> Optional.of(Duration.ofSeconds(1));
      case "m", "min", "mins", "minute", "minutes" -> Optional.of(Duration.ofMinutes(1));
      case "h", "hr", "hrs", "hour", "hours" -> Optional.of(Duration.ofHours(1));
      case "d", "day", "days" -> Optional.of(Duration.ofDays(1));
      case "w", "week", "weeks" -> Optional.of(Duration.ofDays(7));
      default -> Optional.empty();
    };
  }
}
