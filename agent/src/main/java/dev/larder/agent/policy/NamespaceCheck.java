package dev.larder.agent.policy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.larder.agent.create.References;
import java.util.Set;

/** What a module may share with the host and with other containers. */
final class NamespaceCheck {
  private static final String HOST = "host";
  private static final Set<String> OWN = Set.of("", "none", "private", "shareable");
  private static final Set<String> NODE_NETWORK = Set.of("", "default", "bridge");

  private final HostPolicy policy;
  private final Host node;
  private final Set<String> containers;
  private final Findings findings;

  NamespaceCheck(HostPolicy policy, Host node, Set<String> containers, Findings findings) {
    this.policy = policy;
    this.node = node;
    this.containers = containers;
    this.findings = findings;
  }

  /** {@code PidMode} and its like. */
  void mode(JsonNode value, String path, String namespace) {
    var mode = findings.text(value, path);
    if (OWN.contains(mode)) {
      return;
    }
    var joined = References.joined(mode);
    if (mode.equals(HOST)) {
      host(namespace, path);
    } else if (joined.isPresent()) {
      container(joined.get(), path);
    } else {
      findings.fixed(path, "is no mode that this node knows: " + mode, "take it out");
    }
  }

  private void host(String namespace, String path) {
    if (!policy.hostNamespaces().contains(namespace)) {
      findings.add(
          path,
          Clause.HOST_NAMESPACES,
          "asks for the host's " + namespace + " namespace",
          "take it out, or let the node's owner add \"" + namespace + "\" to hostNamespaces");
    }
  }

  private void container(String name, String path) {
    findings.unlessListed(containers, name, path, Clause.CONTAINERS);
  }

  void network(JsonNode value, String path) {
    var mode = findings.text(value, path);
    if (NODE_NETWORK.contains(mode) || mode.equals("none")) {
      return;
    }
    References.joined(mode).ifPresentOrElse(name -> container(name, path), () -> named(mode, path));
  }

  private void named(String network, String path) {
    if (network.equals(HOST)) {
      host("network", path);
    } else if (!network.equals(node.names().network())) {
      findings.unlessListed(policy.networks(), network, path, Clause.NETWORKS);
    }
  }

  /** {@code VolumesFrom} and {@code Links}: {@code name[:more]}. */
  void containers(JsonNode value, String path) {
    for (var entry : findings.entries(value, path)) {
      findings.element(entry, path).ifPresent(text -> container(text.split(":", 2)[0], path));
    }
  }

  /**
   * Networks beside the mode. A module that leaves the choice of its network is on the node's, and
   * what is written here is left out.
   */
  void endpoints(JsonNode networking, JsonNode networkMode, String path) {
    var config = Fields.of(networking, path, findings);
    if (NODE_NETWORK.contains(networkMode.asText(""))) {
      return;
    }
    var at = path + ".EndpointsConfig";
    Fields.of(config.get("EndpointsConfig"), at, findings)
        .all()
        .forEach((network, endpoint) -> {
          var one = at + "." + network;
          if (!network.equals("none")) {
            named(network, one);
          }
          endpoint(Fields.of(endpoint, one, findings), one);
        });
  }

  /** {@code NetworkID} would lead to another network than the one that is named. */
  private void endpoint(Fields endpoint, String path) {
    containers(endpoint.get("Links"), path + ".Links");
    endpoint
        .all()
        .forEach((name, value) -> {
          if (!HarmlessOptions.ENDPOINT.allow(name, value)) {
            findings.fixed(
                path + "." + name,
                "is more than a module may ask of a network",
                "take it out; name the network by the field's name");
          }
        });
  }
}
