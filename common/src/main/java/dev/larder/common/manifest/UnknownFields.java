package dev.larder.common.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * What {@code $edgeAgent}'s desired properties have that nobody here knows. IoT Edge passes over
 * such fields, and so does what reads them here; a person may have meant something by them.
 */
final class UnknownFields {
  private static final Pattern CHUNK = Pattern.compile("createOptions[0-9]{2}");
  private static final Map<String, Predicate<String>> KNOWN =
      Map.of(
          "desired", List.of("schemaVersion", "runtime", "systemModules", "modules")::contains,
          "runtime", List.of("type", "settings")::contains,
          "runtime.settings",
              List.of(
                      "minDockerVersion",
                      "loggingOptions",
                      "registryCredentials",
                      "maxConcurrentPulls",
                      "maxPullBytesPerSecond",
                      "imageRetentionDays")
                  ::contains,
          "systemModules", List.of("edgeAgent", "edgeHub")::contains,
          "module",
              List.of(
                      "type",
                      "status",
                      "restartPolicy",
                      "imagePullPolicy",
                      "startupOrder",
                      "version",
                      "env",
                      "settings",
                      "configuration",
                      "updateStrategy",
                      "rollback",
                      "applyWhen",
                      "dependsOn")
                  ::contains,
          "rollback", List.of("enabled", "withinSecs")::contains,
          "settings",
              name ->
                  List.of("image", "createOptions").contains(name)
                      || CHUNK.matcher(name).matches());

  private final List<String> found = new ArrayList<>();

  private UnknownFields() {}

  /** The paths of such fields below {@code $edgeAgent}'s desired properties, in their order. */
  static List<String> in(JsonNode desired) {
    var fields = new UnknownFields();
    fields.look(desired, "desired", "");
    fields.look(desired.path("runtime"), "runtime", "runtime");
    fields.look(desired.at("/runtime/settings"), "runtime.settings", "runtime.settings");
    fields.look(desired.path("systemModules"), "systemModules", "systemModules");
    fields.modules(desired, "systemModules");
    fields.modules(desired, "modules");
    return List.copyOf(fields.found);
  }

  private void modules(JsonNode desired, String group) {
    for (var entry : desired.path(group).properties()) {
      var path = group + "." + entry.getKey();
      look(entry.getValue(), "module", path);
      look(entry.getValue().path("rollback"), "rollback", path + ".rollback");
      look(entry.getValue().path("settings"), "settings", path + ".settings");
    }
  }

  private void look(JsonNode node, String kind, String path) {
    var known = KNOWN.getOrDefault(kind, _ -> true);
    for (var entry : node.properties()) {
      if (!known.test(entry.getKey())) {
        found.add(path.isEmpty() ? entry.getKey() : path + "." + entry.getKey());
      }
    }
  }
}
