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
 */
public record NodeReport(
    String schemaVersion,
    String version,
    long lastDesiredVersion,
    Status lastDesiredStatus,
    Platform platform,
    Map<String, ModuleReport> systemModules,
    Map<String, ModuleReport> modules,
    Instant sentAt) {
  public NodeReport {
    systemModules = Map.copyOf(systemModules);
    modules = Map.copyOf(modules);
  }

  /**
   * IoT Edge's codes: 200 applied, 202 being applied, 400 not readable, 401 not verified, 412
   * schema, 500 failed.
   */
  public record Status(int code, String description) {}

  public record Platform(String os, String architecture, String engineVersion) {}

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
