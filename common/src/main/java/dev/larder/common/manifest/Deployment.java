package dev.larder.common.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.larder.common.json.Json;
import dev.larder.common.problem.Checked;
import dev.larder.common.problem.Problem;
import dev.larder.common.problem.Problems;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A deployment manifest: the desired properties of every module, by its twin's name ({@code
 * $edgeAgent}, {@code $edgeHub}, a module's id). A base has them whole; a layer names parts of
 * them.
 *
 * @param content {@code modulesContent}: module → {@code properties.desired} or, in a layer, {@code
 *     properties.desired.<path>} → value
 */
public record Deployment(Map<String, ObjectNode> content) {
  public static final String AGENT = "$edgeAgent";
  public static final String HUB = "$edgeHub";

  private static final String DESIRED = "properties.desired";
  private static final String ROOT = "modulesContent";

  public Deployment {
    content = Map.copyOf(content);
  }

  /**
   * Reads a base or a layer: {@code {"modulesContent": {…}}}. Only the outer form is judged here.
   */
  public static Checked<Deployment> read(JsonNode document) {
    var problems = new Problems();
    var content = Reading.of(document, "", problems).object(ROOT);
    var found = new HashMap<String, ObjectNode>();
    for (var entry : content.node().properties()) {
      var module = content.object(entry.getKey());
      for (var key : module.node().properties()) {
        var name = key.getKey();
        if (!name.equals(DESIRED) && !name.startsWith(DESIRED + ".")) {
          module.add(
              name, "is not known here", "write properties.desired or properties.desired.<path>");
        }
      }
      found.put(entry.getKey(), module.node());
    }
    return problems.isEmpty()
        ? Checked.valid(new Deployment(found))
        : Checked.invalid(problems.list());
  }

  /**
   * This manifest with a layer over it: {@code properties.desired} replaces a module's properties,
   * {@code properties.desired.a.b} sets what is at {@code a.b} and makes the objects on the way.
   */
  public Deployment with(Deployment layer) {
    var merged = new HashMap<String, ObjectNode>();
    content.forEach((module, properties) -> merged.put(module, properties.deepCopy()));
    layer.content.forEach((module, changes) -> {
      var properties = merged.computeIfAbsent(module, _ -> Json.object());
      changes.properties().stream()
          .sorted(Map.Entry.comparingByKey())
          .forEach(change -> set(properties, change.getKey(), change.getValue()));
    });
    return new Deployment(merged);
  }

  private static void set(ObjectNode properties, String key, JsonNode value) {
    if (key.equals(DESIRED)) {
      properties.set(DESIRED, value.deepCopy());
      return;
    }
    var at = child(properties, DESIRED);
    var path = key.substring(DESIRED.length() + 1).split("\\.", -1);
    for (int i = 0; i < path.length - 1; i++) {
      at = child(at, path[i]);
    }
    at.set(path[path.length - 1], value.deepCopy());
  }

  private static ObjectNode child(ObjectNode node, String field) {
    return node.get(field) instanceof ObjectNode there ? there : node.putObject(field);
  }

  /** A module's desired properties; empty when the manifest does not name it. */
  public ObjectNode desired(String module) {
    var properties = content.get(module);
    return properties != null && properties.get(DESIRED) instanceof ObjectNode desired
        ? desired.deepCopy()
        : Json.object();
  }

  /** Every problem of {@code $edgeAgent} and {@code $edgeHub}, with its whole path. */
  public Problems problems() {
    var problems = new Problems();
    AgentDesiredReader.read(desired(AGENT), path(AGENT)).problems().forEach(problems::add);
    hubProblems().forEach(problems::add);
    return problems;
  }

  /** A hub goes on without a bad route; a manifest with one is not to be saved. */
  private List<Problem> hubProblems() {
    return switch (HubDesired.read(desired(HUB), path(HUB))) {
      case Checked.Valid<HubDesired>(var hub) -> hub.routeProblems();
      case Checked.Invalid<HubDesired>(var wrong) -> wrong;
    };
  }

  private static String path(String module) {
    return ROOT + "." + module + "." + DESIRED;
  }
}
