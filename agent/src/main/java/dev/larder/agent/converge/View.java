package dev.larder.agent.converge;

import dev.larder.agent.plan.Actual;
import dev.larder.agent.plan.History;
import dev.larder.agent.pull.PullState;
import dev.larder.common.id.ModuleId;
import dev.larder.common.manifest.NodeManifest;
import java.util.Map;
import java.util.Optional;

/**
 * What the converger saw and did last.
 *
 * @param manifest the one in force; empty before the first
 * @param actual empty before the engine answered
 * @param pulls where the pull of each module that waits for one stands
 * @param converged whether there is nothing to do and nothing under way
 * @param engineProblem why the engine could not be seen; empty when it could
 */
public record View(
    Optional<NodeManifest> manifest,
    Optional<Actual> actual,
    History history,
    Map<ModuleId, PullState> pulls,
    boolean converged,
    String engineProblem) {
  public View {
    pulls = Map.copyOf(pulls);
  }
}
