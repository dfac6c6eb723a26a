package dev.larder.agent.policy;

import dev.larder.common.manifest.AgentDesired;
import dev.larder.common.problem.Checked;
import dev.larder.common.problem.Problem;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What a manifest has to pass on this node.
 *
 * @param policy as read; while it has problems, nothing new passes
 * @param agentImage that this agent's container runs; empty when it is in none
 */
public record HostGate(
    Checked<HostPolicy> policy, Host host, Supplier<Optional<String>> agentImage) {
  /** What is wrong with the policy itself; empty when it is in force. */
  public List<Problem> problems() {
    return policy.problems();
  }

  /** Empty as well while the policy has problems. */
  public List<Violation> violations(AgentDesired manifest) {
    return switch (policy) {
      case Checked.Valid<HostPolicy>(var valid) -> valid.check(manifest, host, agentImage.get());
      case Checked.Invalid<HostPolicy> _ -> List.of();
    };
  }
}
