package dev.larder.hub.route;

import com.fasterxml.jackson.databind.JsonNode;
import dev.larder.common.json.Json;
import dev.larder.common.manifest.HubDesired;
import dev.larder.common.problem.Checked;
import dev.larder.common.problem.Problem;
import java.util.List;

/**
 * The hub's settings: the last good {@code $edgeHub} document is in force, and the problems of the
 * newest are told. A document whose only problems are routes is good: it is in force without them.
 *
 * @param good the document in force
 * @param goodVersion its version; 0 for the one that holds before the cloud has said anything
 * @param newestVersion of the newest document, good or bad
 * @param problems of the newest document; of its bad routes alone when it is the one in force
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
          new Settings(desired, version, version, desired.routeProblems());
      case Checked.Invalid<HubDesired>(var wrong) ->
          new Settings(good, goodVersion, version, wrong);
    };
  }

  /** Whether the newest document is the one in force. */
  public boolean isNewestInForce() {
    return goodVersion == newestVersion;
  }

  /**
   * What {@code $edgeHub}'s reported properties say of them: 200 when all is as wished, else 400,
   * as IoT Edge's for a document that it cannot read. A document that is in force without its bad
   * routes has 400 as well, so that whoever watches the code alone learns of them; the description
   * says that the rest holds.
   */
  public JsonNode status() {
    var status = Json.object();
    status.put("code", problems.isEmpty() ? 200 : 400);
    status.put("description", description());
    var list = status.putArray("problems");
    problems.forEach(p -> list.add(Json.mapper().<JsonNode>valueToTree(p)));
    return status;
  }

  private String description() {
    if (problems.isEmpty()) {
      return "";
    }
    return isNewestInForce()
        ? "version " + newestVersion + " is in force without its bad routes; " + problems.getFirst()
        : "version " + newestVersion + " has problems; version " + goodVersion + " stays";
  }
}
