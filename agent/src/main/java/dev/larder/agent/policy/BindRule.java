package dev.larder.agent.policy;

/**
 * A path of the host that containers may have mounted.
 *
 * @param path absolute and resolved
 * @param writable whether it may be mounted to be written; otherwise read-only
 * @param below whether all below it may be mounted as well
 */
public record BindRule(String path, boolean writable, boolean below) {
  public BindRule {
    if (!HostPath.resolve(path).filter(path::equals).isPresent()) {
      throw new IllegalArgumentException("Not an absolute and resolved path: " + path);
    }
  }

  boolean covers(String other) {
    return below ? HostPath.isWithin(other, path) : other.equals(path);
  }
}
