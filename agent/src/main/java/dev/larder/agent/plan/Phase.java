package dev.larder.agent.plan;

/** Where a container is in its life. */
public enum Phase {
  /** Made, never started. */
  CREATED,
  RUNNING,
  ENDED
}
