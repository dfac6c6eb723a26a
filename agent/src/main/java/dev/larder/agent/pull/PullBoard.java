package dev.larder.agent.pull;

import dev.larder.common.id.ModuleId;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/**
 * How far the modules' pulls are, as the world is told: begin, wait and end at once, a mere advance
 * every {@link #PERIOD} at most, all pulls together. Each advance that is told costs a report.
 */
public final class PullBoard {
  public static final Duration PERIOD = Duration.ofSeconds(5);

  private final Map<ModuleId, PullState> latest = new HashMap<>();
  private final Map<ModuleId, PullState> told = new HashMap<>();
  private Instant advancedAt = Instant.EPOCH;

  public void begin(ModuleId module) {
    latest.put(module, PullState.BEGUN);
    told.put(module, PullState.BEGUN);
  }

  public void end(ModuleId module) {
    latest.remove(module);
    told.remove(module);
  }

  /** Takes in where a pull stands; answers whether the world should be told now. */
  public boolean note(ModuleId module, PullState state, Instant now) {
    var before = told.get(module);
    if (before == null) {
      return false;
    }
    latest.put(module, state);
    if (!before.getClass().equals(state.getClass())) {
      told.put(module, state);
      return true;
    }
    return !before.equals(state) && advance(now);
  }

  /** The pulls under way, as far as they may be told of. */
  public Map<ModuleId, PullState> told(Instant now) {
    advance(now);
    return Map.copyOf(told);
  }

  private boolean advance(Instant now) {
    var age = Duration.between(advancedAt, now);
    // A clock that was set back would otherwise hold the advance up.
    if (told.equals(latest) || (!age.isNegative() && age.compareTo(PERIOD) < 0)) {
      return false;
    }
    told.putAll(latest);
    advancedAt = now;
    return true;
  }
}
