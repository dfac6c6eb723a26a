package dev.larder.hub.twin;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.larder.common.json.Json;

/**
 * A module's twin. The documents are not changed once they are in one.
 *
 * @param desiredVersion the cloud's number; 0 before the first
 * @param reportedVersion counted up by the hub with each patch; 0 before the first
 */
public record Twin(
    long desiredVersion, ObjectNode desired, long reportedVersion, ObjectNode reported) {
  private static final String VERSION = "$version";

  static final Twin EMPTY = new Twin(0, Json.object(), 0, Json.object());

  /** As a module gets it: both documents, each with its {@code $version}. */
  public ObjectNode document() {
    var document = Json.object();
    document.set("desired", desired.deepCopy().put(VERSION, desiredVersion));
    document.set("reported", reported.deepCopy().put(VERSION, reportedVersion));
    return document;
  }

  /** As the cloud gets its reported part. */
  public ObjectNode report() {
    var report = Json.object().put("version", reportedVersion);
    report.set("reported", reported);
    return report;
  }
}
