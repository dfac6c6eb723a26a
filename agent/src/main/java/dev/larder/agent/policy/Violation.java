package dev.larder.agent.policy;

import dev.larder.common.id.ModuleId;

/**
 * One thing that a manifest asks for and the host policy does not allow.
 *
 * @param path within the module's settings, {@code createOptions.HostConfig.Privileged}
 * @param clause of the policy that would have to allow it
 * @param mend what to do in the manifest, or on the node
 */
public record Violation(ModuleId module, String path, Clause clause, String message, String mend) {
  @Override
  public String toString() {
    return "module "
        + module
        + ": "
        + path
        + " "
        + message
        + " (host policy, "
        + clause.text()
        + ": "
        + mend
        + ")";
  }
}
