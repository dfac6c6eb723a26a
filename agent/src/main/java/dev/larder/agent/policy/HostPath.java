package dev.larder.agent.policy;

import java.util.ArrayDeque;
import java.util.Optional;

/**
 * Paths of the host by their letters alone: the agent's container does not see the host's disk, so
 * links on it are not followed, but for the one that every distribution has.
 */
final class HostPath {
  private HostPath() {}

  /** The path without {@code .}, {@code ..} and double slashes; empty when it is not absolute. */
  static Optional<String> resolve(String written) {
    if (!written.startsWith("/")) {
      return Optional.empty();
    }
    var segments = new ArrayDeque<String>();
    for (var segment : written.split("/", -1)) {
      if (segment.equals("..")) {
        segments.pollLast();
      } else if (!segment.isEmpty() && !segment.equals(".")) {
        segments.addLast(segment);
      }
    }
    var path = "/" + String.join("/", segments);
    return Optional.of(isWithin(path, "/var/run") ? path.substring("/var".length()) : path);
  }

  /** Whether the one is the other or below it; both resolved. */
  static boolean isWithin(String path, String parent) {
    return parent.equals("/") || path.equals(parent) || path.startsWith(parent + "/");
  }

  static String lastSegment(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }
}
