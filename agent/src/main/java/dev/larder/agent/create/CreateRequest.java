package dev.larder.agent.create;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the engine is asked for.
 *
 * @param body of {@code POST /containers/create}
 * @param volumes named volumes that must be there first
 * @param containers by name, that it joins, links or mounts from
 * @param notes on what in the manifest was taken otherwise than written
 */
public record CreateRequest(
    ObjectNode body, List<String> volumes, List<String> containers, List<String> notes) {
  public CreateRequest {
    body = body.deepCopy();
    volumes = List.copyOf(volumes);
    containers = List.copyOf(containers);
    notes = List.copyOf(notes);
  }

  /** The same with these variables in its environment, in the place of those of the same name. */
  public CreateRequest withEnvironment(Map<String, String> variables) {
    var all = new TreeMap<String, String>();
    body.path("Env").forEach(entry -> all.put(entry.asText().split("=", 2)[0], entry.asText()));
    variables.forEach((name, value) -> all.put(name, name + "=" + value));
    var changed = body.deepCopy();
    var env = changed.putArray("Env");
    all.values().forEach(env::add);
    return new CreateRequest(changed, volumes, containers, notes);
  }
}
