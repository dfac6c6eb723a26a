package dev.larder.common.manifest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.larder.common.id.ModuleId;
import dev.larder.common.json.Json;
import dev.larder.common.problem.Checked;
import dev.larder.common.problem.Problems;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** Reads {@code $edgeAgent}'s desired properties as IoT Edge's service and tools write them. */
public final class AgentDesiredReader {
  private static final Set<String> SCHEMAS = Set.of("1.0", "1.1");
  private static final int CREATE_OPTIONS_CHUNKS = 100;
  private static final Predicate<String> CHUNK =
      Pattern.compile("createOptions[0-9]{2}").asMatchPredicate();
  private static final int MODULES_LIMIT = 50;

  /** What the engine takes; .NET's settings have colons in their names. */
  private static final Pattern ENV_NAME = Pattern.compile("[^=\\p{Cntrl}]+");

  /** IoT Edge reads with Json.NET, which takes these too. */
  private static final ObjectReader LENIENT =
      Json.mapper().reader().with(JsonReadFeature.ALLOW_SINGLE_QUOTES);

  private static final int IMAGE_LIMIT_CHARACTERS = 255;

  /**
   * Docker's reference grammar, near enough to name a typing error before the engine does. Capitals
   * are a host's alone, and a host has a dot or a port, or is {@code localhost}: engines differ in
   * what they take others for.
   */
  private static final Pattern IMAGE =
      Pattern.compile(
          "((localhost|[a-zA-Z0-9._-]+(\\.|(?=:))[a-zA-Z0-9._-]*)(:[0-9]+)?/)?[a-z0-9._-]+(/[a-z0-9._-]+)*+"
              + "(:[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(@sha256:[0-9a-f]{64})?");

  private final Problems problems = new Problems();

  /** The objects whose fields have names that are given, not chosen by the user. */
  private final List<Reading> fixed = new ArrayList<>();

  private AgentDesiredReader() {}

  /**
   * Reads the document {@code modulesContent.$edgeAgent.properties.desired}.
   *
   * @param path put before the path of every problem
   */
  public static Checked<AgentDesired> read(JsonNode desired, String path) {
    var reader = new AgentDesiredReader();
    var value = reader.desired(Reading.of(desired, path, reader.problems));
    return reader.problems.isEmpty()
        ? Checked.valid(value)
        : Checked.invalid(reader.problems.list());
  }

  /**
   * The paths of fields that nobody here asks for. IoT Edge passes over such fields, and so does
   * this; a person may have meant something by them. What is in such a field is not told as well.
   */
  static List<String> unknownFields(JsonNode desired) {
    var reader = new AgentDesiredReader();
    reader.desired(Reading.of(desired, "", reader.problems));
    return reader.fixed.stream().flatMap(Reading::unasked).toList();
  }

  private AgentDesired desired(Reading desired) {
    var schema = desired.text("schemaVersion", "write \"1.1\"");
    if (!schema.isEmpty() && !SCHEMAS.contains(schema)) {
      desired.add(
          "schemaVersion", "is " + schema + ", which this agent cannot read", "write \"1.1\"");
    }
    var runtime = desired.object("runtime");
    dockerType(runtime);
    var settings = runtime.optionalObject("settings");
    settings.passOver("loggingOptions"::equals);
    var systemModules = desired.object("systemModules");
    Collections.addAll(fixed, desired, runtime, settings, systemModules);
    var read =
        new AgentDesired(
            schema,
            settings.scalar("minDockerVersion", "write a version, \"v1.25\""),
            credentials(settings.optionalObject("registryCredentials")),
            images(settings),
            systemModule(systemModules, ModuleId.AGENT),
            systemModule(systemModules, ModuleId.HUB),
            modules(desired.optionalObject("modules")));
    Dependencies.check(read, desired);
    return read;
  }

  private static void dockerType(Reading node) {
    var type = node.text("type", "write \"docker\"");
    if (!type.isEmpty() && !type.equals("docker")) {
      node.add("type", "is " + type + ", not docker", "write \"docker\"");
    }
  }

  private static Map<String, RegistryCredentials> credentials(Reading node) {
    var found = new HashMap<String, RegistryCredentials>();
    for (var name : fieldNames(node)) {
      var one = node.object(name);
      found.put(
          name,
          new RegistryCredentials(
              one.text("address", "name the registry, \"registry.example:5000\""),
              one.text("username", "name the registry's user"),
              one.text("password", "give the registry's password")));
    }
    return found;
  }

  private static ImageRules images(Reading settings) {
    var usual = ImageRules.USUAL;
    return new ImageRules(
        (int) settings.whole("maxConcurrentPulls", 1, ImageRules.MOST_PULLS, usual.pullsAtOnce()),
        (int) settings.whole("imageRetentionDays", 0, ImageRules.MOST_DAYS, usual.retentionDays()),
        pullRate(settings));
  }

  private static long pullRate(Reading settings) {
    var field = "maxPullBytesPerSecond";
    var rate = settings.whole(field, 0, ImageRules.MOST_BYTES_PER_SECOND, ImageRules.NO_LIMIT);
    if (rate == ImageRules.NO_LIMIT || rate >= ImageRules.LEAST_BYTES_PER_SECOND) {
      return rate;
    }
    settings.add(
        field,
        "is " + rate + ", less than " + ImageRules.LEAST_BYTES_PER_SECOND,
        "give a number of bytes from there on, or 0 for no limit");
    return ImageRules.NO_LIMIT;
  }

  private static Iterable<String> fieldNames(Reading node) {
    return node.node().properties().stream().map(Map.Entry::getKey).toList();
  }

  private Optional<ModuleSpec> systemModule(Reading systemModules, ModuleId id) {
    if (!systemModules.has(id.value())) {
      if (id.equals(ModuleId.AGENT)) {
        systemModules.add(id.value(), "is missing", "name the agent's image");
      }
      return Optional.empty();
    }
    var node = systemModules.object(id.value());
    var module = module(node, id);
    if (id.equals(ModuleId.AGENT) && module.update().window().isPresent()) {
      node.add(
          "applyWhen",
          "is not for the agent, which follows its release at once",
          "take it out; the node's ring says when a release comes");
    }
    return Optional.of(module);
  }

  private Map<ModuleId, ModuleSpec> modules(Reading modules) {
    var found = new HashMap<ModuleId, ModuleSpec>();
    for (var name : fieldNames(modules)) {
      moduleId(modules, name).ifPresent(id -> found.put(id, module(modules.object(name), id)));
    }
    ContainerNames.check(found.keySet(), modules);
    if (found.size() > MODULES_LIMIT) {
      problems.add(
          modules.at("").replaceAll("\\.$", ""),
          "has " + found.size() + " modules; the limit is " + MODULES_LIMIT,
          "take some out");
    }
    return found;
  }

  private static Optional<ModuleId> moduleId(Reading modules, String name) {
    if (name.equals(ModuleId.AGENT.value()) || name.equals(ModuleId.HUB.value())) {
      modules.add(name, "is a system module", "put it under systemModules");
      return Optional.empty();
    }
    try {
      return Optional.of(ModuleId.of(name));
    } catch (IllegalArgumentException e) {
      modules.add(name, String.valueOf(e.getMessage()), "rename the module");
      return Optional.empty();
    }
  }

  private ModuleSpec module(Reading node, ModuleId id) {
    dockerType(node);
    node.passOver("configuration"::equals);
    var settings = node.object("settings");
    var rollback = node.optionalObject("rollback");
    Collections.addAll(fixed, node, rollback, settings);
    return new ModuleSpec(
        id,
        image(settings),
        createOptions(settings),
        env(node.optionalObject("env")),
        node.oneOf("status", ModuleStatus.class, ModuleStatus::text, ModuleStatus.RUNNING),
        node.oneOf(
            "restartPolicy", RestartPolicy.class, RestartPolicy::text, RestartPolicy.ON_UNHEALTHY),
        node.oneOf(
            "imagePullPolicy",
            ImagePullPolicy.class,
            ImagePullPolicy::text,
            ImagePullPolicy.ON_CREATE),
        node.whole("startupOrder", 0, ModuleSpec.LAST, ModuleSpec.LAST),
        node.scalar("version", "write a text or leave it out"),
        update(node, rollback),
        dependsOn(node.optionalObject("dependsOn")));
  }

  private static ModuleUpdate update(Reading node, Reading rollback) {
    return new ModuleUpdate(
        node.oneOf(
            "updateStrategy",
            UpdateStrategy.class,
            UpdateStrategy::text,
            UpdateStrategy.DOWNLOAD_THEN_SWAP),
        rollback.flag("enabled", true),
        Duration.ofSeconds(
            rollback.whole(
                "withinSecs",
                ModuleUpdate.SHORTEST.toSeconds(),
                ModuleUpdate.LONGEST.toSeconds(),
                ModuleUpdate.USUAL.toSeconds())),
        ApplyWhenReader.read(node));
  }

  private static Map<ModuleId, Readiness> dependsOn(Reading node) {
    var found = new HashMap<ModuleId, Readiness>();
    for (var name : fieldNames(node)) {
      var readiness = node.oneOf(name, Readiness.class, Readiness::text, Readiness.HEALTHY);
      if (ModuleId.isOne(name)) {
        found.put(ModuleId.of(name), readiness);
      } else {
        node.add(name, "is no module's id", "name a module of this manifest");
      }
    }
    return found;
  }

  private static String image(Reading settings) {
    var image = settings.text("image", "name an image, \"registry.example/name:1.0\"").strip();
    if (image.length() > IMAGE_LIMIT_CHARACTERS) {
      settings.add(
          "image",
          "has " + image.length() + " characters",
          "give it at most " + IMAGE_LIMIT_CHARACTERS);
    } else if (!image.isEmpty() && !IMAGE.matcher(image).matches()) {
      settings.add(
          "image",
          "is no image reference: " + image,
          "write it as registry/name:tag, in lower case");
    }
    return image;
  }

  private static Map<String, String> env(Reading env) {
    var found = new HashMap<String, String>();
    for (var name : fieldNames(env)) {
      if (!ENV_NAME.matcher(name).matches()) {
        env.add(name, "is no name of an environment variable", "take '=' out of it");
        continue;
      }
      envValue(env, name).ifPresent(value -> found.put(name, value));
    }
    return found;
  }

  private static Optional<String> envValue(Reading env, String name) {
    var entry = env.object(name);
    var value = entry.node().get("value");
    if (value != null && value.isValueNode() && !value.isNull()) {
      return Optional.of(value.asText());
    }
    if (env.node().get(name).isObject()) {
      entry.add("value", "is missing", "write {\"value\": \"…\"}");
    }
    return Optional.empty();
  }

  /** A string, that string cut into {@code createOptions01}… of 512 characters, or plain JSON. */
  private static ObjectNode createOptions(Reading settings) {
    settings.passOver(CHUNK);
    var whole = settings.get("createOptions");
    if (whole instanceof ObjectNode object) {
      return object;
    }
    if (!whole.isMissingNode() && !whole.isTextual()) {
      settings.add(
          "createOptions", "is neither a string nor an object", "write Docker's create JSON");
      return Json.object();
    }
    var text = new StringBuilder(whole.asText(""));
    for (int i = 1; i < CREATE_OPTIONS_CHUNKS; i++) {
      var chunk = settings.node().get("createOptions%02d".formatted(i));
      if (chunk == null) {
        break;
      }
      text.append(chunk.asText());
    }
    if (text.toString().isBlank()) {
      return Json.object();
    }
    try {
      if (LENIENT.readTree(text.toString()) instanceof ObjectNode object) {
        return object;
      }
      settings.add("createOptions", "is not a JSON object", "write Docker's create JSON: {…}");
    } catch (JsonProcessingException e) {
      settings.add(
          "createOptions",
          "is not JSON: " + e.getOriginalMessage(),
          "write Docker's create JSON, its quotes escaped");
    }
    return Json.object();
  }
}
