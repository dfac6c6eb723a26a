package dev.larder.cache.settings;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.larder.common.problem.Checked;
import dev.larder.common.problem.Problem;
import dev.larder.common.settings.CacheDesired;
import dev.larder.common.twin.Twins;
import java.util.List;
import java.util.Optional;

/**
 * The desired properties as they came, and the last good ones, which are acted on. Immutable.
 *
 * @param document the newest, {@code $version} and all; empty before there were any
 * @param good what is acted on, with its version
 * @param problems of the newest; empty when it is the one acted on
 */
public record Settings(Optional<ObjectNode> document, Optional<Good> good, List<Problem> problems) {
  public static final String VERSION = "$version";
  public static final Settings NONE = new Settings(Optional.empty(), Optional.empty(), List.of());

  public Settings {
    problems = List.copyOf(problems);
  }

  /** Desired properties that can be acted on. */
  public record Good(long version, CacheDesired desired, ObjectNode document) {}

  /** All the desired properties, from a GET of the twin or from disk. */
  public Settings replace(ObjectNode newest) {
    long version = newest.path(VERSION).asLong();
    return switch (DesiredReader.read(newest)) {
      case Checked.Valid<CacheDesired>(var desired) ->
          new Settings(
              Optional.of(newest), Optional.of(new Good(version, desired, newest)), List.of());
      case Checked.Invalid<CacheDesired>(var wrong) ->
          new Settings(Optional.of(newest), good, wrong);
    };
  }

  /**
   * A change of the desired properties. Empty when one before it was missed, so that the whole must
   * be asked for; itself when it is not news.
   */
  public Optional<Settings> patch(ObjectNode change) {
    if (document.isEmpty()) {
      return Optional.empty();
    }
    long have = document.get().path(VERSION).asLong();
    long next = change.path(VERSION).asLong();
    if (next <= have) {
      return Optional.of(this);
    }
    return next == have + 1
        ? Optional.of(replace(Twins.merge(document.get(), change)))
        : Optional.empty();
  }
}
