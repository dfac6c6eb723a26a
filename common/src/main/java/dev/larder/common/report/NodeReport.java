package dev.larder.common.report;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * {@code $edgeAgent}'s reported properties in IoT Edge's form: what the agent wants and what really
 * runs.
 *
 * @param version of the agent's software
 * @param lastDesiredVersion the {@code version} of the manifest last received; 0 before the first
 * @param lastDesiredStatus how that manifest was taken
 * @param systemModules {@code edgeAgent} and {@code edgeHub}
 * @param modules all others
 * @param certificateDaysLeft whole days that the node's certificate is still good for; absent from
 *     agents that do not renew it
 * @param events that the cloud has not taken yet; absent when there are none
 */
public record NodeReport(
    String schemaVersion,
    String version,
    long lastDesiredVersion,
    Status lastDesiredStatus,
    Platform platform,
    Map<String, ModuleReport> systemModules,
    Map<String, ModuleReport> modules,
    Instant sentAt,
    Optional<Integer> certificateDaysLeft,
    Optional<NodeEvents> events) {
  public NodeReport {
    systemModules = Map.copyOf(systemModules);
    modules = Map.copyOf(modules);
  }

  /** The same, sent at another time. */
  public NodeReport sentAt(Instant at) {
    return with(at, events);
  }

  /** The same with these events. */
  public NodeReport with(Optional<NodeEvents> pending) {
    return with(sentAt, pending);
  }

  private NodeReport with(Instant at, Optional<NodeEvents> pending) {
    return new NodeReport(
        schemaVersion,
        version,
        lastDesiredVersion,
        lastDesiredStatus,
        platform,
        systemModules,
        modules,
        at,
        certificateDaysLeft,
        pending);
  }

  /**
   * IoT Edge's codes: 200 applied, 202 being applied, 400 not readable, 401 not verified, 412
   * schema, 500 failed.
   */
  public record Status(int code, String description) {}

  /**
   * What the node runs on.
   *
   * @param clock what is wrong with the machine's clock; absent when nothing is known to be
   */
  public record Platform(
      String os, String architecture, String engineVersion, Optional<String> clock) {
    public Platform(String os, String architecture, String engineVersion) {
      this(os, architecture, engineVersion, Optional.empty());
    }

    /** The same with this about the clock. */
    public Platform with(Optional<String> clockProblem) {
      return new Platform(os, architecture, engineVersion, clockProblem);
    }
  }

  /**
   * One container.
   *
   * @param status what the manifest wants: {@code running} or {@code stopped}
   * @param runtimeStatus what is: unknown, pulling, backoff, running, unhealthy, stopped or failed
   * @param statusDescription why, for a person; empty when all is well
   * @param healthy what the image's health check says; absent before its first answer or without
   *     one
   */
  public record ModuleReport(
      String image,
      String imageId,
      String status,
      String runtimeStatus,
      String statusDescription,
      Optional<Boolean> healthy,
      long exitCode,
      int restartCount,
      Optional<Instant> lastStartTimeUtc,
      Optional<Instant> lastExitTimeUtc,
      String restartPolicy,
      String version) {}
}
