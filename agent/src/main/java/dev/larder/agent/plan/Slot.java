package dev.larder.agent.plan;

/** Which of a module's names a container has. */
public enum Slot {
  /** The module's own name. */
  CURRENT,
  /** The name under which a replacement waits. */
  NEXT,
  /** The name under which the last good one waits until its successor has proven itself. */
  PREVIOUS,
  /** None: somebody renamed it. */
  STRAY
}
