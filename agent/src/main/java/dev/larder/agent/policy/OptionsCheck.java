package dev.larder.agent.policy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/**
 * Holds the {@code createOptions} of one module against a policy (Engine API 1.40 and later, {@code
 * POST /containers/create}). An option that is neither harmless nor has a rule is refused unless
 * the policy names it: an engine yet to come may give it a meaning.
 */
final class OptionsCheck {
  private static final String TOP = "createOptions";
  private static final String HOST = "HostConfig";
  private static final String HOST_PATH = TOP + "." + HOST;
  private static final Set<String> LOG_DRIVERS =
      Set.of("", "json-file", "local", "journald", "none");

  /** What the engine gives a container that asks for nothing: no relaxation. */
  private static final Set<String> USUAL_CAPABILITIES =
      Set.of(
          "AUDIT_WRITE",
          "CHOWN",
          "DAC_OVERRIDE",
          "FOWNER",
          "FSETID",
          "KILL",
          "MKNOD",
          "NET_BIND_SERVICE",
          "NET_RAW",
          "SETFCAP",
          "SETGID",
          "SETPCAP",
          "SETUID",
          "SYS_CHROOT");

  private static final Set<String> USUAL_SECURITY =
      Set.of(
          "no-new-privileges",
          "no-new-privileges=true",
          "seccomp=builtin",
          "apparmor=docker-default");
  private static final String UNMASKED = "systempaths=unconfined";

  private final HostPolicy policy;
  private final Findings findings;
  private final StorageCheck storage;
  private final NamespaceCheck namespaces;
  private final Map<String, BiConsumer<JsonNode, String>> top =
      new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
  private final Map<String, BiConsumer<JsonNode, String>> host =
      new TreeMap<>(String.CASE_INSENSITIVE_ORDER);

  /**
   * Checks into {@code findings}.
   *
   * @param containers by name, that the module may link, join or mount from
   */
  OptionsCheck(HostPolicy policy, Host node, Set<String> containers, Findings findings) {
    this.policy = policy;
    this.findings = findings;
    this.storage = new StorageCheck(policy, node, findings);
    this.namespaces = new NamespaceCheck(policy, node, containers, findings);
    top.put("VolumeDriver", storage::driver);
    top.put(HOST, (value, _) -> each(value, HOST_PATH, host, HarmlessOptions.HOST));
    top.put("NetworkingConfig", (_, _) -> {});
    host.putAll(hostRules());
  }

  private Map<String, BiConsumer<JsonNode, String>> hostRules() {
    var rules = new HashMap<String, BiConsumer<JsonNode, String>>();
    rules.put("Binds", storage::binds);
    rules.put("Mounts", storage::mounts);
    rules.put("VolumeDriver", storage::driver);
    rules.put("VolumesFrom", namespaces::containers);
    rules.put("Links", namespaces::containers);
    rules.put("NetworkMode", namespaces::network);
    rules.put("PidMode", (value, path) -> namespaces.mode(value, path, "pid"));
    rules.put("IpcMode", (value, path) -> namespaces.mode(value, path, "ipc"));
    rules.put("UTSMode", (value, path) -> namespaces.mode(value, path, "uts"));
    rules.put("UsernsMode", (value, path) -> namespaces.mode(value, path, "user"));
    rules.put("CgroupnsMode", (value, path) -> namespaces.mode(value, path, "cgroup"));
    rules.put("Privileged", this::privileged);
    rules.put("CapAdd", this::capabilities);
    rules.put("Devices", this::devices);
    rules.put("SecurityOpt", this::securityOptions);
    rules.put("MaskedPaths", (_, path) -> unmasked(path));
    rules.put("ReadonlyPaths", (_, path) -> unmasked(path));
    rules.put("CgroupParent", this::cgroupParent);
    rules.put("LogConfig", this::log);
    return rules;
  }

  void check(ObjectNode createOptions) {
    each(createOptions, TOP, top, HarmlessOptions.TOP);
    var options = Fields.of(createOptions, TOP, new Findings(findings.module()));
    namespaces.endpoints(
        options.get("NetworkingConfig"),
        Fields.of(options.get(HOST), HOST_PATH, new Findings(findings.module())).get("NetworkMode"),
        TOP + ".NetworkingConfig");
  }

  private void each(
      JsonNode object,
      String path,
      Map<String, BiConsumer<JsonNode, String>> rules,
      HarmlessOptions harmless) {
    Fields.of(object, path, findings)
        .all()
        .forEach((name, value) -> {
          var at = path + "." + name;
          var rule = rules.get(name);
          if (rule != null) {
            rule.accept(value, at);
          } else if (!harmless.allow(name, value)) {
            other(at);
          }
        });
  }

  private void other(String path) {
    var name = path.substring(TOP.length() + 1);
    if (policy.otherOptions().stream().noneMatch(name::equalsIgnoreCase)) {
      findings.add(
          path,
          Clause.OTHER_OPTIONS,
          "is an option that this node does not give",
          "take it out, or let the node's owner add \"" + name + "\" to otherOptions");
    }
  }

  private void privileged(JsonNode value, String path) {
    if (!policy.privileged() && !(value.isBoolean() && !value.booleanValue())) {
      findings.add(
          path,
          Clause.PRIVILEGED,
          "asks for all rights over the host",
          "take it out and name the capabilities and devices that the module needs");
    }
  }

  /** The engine takes a single text for an array here. */
  private void capabilities(JsonNode value, String path) {
    var asked = value.isTextual() ? List.of(value) : findings.entries(value, path);
    for (var entry : asked) {
      findings
          .element(entry, path)
          .map(PolicyReader::capability)
          .filter(name -> !USUAL_CAPABILITIES.contains(name))
          .filter(_ -> !policy.capabilities().contains("ALL"))
          .ifPresent(name ->
              findings.unlessListed(policy.capabilities(), name, path, Clause.CAPABILITIES));
    }
  }

  private void devices(JsonNode value, String path) {
    int place = 0;
    for (var entry : findings.entries(value, path)) {
      var at = path + "[" + place + "]";
      place++;
      var onHost = at + ".PathOnHost";
      var written = findings.text(Fields.of(entry, at, findings).get("PathOnHost"), onHost);
      var device = HostPath.resolve(written);
      if (device.isEmpty()) {
        findings.fixed(onHost, "is no absolute path", "write the device's path on the host");
      } else if (policy.devices().stream().noneMatch(d -> HostPath.isWithin(device.get(), d))) {
        findings.unlessListed(policy.devices(), device.get(), onHost, Clause.DEVICES);
      }
    }
  }

  private void securityOptions(JsonNode value, String path) {
    for (var entry : findings.entries(value, path)) {
      findings
          .element(entry, path)
          .map(PolicyReader::securityOption)
          .filter(option -> !USUAL_SECURITY.contains(option))
          .ifPresent(option ->
              findings.unlessListed(
                  policy.securityOptions(), option, path, Clause.SECURITY_OPTIONS));
    }
  }

  /**
   * A list of its own, an empty one above all, uncovers what the engine hides of /proc and /sys.
   */
  private void unmasked(String path) {
    findings.unlessListed(policy.securityOptions(), UNMASKED, path, Clause.SECURITY_OPTIONS);
  }

  private void cgroupParent(JsonNode value, String path) {
    var parent = findings.text(value, path);
    if (!parent.isEmpty()) {
      findings.unlessListed(policy.cgroupParents(), parent, path, Clause.CGROUP_PARENTS);
    }
  }

  private void log(JsonNode value, String path) {
    var type = path + ".Type";
    var driver = findings.text(Fields.of(value, path, findings).get("Type"), type);
    if (!LOG_DRIVERS.contains(driver)) {
      findings.unlessListed(policy.logDrivers(), driver, type, Clause.LOG_DRIVERS);
    }
  }
}
