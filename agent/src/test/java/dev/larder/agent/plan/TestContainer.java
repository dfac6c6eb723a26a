package dev.larder.agent.plan;

import dev.larder.common.id.ModuleId;
import java.time.Instant;
import java.util.Optional;

/** Containers of the cache module, as an engine would show them. */
final class TestContainer {
  private TestContainer() {}

  /** Started ten seconds ago unless it never was; if it has ended, then a second ago with 0. */
  static Container of(Slot slot, String spec, Phase phase, Instant now) {
    return new Container(
        slot + "-" + spec,
        ModuleId.CACHE,
        slot,
        spec,
        phase,
        HealthState.NONE,
        true,
        0,
        "",
        0,
        phase == Phase.CREATED ? Optional.empty() : Optional.of(now.minusSeconds(10)),
        phase == Phase.ENDED ? Optional.of(now.minusSeconds(1)) : Optional.empty());
  }
}
