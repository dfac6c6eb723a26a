package dev.larder.common.manifest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.larder.common.id.ModuleId;
import java.util.Map;
import java.util.TreeMap;

/**
 * One container as the manifest wants it.
 *
 * @param image the reference, {@code registry/name:tag} or by digest
 * @param createOptions Docker's create JSON (Engine API, {@code POST /containers/create})
 * @param env over what {@code createOptions.Env} says
 * @param startupOrder 0 first; the default is {@link #LAST}
 * @param dependsOn modules that must have come so far before this one starts
 */
public record ModuleSpec(
    ModuleId id,
    String image,
    ObjectNode createOptions,
    Map<String, String> env,
    ModuleStatus status,
    RestartPolicy restartPolicy,
    ImagePullPolicy imagePullPolicy,
    long startupOrder,
    String version,
    ModuleUpdate update,
    Map<ModuleId, Readiness> dependsOn) {
  /** IoT Edge's default start order: the largest unsigned 32-bit number. */
  public static final long LAST = 4_294_967_295L;

  public ModuleSpec {
    env = Map.copyOf(env);
    dependsOn = Map.copyOf(dependsOn);
    createOptions = createOptions.deepCopy();
  }

  /** The environment in the order of its names, so that equal specs write equal text. */
  public Map<String, String> sortedEnv() {
    return new TreeMap<>(env);
  }
}
