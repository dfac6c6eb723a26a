package dev.larder.agent.plan;

/** What the container's health check says. */
public enum HealthState {
  /** The image has no check. */
  NONE,
  STARTING,
  HEALTHY,
  UNHEALTHY
}
