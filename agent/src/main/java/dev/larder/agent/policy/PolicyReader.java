package dev.larder.agent.policy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.larder.agent.create.ImageReference;
import dev.larder.agent.registry.RegistryName;
import dev.larder.common.json.Json;
import dev.larder.common.problem.Checked;
import dev.larder.common.problem.Problems;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Reads a policy file. A clause that is not known is a problem: passed over, a typing error would
 * be a policy that its writer did not mean.
 */
final class PolicyReader {
  private static final int ENTRIES_LIMIT = 200;
  private static final int SHOWN_CHARACTERS = 100;
  private static final Set<String> BIND_FIELDS = Set.of("path", "writable", "below");
  private static final int NAME_LIMIT_CHARACTERS = 255;
  private static final String HOST = "(?:localhost|[a-z0-9-]*[.:][a-z0-9.:-]*)";
  private static final Pattern REGISTRY = Pattern.compile(HOST + "(?:/[a-z0-9._-]+)*+");
  private static final Pattern REPOSITORY =
      Pattern.compile("(?:" + HOST + "/)?[a-z0-9._-]+(?:/[a-z0-9._-]+)*+");
  private static final Pattern CAPABILITY = Pattern.compile("[A-Z_]+");

  private final ObjectNode policy;
  private final Problems problems = new Problems();

  private PolicyReader(ObjectNode policy) {
    this.policy = policy;
  }

  static Checked<HostPolicy> read(String json) {
    try {
      if (Json.mapper().readTree(json) instanceof ObjectNode object) {
        return new PolicyReader(object).read();
      }
      return Checked.invalid("", "the host policy is no JSON object", "write an object: {…}");
    } catch (JsonProcessingException e) {
      return Checked.invalid(
          "",
          "the host policy is not JSON: " + e.getOriginalMessage(),
          "mend line " + (e.getLocation() == null ? 1 : e.getLocation().getLineNr()));
    }
  }

  private Checked<HostPolicy> read() {
    known(policy, "", clauses());
    var read =
        new HostPolicy(
            set(Clause.REGISTRIES, PolicyReader::registry, "write host or host/prefix, or *"),
            flag(policy, "", Clause.LOCAL_IMAGES.text()),
            set(
                Clause.AGENT_IMAGES,
                PolicyReader::repository,
                "write a repository, registry.example/larder-agent, without tag and digest"),
            binds(),
            flag(policy, "", Clause.ENGINE_SOCKET.text()),
            names(Clause.VOLUME_DRIVERS),
            flag(policy, "", Clause.PRIVILEGED.text()),
            set(
                Clause.HOST_NAMESPACES,
                text -> Optional.of(text).filter(HostPolicy.NAMESPACES::contains),
                "the namespaces are "
                    + HostPolicy.NAMESPACES.stream().sorted().collect(Collectors.joining(", "))),
            names(Clause.NETWORKS),
            names(Clause.CONTAINERS),
            set(
                Clause.CAPABILITIES,
                text -> Optional.of(capability(text)).filter(c -> CAPABILITY.matcher(c).matches()),
                "write a capability, NET_ADMIN"),
            set(Clause.DEVICES, HostPath::resolve, "write an absolute path, /dev/ttyUSB0"),
            set(
                Clause.SECURITY_OPTIONS,
                text -> Optional.of(securityOption(text)),
                "write an option, seccomp=unconfined"),
            names(Clause.CGROUP_PARENTS),
            names(Clause.LOG_DRIVERS),
            names(Clause.OTHER_OPTIONS));
    return problems.isEmpty() ? Checked.valid(read) : Checked.invalid(problems.list());
  }

  private static Set<String> clauses() {
    return Arrays.stream(Clause.values())
        .filter(clause -> clause != Clause.FIXED)
        .map(Clause::text)
        .collect(Collectors.toSet());
  }

  /** In capitals and without {@code CAP_}, as the engine takes either. */
  static String capability(String written) {
    var name = written.toUpperCase(Locale.ROOT);
    return name.startsWith("CAP_") ? name.substring("CAP_".length()) : name;
  }

  /** With {@code =}, where older tools write a colon. */
  static String securityOption(String written) {
    return written.contains("=") ? written : written.replaceFirst(":", "=");
  }

  private static Optional<String> registry(String written) {
    var entry = written.endsWith("/") ? written.substring(0, written.length() - 1) : written;
    return entry.equals(HostPolicy.ANY)
        ? Optional.of(entry)
        : Optional.of(entry).filter(e -> isName(e, REGISTRY)).map(PolicyReader::named);
  }

  private static boolean isName(String entry, Pattern form) {
    return entry.length() <= NAME_LIMIT_CHARACTERS
        && form.matcher(entry).matches()
        && !entry.contains("..");
  }

  /** With the one name that its registry has. */
  private static String named(String entry) {
    int slash = entry.indexOf('/');
    int end = slash < 0 ? entry.length() : slash;
    return RegistryName.named(entry.substring(0, end)) + entry.substring(end);
  }

  private static Optional<String> repository(String written) {
    return Optional.of(written)
        .filter(e -> isName(e, REPOSITORY))
        .map(name -> RegistryName.of(ImageReference.parse(name)).text());
  }

  private void known(ObjectNode object, String prefix, Set<String> names) {
    for (var field : object.properties()) {
      if (!names.contains(field.getKey())) {
        problems.add(
            prefix + field.getKey(),
            "is not known",
            "take it out; known are " + names.stream().sorted().collect(Collectors.joining(", ")));
      }
    }
  }

  private static JsonNode get(ObjectNode object, String field) {
    return object.hasNonNull(field) ? object.get(field) : MissingNode.getInstance();
  }

  private boolean flag(ObjectNode object, String prefix, String field) {
    var value = get(object, field);
    if (!value.isMissingNode() && !value.isBoolean()) {
      problems.add(prefix + field, "is " + shown(value), "write true or false");
    }
    return value.isBoolean() && value.booleanValue();
  }

  private Set<String> names(Clause clause) {
    return set(clause, Optional::of, "write a name");
  }

  private Set<String> set(Clause clause, Function<String, Optional<String>> form, String mend) {
    var found = new HashSet<String>();
    int place = 0;
    for (var entry : entries(clause)) {
      var read = entry.asText("").isBlank() ? Optional.<String>empty() : form.apply(entry.asText());
      if (entry.isTextual() && read.isPresent()) {
        found.add(read.get());
      } else {
        problems.add(clause.text() + "[" + place + "]", "is " + shown(entry), mend);
      }
      place++;
    }
    return found;
  }

  private List<JsonNode> entries(Clause clause) {
    var value = get(policy, clause.text());
    if (value.isMissingNode()) {
      return List.of();
    }
    if (!value.isArray() || value.size() > ENTRIES_LIMIT) {
      problems.add(
          clause.text(),
          value.isArray() ? "has " + value.size() + " entries" : "is " + shown(value),
          "write an array of at most " + ENTRIES_LIMIT + " entries: […]");
      return List.of();
    }
    return value.valueStream().toList();
  }

  private List<BindRule> binds() {
    var found = new ArrayList<BindRule>();
    int place = 0;
    for (var entry : entries(Clause.BINDS)) {
      var at = Clause.BINDS.text() + "[" + place + "]";
      place++;
      if (entry instanceof ObjectNode object) {
        bind(object, at + ".").ifPresent(found::add);
      } else {
        problems.add(at, "is " + shown(entry), "write {\"path\": \"/srv/data\"}");
      }
    }
    return found;
  }

  private Optional<BindRule> bind(ObjectNode entry, String prefix) {
    known(entry, prefix, BIND_FIELDS);
    var writable = flag(entry, prefix, "writable");
    var below = flag(entry, prefix, "below");
    var path = get(entry, "path");
    var resolved = path.isTextual() ? HostPath.resolve(path.textValue()) : Optional.<String>empty();
    if (resolved.isEmpty()) {
      problems.add(
          prefix + "path",
          path.isMissingNode() ? "is missing" : "is " + shown(path),
          "write an absolute path of the host, /srv/data");
    }
    return resolved.map(absolute -> new BindRule(absolute, writable, below));
  }

  private static String shown(JsonNode node) {
    var text = node.toString();
    return text.length() <= SHOWN_CHARACTERS ? text : text.substring(0, SHOWN_CHARACTERS) + "…";
  }
}
