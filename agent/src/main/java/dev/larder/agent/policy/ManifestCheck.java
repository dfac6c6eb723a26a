package dev.larder.agent.policy;

import dev.larder.agent.create.ImageReference;
import dev.larder.agent.registry.RegistryName;
import dev.larder.common.id.ModuleId;
import dev.larder.common.manifest.AgentDesired;
import dev.larder.common.manifest.ImagePullPolicy;
import dev.larder.common.manifest.ModuleSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Holds every module of a manifest against a policy. */
final class ManifestCheck {
  private final HostPolicy policy;
  private final Host host;
  private final Set<String> containers;

  private ManifestCheck(HostPolicy policy, Host host, AgentDesired manifest) {
    this.policy = policy;
    this.host = host;
    this.containers = containers(policy, host, manifest);
  }

  static List<Violation> of(
      HostPolicy policy, Host host, Optional<String> agentImage, AgentDesired manifest) {
    var check = new ManifestCheck(policy, host, manifest);
    var found = new ArrayList<Violation>();
    manifest.agent().ifPresent(agent -> found.addAll(check.agent(agent, agentImage)));
    for (var module : manifest.inStartOrder()) {
      found.addAll(check.module(module));
    }
    return found;
  }

  /**
   * Containers that a module may join: the node's other modules. The agent holds the engine's
   * socket and the hub the node's keys, so these two are not among them.
   */
  private static Set<String> containers(HostPolicy policy, Host host, AgentDesired manifest) {
    var names = new HashSet<>(policy.containers());
    for (var module : manifest.modules().keySet()) {
      if (!module.equals(ModuleId.AGENT) && !module.equals(ModuleId.HUB)) {
        names.add(host.names().current(module));
      }
    }
    return names;
  }

  /**
   * Of its own entry the agent follows the image alone. It gets the container that the deploy
   * script made, with the engine's socket: who says what runs in it is root.
   */
  private List<Violation> agent(ModuleSpec agent, Optional<String> running) {
    var findings = image(agent);
    var asked = repository(agent.image());
    var own = running.map(ManifestCheck::repository);
    if (own.isPresent() && !own.get().equals(asked) && !policy.agentImages().contains(asked)) {
      findings.add(
          "image",
          Clause.AGENT_IMAGES,
          "is " + agent.image() + ", of another repository than this agent's, " + own.get(),
          "name an image of "
              + own.get()
              + ", or let the node's owner add \""
              + asked
              + "\" to agentImages");
    }
    return findings.list();
  }

  private static String repository(String image) {
    return RegistryName.of(ImageReference.parse(image)).text();
  }

  private List<Violation> module(ModuleSpec module) {
    var findings = image(module);
    new OptionsCheck(policy, host, containers, findings).check(module.createOptions());
    return findings.list();
  }

  private Findings image(ModuleSpec module) {
    var findings = new Findings(module.id());
    var reference = ImageReference.parse(module.image());
    var registry = reference.registry();
    var isNamed = reference.repository().startsWith(registry + "/");
    if (policy.registries().contains(HostPolicy.ANY)
        || isListed(RegistryName.of(reference).text())) {
      return findings;
    }
    if (isNamed) {
      findings.add(
          "image",
          Clause.REGISTRIES,
          "is " + module.image() + ", of a registry that is not listed",
          "take the image from a listed one, or let the node's owner add "
              + registry
              + " to registries");
    } else if (!policy.localImages() || module.imagePullPolicy() != ImagePullPolicy.NEVER) {
      findings.add(
          "image",
          Clause.LOCAL_IMAGES,
          "is " + module.image() + ", which names no registry and could be pulled from Docker Hub",
          policy.localImages()
              ? "set imagePullPolicy to never, or name the registry"
              : "name a listed registry, or let the node's owner set localImages");
    }
    return findings;
  }

  private boolean isListed(String image) {
    // No engine takes such a name; were one to, a prefix would not bound it.
    var isPlain = Arrays.stream(image.split("/")).noneMatch(s -> s.equals("..") || s.equals("."));
    return isPlain
        && policy.registries().stream().anyMatch(entry -> (image + "/").startsWith(entry + "/"));
  }
}
