package dev.larder.agent.policy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.larder.agent.create.Propagation;
import java.util.List;
import java.util.Set;

/** What a module may have mounted. */
final class StorageCheck {
  private static final String ENGINE_SOCKET = "/run/docker.sock";
  private static final Set<String> SOCKETS =
      Set.of("docker.sock", "containerd.sock", "podman.sock");
  private static final Set<String> SPREADING = Set.of("shared", "rshared");

  private static final List<String> MOUNT_FIELDS =
      List.of("Type", "Source", "Target", "ReadOnly", "BindOptions", "VolumeOptions");
  private static final List<String> BIND_FIELDS = List.of("NonRecursive");

  private final HostPolicy policy;
  private final Host host;
  private final Findings findings;

  StorageCheck(HostPolicy policy, Host host, Findings findings) {
    this.policy = policy;
    this.host = host;
    this.findings = findings;
  }

  /** {@code source:target[:option,…]}, read as what makes mounts of them reads it. */
  void binds(JsonNode value, String path) {
    int place = 0;
    for (var entry : findings.entries(value, path)) {
      var at = path + "[" + place + "]";
      place++;
      findings
          .element(entry, at)
          .map(text -> text.split(":", 3))
          .filter(parts -> parts.length > 1 && parts[0].startsWith("/"))
          .ifPresent(parts -> {
            var flags = parts.length == 3 ? List.of(parts[2].split(",")) : List.<String>of();
            var isWritten = !flags.contains("ro") || flags.stream().anyMatch(Propagation::isSlave);
            bind(parts[0], isWritten, at);
            flags.forEach(flag -> propagation(flag, at));
          });
    }
  }

  void mounts(JsonNode value, String path) {
    int place = 0;
    for (var entry : findings.entries(value, path)) {
      var at = path + "[" + place + "]";
      place++;
      var mount = Fields.of(entry, at, findings);
      spelling(mount, MOUNT_FIELDS, at);
      switch (findings.text(mount.get("Type"), at + ".Type")) {
        case "bind" -> bind(mount, at);
        case "volume" -> volume(mount.get("VolumeOptions"), at + ".VolumeOptions");
        case "tmpfs" -> {}
        default ->
            findings.fixed(
                at + ".Type", "is no mount that this node gives", "write bind, volume or tmpfs");
      }
    }
  }

  private void bind(Fields mount, String at) {
    var options = Fields.of(mount.get("BindOptions"), at + ".BindOptions", findings);
    spelling(options, BIND_FIELDS, at + ".BindOptions");
    var place = at + ".BindOptions.Propagation";
    var propagation = findings.text(options.get("Propagation"), place);
    propagation(propagation, place);
    var nonRecursive = options.get("NonRecursive");
    var isAlone = nonRecursive.isMissingNode() || isTrue(nonRecursive);
    bind(
        findings.text(mount.get("Source"), at + ".Source"),
        !isTrue(mount.get("ReadOnly")) || !isAlone || Propagation.isSlave(propagation),
        at + ".Source");
  }

  private static boolean isTrue(JsonNode value) {
    return value.isBoolean() && value.booleanValue();
  }

  /** What makes mounts the node's own and keeps them read-only goes by these very names. */
  private void spelling(Fields fields, List<String> names, String path) {
    for (var name : fields.all().keySet()) {
      for (var known : names) {
        if (known.equalsIgnoreCase(name) && !known.equals(name)) {
          findings.fixed(path + "." + name, "is spelled otherwise than " + known, "write " + known);
        }
      }
    }
  }

  private void bind(String source, boolean isWritten, String path) {
    var resolved = HostPath.resolve(source);
    if (resolved.isEmpty()) {
      findings.fixed(path, "is no absolute path: " + source, "write the host's path from the root");
    } else if (!isKept(resolved.get(), path) && !isAllowed(resolved.get(), isWritten)) {
      var covers = policy.binds().stream().anyMatch(rule -> rule.covers(resolved.get()));
      findings.add(
          path,
          Clause.BINDS,
          "mounts " + resolved.get() + (covers ? " to write" : ""),
          (covers
                  ? "mount it read-only, without rslave and without NonRecursive false"
                  : "use a named volume")
              + ", or let the node's owner allow it in binds; a drive for content is made known"
              + " by running deploy.sh again");
    }
  }

  private boolean isAllowed(String path, boolean isWritten) {
    return (isEngineSocket(path) && policy.engineSocket())
        || host.drives().contains(path)
        || policy.binds().stream()
            .anyMatch(rule -> rule.covers(path) && (rule.writable() || !isWritten));
  }

  private static boolean isEngineSocket(String path) {
    return SOCKETS.contains(HostPath.lastSegment(path));
  }

  /** What no rule on folders opens, be it named itself or by what it lies in. */
  private boolean isKept(String path, String at) {
    if (HostPath.isWithin(host.dataDir(), path)
        || (HostPath.isWithin(path, host.dataDir()) && !host.drives().contains(path))) {
      findings.fixed(
          at, "mounts " + path + ", which opens the node's own folder", "use another folder");
      return true;
    }
    if (!policy.engineSocket()
        && (isEngineSocket(path)
            || HostPath.isWithin(ENGINE_SOCKET, path)
            || HostPath.isWithin(path, "/run/containerd"))) {
      findings.add(
          at,
          Clause.ENGINE_SOCKET,
          "mounts " + path + ", by which a module can command the engine",
          "take it out");
      return true;
    }
    return false;
  }

  /** The node's root file system would see what the module mounts. */
  private void propagation(String flag, String path) {
    if (SPREADING.contains(flag)) {
      findings.fixed(path, "spreads the module's mounts to the host: " + flag, "write rslave");
    }
  }

  private void volume(JsonNode volumeOptions, String path) {
    var at = path + ".DriverConfig";
    var config =
        Fields.of(Fields.of(volumeOptions, path, findings).get("DriverConfig"), at, findings);
    driver(config.get("Name"), at + ".Name");
    var name = config.get("Name").asText("");
    if ((name.isEmpty() || name.equals("local")) && !config.get("Options").isEmpty()) {
      findings.fixed(
          at + ".Options",
          "makes a volume of another mount, such as a folder of the host",
          "leave the options out; for a folder use a bind, which binds can allow");
    }
  }

  void driver(JsonNode value, String path) {
    var driver = findings.text(value, path);
    if (!driver.isEmpty() && !driver.equals("local")) {
      findings.unlessListed(policy.volumeDrivers(), driver, path, Clause.VOLUME_DRIVERS);
    }
  }
}
