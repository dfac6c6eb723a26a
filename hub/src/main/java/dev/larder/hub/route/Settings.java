package dev.larder.hub.route;

import com.fasterxml.jackson.databind.JsonNode;
import dev.larder.common.json.Json;
import dev.larder.common.manifest.HubDesired;
import dev.larder.common.problem.Checked;
import dev.larder.common.problem.Problem;
import java.util.List;

/**
 * The hub's settings: the last good {@code $edgeHub} document is in force, and the problems of the
 * newest are told.
 *
 * @param good the document in force
 * @param goodVersion its version; 0 for the one that holds before the cloud has said anything
 * @param newestVersion of the newest document, good or bad
 * @param problems of the newest document; empty when it is the one in force
 */
public record Settings(
    HubDesired good, long goodVersion, long newestVersion, List<Problem> problems) {
  public static final Settings DEFAULT = new Settings(HubDesired.DEFAULT, 0, 0, List.of());

  public Settings {
    problems = List.copyOf(problems);
  }

  /** The settings after a new document. */
  public Settings offered(long version, JsonNode document) {
    return switch (HubDesired.read(document, "properties.desired")) {
      case Checked.Valid<HubDesired>(var desired) ->
          new Settings(desired, version, version, List.of());
      case Checked.Invalid<HubDesired>(var wrong) ->
          new Settings(good, goodVersion, version, wrong);
    };
  }

  /** What {@code $edgeHub}'s reported properties say of them. */
  public JsonNode status() {
    var status = Json.object();
    status.put("code", problems.isEmpty() ? 200 : 400);
    status.put(
        "description",
        problems.isEmpty()
            ? ""
            : "version " + newestVersion + " has problems; version " + goodVersion + " stays");
    var list = status.putArray("problems");
    problems.forEach(p -> list.add(Json.mapper().<JsonNode>valueToTree(p)));
    return status;
  }
}
