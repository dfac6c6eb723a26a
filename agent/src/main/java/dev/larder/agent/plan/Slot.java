package dev.larder.agent.plan;

/** Which of a module's two names a container has. */
public enum Slot {
  /** The module's own name. */
  CURRENT,
  /** The name under which a replacement waits. */
  NEXT,
  /** Neither: somebody renamed it. */
  STRAY
}
