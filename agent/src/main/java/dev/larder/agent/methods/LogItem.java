package dev.larder.agent.methods;

import java.time.Instant;
import java.util.Optional;

/**
 * Which modules' logs, and what of them.
 *
 * @param id found anywhere in a module's id; empty for all modules
 */
public record LogItem(Optional<Expression> id, Filter filter) {
  /**
   * What of a log. Time bounds and {@code tail} are the engine's, before the rest.
   *
   * @param tail how many lines from the end
   * @param level the one syslog severity to show, 0 to 7
   * @param regex found anywhere in a line's text
   */
  public record Filter(
      int tail,
      Optional<Instant> since,
      Optional<Instant> until,
      Optional<Integer> level,
      Optional<Expression> regex) {}

  /**
   * Whether a module is meant.
   *
   * @throws TooHardException when the request has taken too many steps
   */
  public boolean fits(String module, Search search) throws TooHardException {
    return id.isEmpty() || search.finds(id.get(), module);
  }
}
