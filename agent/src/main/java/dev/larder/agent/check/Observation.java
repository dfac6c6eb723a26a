package dev.larder.agent.check;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What a probe saw. No observation holds a secret. */
public sealed interface Observation {
  /** A probe that did not end in its time. */
  record Unanswered(String check, Duration limit) implements Observation {}

  /** A probe that could not look, or saw that nothing works. */
  record Broken(String check, String reason, String mend) implements Observation {}

  /** A probe with nothing to look at. */
  record Skipped(String check, String reason) implements Observation {}

  /** The engine answered; versions as in {@code GET /version}. */
  record Engine(String version, String apiVersion, String minApiVersion) implements Observation {}

  /** The agent's container, as the engine names its state; empty when there is none. */
  record AgentContainer(Optional<String> state, Optional<String> health) implements Observation {}

  /**
   * A file system.
   *
   * @param what that lies on it
   * @param totalInodes 0 when it has no fixed number of them, or it is not known
   */
  record Disk(String what, long totalBytes, long freeBytes, long totalInodes, long freeInodes)
      implements Observation {}

  /** The cloud's Date header (RFC 9110, 6.6.1; whole seconds) beside this machine's clock. */
  record CloudClock(Instant cloud, Instant here) implements Observation {}

  /** The latest time that is known to have been: the clock must be past it. */
  record LastGoodTime(Instant lastGood, Instant here) implements Observation {}

  /**
   * A host name looked up.
   *
   * @param isNeeded whether this machine must resolve it; a proxy may do so in its stead
   */
  record Name(String host, List<String> addresses, boolean isNeeded) implements Observation {
    public Name {
      addresses = List.copyOf(addresses);
    }
  }

  /** A way to the cloud. */
  enum Way {
    HTTPS_DIRECT("cloud-https"),
    HTTPS_PROXY("cloud-https-proxy"),
    MQTT_DIRECT("cloud-mqtt"),
    MQTT_PROXY("cloud-mqtt-proxy");

    private final String check;

    Way(String check) {
      this.check = check;
    }

    /** The name of the check. */
    public String check() {
      return check;
    }
  }

  /** How far a connection came. */
  enum Reached {
    ANSWERED,
    NOT_TRUSTED,
    PROXY_REFUSED,
    REFUSED,
    UNREACHABLE
  }

  /**
   * A connection tried.
   *
   * @param where {@code host:port}, with the proxy if there is one between
   * @param isNeeded whether the node works by this way
   * @param reason why it did not answer; empty when it did
   */
  record Reach(Way way, String where, boolean isNeeded, Reached reached, String reason)
      implements Observation {}

  /**
   * A certificate on disk.
   *
   * @param mend what renews it
   * @param matchesKey whether the key beside it is its own
   */
  record Certificate(
      String what, Instant from, Instant until, boolean matchesKey, Instant here, String mend)
      implements Observation {}

  /** The host's TCP ports that the manifest publishes, and what listens. */
  record Ports(
      List<PublishedPort> wanted, Set<Integer> heldByNode, Optional<List<Listener>> listeners)
      implements Observation {
    public Ports {
      wanted = List.copyOf(wanted);
      heldByNode = Set.copyOf(heldByNode);
    }
  }

  /** A folder of the node. Others are all users but its owner. */
  record Folder(
      String path, boolean isThere, boolean isWritable, boolean othersMayEnter, boolean mayBeOpen)
      implements Observation {}

  /** A file that only the agent may read. */
  record SecretFile(String path, boolean isReadable, boolean othersMayRead)
      implements Observation {}

  /**
   * How a container's log is kept.
   *
   * @param maxSize the {@code max-size} option; empty for no bound
   */
  record LogRotation(String container, String driver, String maxSize) implements Observation {}
}
