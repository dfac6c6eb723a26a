package dev.larder.agent.create;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * What the engine is asked for.
 *
 * @param body of {@code POST /containers/create}
 * @param volumes named volumes that must be there first
 * @param notes on what in the manifest was taken otherwise than written
 */
public record CreateRequest(ObjectNode body, List<String> volumes, List<String> notes) {
  public CreateRequest {
    body = body.deepCopy();
    volumes = List.copyOf(volumes);
    notes = List.copyOf(notes);
  }
}
