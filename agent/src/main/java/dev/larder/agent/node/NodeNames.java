package dev.larder.agent.node;

import dev.larder.agent.plan.Slot;
import dev.larder.common.id.ModuleId;
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
}
