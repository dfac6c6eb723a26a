package dev.larder.agent.plan;

import dev.larder.common.id.ModuleId;
import dev.larder.common.manifest.ModuleUpdate;
import dev.larder.common.manifest.Readiness;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What is: this node's containers but the agent's, and what the agent is doing about them.
 *
 * @param images the desired images that the engine has, and their ids
 * @param busy the step that each module is in the middle of, pulls apart
 * @param pulling the modules whose image is being fetched
 */
public record Actual(
    List<Container> containers,
    Map<String, String> images,
    Map<ModuleId, Step> busy,
    Set<ModuleId> pulling) {
  public Actual {
    containers = List.copyOf(containers);
    images = Map.copyOf(images);
    busy = Map.copyOf(busy);
    pulling = Set.copyOf(pulling);
  }

  /** The same with other containers. */
  public Actual withContainers(List<Container> others) {
    return new Actual(others, images, busy, pulling);
  }

  /** The containers of one module. */
  public List<Container> of(ModuleId module) {
    return containers.stream().filter(container -> container.module().equals(module)).toList();
  }

  /** The module's container under its own name. */
  public Optional<Container> current(ModuleId module) {
    return in(Slot.CURRENT, module);
  }

  /** Whether the module has a container made from what is wanted now, under whatever name. */
  public boolean hasMade(DesiredModule module) {
    return of(module.id()).stream().anyMatch(c -> c.spec().equals(module.spec()));
  }

  /**
   * When the module may be updated; empty when it may now. One of which no container ever ran has
   * nothing that a window would protect.
   */
  public Optional<Instant> heldUntil(ModuleId module, ModuleUpdate update, Instant now) {
    boolean hasRun = of(module).stream().anyMatch(c -> c.phase() != Phase.CREATED);
    return hasRun ? update.heldUntil(now) : Optional.empty();
  }

  /** The modules that another depends on and that have not come far enough. */
  public List<ModuleId> missing(Map<ModuleId, Readiness> dependsOn) {
    return dependsOn.entrySet().stream()
        .filter(entry -> current(entry.getKey()).filter(c -> c.is(entry.getValue())).isEmpty())
        .map(Map.Entry::getKey)
        .sorted(Comparator.comparing(ModuleId::value))
        .toList();
  }

  boolean isWaiting(DesiredModule module) {
    return !missing(module.dependsOn()).isEmpty();
  }

  /** Whether the last good container of a module waits beside its successor. */
  public boolean isOnTrial(ModuleId module) {
    return in(Slot.PREVIOUS, module).isPresent();
  }

  Optional<Container> in(Slot slot, ModuleId module) {
    return of(module).stream().filter(container -> container.slot() == slot).findFirst();
  }

  /** Every module that has a container, by id. */
  Set<String> moduleIds() {
    var ids = new TreeSet<String>();
    containers.forEach(container -> ids.add(container.module().value()));
    return ids;
  }
}
