package dev.larder.agent.create;

import java.util.Set;

/** How mounts spread between a folder of the host and a module's, in the engine's words. */
public final class Propagation {
  static final Set<String> ALL =
      Set.of("private", "rprivate", "shared", "rshared", "slave", "rslave");

  private static final Set<String> SLAVES = Set.of("slave", "rslave");

  private Propagation() {}

  /**
   * Whether what is mounted on the host later comes in; it can be written, also where the folder is
   * mounted read-only.
   */
  public static boolean isSlave(String propagation) {
    return SLAVES.contains(propagation);
  }
}
