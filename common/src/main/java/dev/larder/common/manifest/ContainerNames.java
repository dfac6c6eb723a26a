package dev.larder.common.manifest;

import dev.larder.common.id.ModuleId;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Sees to it that no module's id makes the name of another container of the node. Names on a
 * network know no case of letters.
 */
final class ContainerNames {
  /** Containers that are no module's: the agent, the hub, and the one that registers the node. */
  private static final Set<String> OWN = Set.of("agent", "hub", "register");

  /** What a module's container is called while it is replaced. */
  private static final List<String> ENDINGS = List.of(".next", ".previous");

  private static final String MEND = "rename the module";

  private ContainerNames() {}

  /**
   * Notes each id that cannot be.
   *
   * @param modules the object that has them as its fields
   */
  static void check(Collection<ModuleId> ids, Reading modules) {
    var taken = new HashMap<String, ModuleId>();
    for (var id : ids.stream().sorted(Comparator.comparing(ModuleId::value)).toList()) {
      var name = id.value().toLowerCase(Locale.ROOT);
      var other = taken.putIfAbsent(name, id);
      if (other != null) {
        modules.add(
            id.value(), "differs from module " + other + " by the case of letters alone", MEND);
      } else if (isReserved(name)) {
        modules.add(
            id.value(),
            "would take the name of a container of the node itself or of another module",
            MEND);
      }
    }
  }

  private static boolean isReserved(String name) {
    return OWN.contains(name)
        || name.startsWith("agent.")
        || ENDINGS.stream().anyMatch(name::endsWith);
  }
}
