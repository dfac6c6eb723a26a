package dev.larder.agent.check;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/**
 * A TCP port of the host that a module publishes.
 *
 * @param address of the host; empty for all
 */
public record PublishedPort(String module, String address, int port) {
  /**
   * The ports with one number in a module's {@code createOptions}, Docker's create JSON; ranges and
   * ports that the engine is to choose can be taken by nobody in particular.
   */
  public static List<PublishedPort> of(String module, JsonNode createOptions) {
    var found = new ArrayList<PublishedPort>();
    for (var entry : createOptions.path("HostConfig").path("PortBindings").properties()) {
      if (entry.getKey().endsWith("/udp") || entry.getKey().endsWith("/sctp")) {
        continue;
      }
      for (var binding : entry.getValue()) {
        var port = binding.path("HostPort").asText();
        if (port.matches("[1-9][0-9]{0,4}")) {
          found.add(
              new PublishedPort(module, binding.path("HostIp").asText(""), Integer.parseInt(port)));
        }
      }
    }
    return found;
  }

  /** Whether a program that listens there is in the way of this port. */
  boolean isTakenBy(Listener listener) {
    return port == listener.port()
        && (isAny(address) || isAny(listener.address()) || address.equals(listener.address()));
  }

  private static boolean isAny(String address) {
    return address.isEmpty() || address.equals(Listener.ANY) || address.equals("::");
  }
}
