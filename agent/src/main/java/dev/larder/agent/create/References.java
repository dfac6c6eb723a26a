package dev.larder.agent.create;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The containers that another one joins, links or mounts from. */
public final class References {
  private static final String CONTAINER = "container:";
  private static final List<String> MODES =
      List.of("NetworkMode", "PidMode", "IpcMode", "UTSMode", "UsernsMode", "CgroupnsMode");

  private References() {}

  /**
   * By name, in a create request.
   *
   * @param body with the engine's own spelling
   */
  static List<String> of(ObjectNode body) {
    var found = new ArrayList<String>();
    var host = body.path("HostConfig");
    for (var mode : MODES) {
      joined(host.path(mode).asText()).ifPresent(found::add);
    }
    names(host.path("VolumesFrom"), found);
    names(host.path("Links"), found);
    for (var endpoint : body.path("NetworkingConfig").path("EndpointsConfig")) {
      for (var field : endpoint.properties()) {
        if (field.getKey().equalsIgnoreCase("Links")) {
          names(field.getValue(), found);
        }
      }
    }
    return found;
  }

  /** The container whose namespace a mode is, {@code container:name}. */
  public static Optional<String> joined(String mode) {
    return mode.startsWith(CONTAINER)
        ? Optional.of(mode.substring(CONTAINER.length()))
        : Optional.empty();
  }

  /** {@code name[:more]}. */
  private static void names(JsonNode entries, List<String> found) {
    entries.forEach(entry -> found.add(entry.asText().split(":", 2)[0]));
  }
}
