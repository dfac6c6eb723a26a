package dev.larder.agent.plan;

import dev.larder.common.id.ModuleId;
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

  /** The containers of one module. */
  public List<Container> of(ModuleId module) {
    return containers.stream().filter(container -> container.module().equals(module)).toList();
  }

  /** The module's container under its own name. */
  public Optional<Container> current(ModuleId module) {
    return in(Slot.CURRENT, module);
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
