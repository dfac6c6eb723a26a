package dev.larder.common.manifest;

import dev.larder.common.id.ModuleId;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Sees to it that what modules depend on is there, and that none waits for itself. */
final class Dependencies {
  private final Map<ModuleId, ModuleSpec> modules = new LinkedHashMap<>();
  private final Reading desired;

  private Dependencies(AgentDesired manifest, Reading desired) {
    manifest.inStartOrder().forEach(module -> modules.put(module.id(), module));
    this.desired = desired;
  }

  /** Notes each problem under the path of the module that has it. */
  static void check(AgentDesired manifest, Reading desired) {
    var check = new Dependencies(manifest, desired);
    check.modules.values().forEach(check::module);
  }

  private void module(ModuleSpec module) {
    for (var other : byName(module.dependsOn().keySet())) {
      if (!modules.containsKey(other)) {
        add(module, other, "is no module of this manifest", "add the module, or take this out");
      } else if (reaches(other, module.id())) {
        add(module, other, "waits for this module itself", "take one of the two out");
      } else if (modules.get(other).status() == ModuleStatus.STOPPED
          && module.status() == ModuleStatus.RUNNING) {
        add(module, other, "is to be stopped, so that this would wait for ever", "let it run");
      }
    }
  }

  private static List<ModuleId> byName(Set<ModuleId> ids) {
    return ids.stream().sorted(Comparator.comparing(ModuleId::value)).toList();
  }

  /** Whether one waits for the other, by however many steps. */
  private boolean reaches(ModuleId from, ModuleId to) {
    Set<ModuleId> seen = new HashSet<>();
    var ahead = new ArrayDeque<ModuleId>();
    ahead.add(from);
    while (!ahead.isEmpty()) {
      var one = ahead.remove();
      if (one.equals(to)) {
        return true;
      }
      var module = modules.get(one);
      if (module != null && seen.add(one)) {
        ahead.addAll(module.dependsOn().keySet());
      }
    }
    return false;
  }

  private void add(ModuleSpec module, ModuleId other, String message, String mend) {
    var group = module.id().equals(ModuleId.HUB) ? "systemModules." : "modules.";
    desired.add(group + module.id() + ".dependsOn." + other, message, mend);
  }
}
