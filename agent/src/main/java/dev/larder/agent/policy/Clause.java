package dev.larder.agent.policy;

/** The clauses of a host policy: what a list or a switch of it lets through. */
public enum Clause {
  REGISTRIES("registries"),
  LOCAL_IMAGES("localImages"),
  AGENT_IMAGES("agentImages"),
  BINDS("binds"),
  ENGINE_SOCKET("engineSocket"),
  VOLUME_DRIVERS("volumeDrivers"),
  PRIVILEGED("privileged"),
  HOST_NAMESPACES("hostNamespaces"),
  NETWORKS("networks"),
  CONTAINERS("containers"),
  CAPABILITIES("capabilities"),
  DEVICES("devices"),
  SECURITY_OPTIONS("securityOptions"),
  CGROUP_PARENTS("cgroupParents"),
  LOG_DRIVERS("logDrivers"),
  /** Options of the engine for which there is no clause of their own. */
  OTHER_OPTIONS("otherOptions"),
  /** Holds on every node: no policy lets it through. */
  FIXED("fixed");

  private final String text;

  Clause(String text) {
    this.text = text;
  }

  /** As the policy file writes it. */
  public String text() {
    return text;
  }
}
