package dev.larder.agent.policy;

import dev.larder.common.manifest.AgentDesired;
import dev.larder.common.problem.Checked;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What the owner of a machine lets manifests ask of it. What no clause names is not allowed.
 *
 * @param registries {@code host[:port][/prefix]} of images; {@code *} for any
 * @param localImages whether images without a registry in their name may run that are on the node
 *     and never pulled
 * @param agentImages repositories, {@code registry.example/larder-agent}, beside the one that the
 *     agent runs from, that it may be replaced from
 * @param binds paths of the host that may be mounted, beside the node's drives
 * @param engineSocket whether the engine's socket may be mounted, which makes a module root
 * @param volumeDrivers beside {@code local}
 * @param hostNamespaces of {@link #NAMESPACES} those of the host that a module may join
 * @param networks beside the node's own
 * @param containers by name, beside the node's modules, that may be linked, joined or mounted from
 * @param capabilities without {@code CAP_}, beside those that the engine gives by itself
 * @param devices paths on the host; a folder stands for all below
 * @param securityOptions relaxations, {@code seccomp=unconfined}
 * @param cgroupParents exactly as a manifest writes them
 * @param logDrivers beside those that write to the engine's own folder
 * @param otherOptions of the engine, {@code HostConfig.Runtime}, that the policy has no clause for
 */
public record HostPolicy(
    Set<String> registries,
    boolean localImages,
    Set<String> agentImages,
    List<BindRule> binds,
    boolean engineSocket,
    Set<String> volumeDrivers,
    boolean privileged,
    Set<String> hostNamespaces,
    Set<String> networks,
    Set<String> containers,
    Set<String> capabilities,
    Set<String> devices,
    Set<String> securityOptions,
    Set<String> cgroupParents,
    Set<String> logDrivers,
    Set<String> otherOptions) {
  static final String ANY = "*";
  static final Set<String> NAMESPACES = Set.of("network", "pid", "ipc", "uts", "user", "cgroup");

  /**
   * Holds where there is no file: images from anywhere, since the cloud's signature vouches for
   * them, in containers that get nothing of the host but the node's drives.
   */
  public static final HostPolicy BUILT_IN =
      PolicyReader.read("{\"registries\": [\"*\"], \"localImages\": true}").orThrow();

  public HostPolicy {
    registries = Set.copyOf(registries);
    agentImages = Set.copyOf(agentImages);
    binds = List.copyOf(binds);
    volumeDrivers = Set.copyOf(volumeDrivers);
    hostNamespaces = Set.copyOf(hostNamespaces);
    networks = Set.copyOf(networks);
    containers = Set.copyOf(containers);
    capabilities = Set.copyOf(capabilities);
    devices = Set.copyOf(devices);
    securityOptions = Set.copyOf(securityOptions);
    cgroupParents = Set.copyOf(cgroupParents);
    logDrivers = Set.copyOf(logDrivers);
    otherOptions = Set.copyOf(otherOptions);
  }

  /** Reads the policy file; answers with every problem and its path. */
  public static Checked<HostPolicy> read(String json) {
    return PolicyReader.read(json);
  }

  /**
   * Everything that the manifest asks for and this policy does not allow, in start order.
   *
   * @param agentImage that this agent's container runs; empty when it is in none, and so is not
   *     replaced
   */
  public List<Violation> check(AgentDesired manifest, Host host, Optional<String> agentImage) {
    return ManifestCheck.of(this, host, agentImage, manifest);
  }
}
