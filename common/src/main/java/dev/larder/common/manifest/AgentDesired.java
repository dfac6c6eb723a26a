package dev.larder.common.manifest;

import dev.larder.common.id.ModuleId;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * {@code $edgeAgent}'s desired properties, schema 1.0 and 1.1: what containers a node should run.
 *
 * @param images how images are fetched and kept
 * @param agent the agent's own container
 * @param hub the hub's container; a node may do without
 * @param modules every other container, by id
 */
public record AgentDesired(
    String schemaVersion,
    String minDockerVersion,
    Map<String, RegistryCredentials> registryCredentials,
    ImageRules images,
    Optional<ModuleSpec> agent,
    Optional<ModuleSpec> hub,
    Map<ModuleId, ModuleSpec> modules) {
  public AgentDesired {
    registryCredentials = Map.copyOf(registryCredentials);
    modules = Map.copyOf(modules);
  }

  /** Every container but the agent's, in start order, those of one order by id. */
  public List<ModuleSpec> inStartOrder() {
    return Stream.concat(hub.stream(), modules.values().stream())
        .sorted(
            Comparator.comparingLong(ModuleSpec::startupOrder)
                .thenComparing(spec -> spec.id().value()))
        .toList();
  }
}
