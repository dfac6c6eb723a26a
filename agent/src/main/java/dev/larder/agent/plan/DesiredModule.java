package dev.larder.agent.plan;

import dev.larder.common.id.ModuleId;
import dev.larder.common.manifest.ModuleUpdate;
import dev.larder.common.manifest.Readiness;
import dev.larder.common.manifest.RestartPolicy;
import java.util.Map;

/**
 * A module as the planner sees it.
 *
 * @param spec the hash of what its container is made from
 * @param run whether it should run; otherwise its container is made and stays stopped
 * @param mayPull whether the image may be fetched when the engine lacks it
 * @param order 0 starts first
 * @param dependsOn what must have come so far before its first start
 */
public record DesiredModule(
    ModuleId id,
    String spec,
    String image,
    boolean run,
    RestartPolicy restartPolicy,
    boolean mayPull,
    long order,
    ModuleUpdate update,
    Map<ModuleId, Readiness> dependsOn) {
  public DesiredModule {
    dependsOn = Map.copyOf(dependsOn);
  }
}
