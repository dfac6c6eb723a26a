package dev.larder.agent.node;

import dev.larder.agent.plan.Slot;
import dev.larder.common.id.ModuleId;
import dev.larder.common.problem.Problems;
import java.util.Collection;
import java.util.HashMap;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * How the containers of a node are called, and what they are labelled with.
 *
 * @param instance the node's name on its host, which starts every name
 */
public record NodeNames(String instance) {
  public static final String LABEL_INSTANCE = "dev.larder.instance";
  public static final String LABEL_NODE = "dev.larder.node";
  public static final String LABEL_MODULE = "dev.larder.module";
  public static final String LABEL_SPEC = "dev.larder.spec";
  public static final String LABEL_ORDER = "dev.larder.order";

  private static final String NEXT = ".next";
  private static final String PREVIOUS = ".previous";

  /** Containers that are no module's: the agent, the hub, and the one that registers the node. */
  private static final Set<String> OWN = Set.of("agent", "hub", "register");

  private static final String RESERVED =
      "would take the name of a container of the node itself or of another module";

  private static final Pattern FORM = Pattern.compile("[a-z0-9][a-z0-9-]{0,30}");

  public NodeNames {
    if (!FORM.matcher(instance).matches()) {
      throw new IllegalArgumentException(
          "An instance is 1 to 31 lower-case letters, digits and hyphens: " + instance);
    }
  }

  /** The module's own name. */
  public String current(ModuleId module) {
    if (module.equals(ModuleId.AGENT)) {
      return instance + "-agent";
    }
    return instance + "-" + (module.equals(ModuleId.HUB) ? "hub" : module.value());
  }

  /** The name of a replacement that waits. */
  public String next(ModuleId module) {
    return current(module) + NEXT;
  }

  /** The name of the last good one, until its successor has proven itself. */
  public String previous(ModuleId module) {
    return current(module) + PREVIOUS;
  }

  /** The name of a new agent that has begun to take over. */
  public String taking() {
    return current(ModuleId.AGENT) + ".taking";
  }

  /** The name of a new agent that was not let take over. */
  public String failed() {
    return current(ModuleId.AGENT) + ".failed";
  }

  public Slot slot(ModuleId module, String containerName) {
    if (containerName.equals(current(module))) {
      return Slot.CURRENT;
    }
    if (containerName.equals(next(module))) {
      return Slot.NEXT;
    }
    return containerName.equals(previous(module)) ? Slot.PREVIOUS : Slot.STRAY;
  }

  /** The node's own network. */
  public String network() {
    return instance;
  }

  /** What a module is called on the node's network. */
  public String alias(ModuleId module) {
    return module.equals(ModuleId.HUB) ? "hub" : module.value();
  }

  /** A named volume of a module, as the engine knows it. */
  public String volume(String name) {
    return instance + "-" + name;
  }

  /** Module ids that would take the name of another container. Networks know no case of letters. */
  public void clashes(Collection<ModuleId> modules, Problems problems) {
    var taken = new HashMap<String, ModuleId>();
    for (var module : modules) {
      var id = module.value().toLowerCase(Locale.ROOT);
      var same = Optional.ofNullable(taken.putIfAbsent(id, module));
      same.map(other -> "differs from module " + other + " by the case of letters alone")
          .or(() -> isReserved(id) ? Optional.of(RESERVED) : Optional.empty())
          .ifPresent(message ->
              problems.add(
                  "modulesContent.$edgeAgent.properties.desired.modules." + module,
                  message,
                  "rename the module"));
    }
  }

  private static boolean isReserved(String id) {
    return OWN.contains(id)
        || id.startsWith("agent.")
        || id.endsWith(NEXT)
        || id.endsWith(PREVIOUS);
  }
}
