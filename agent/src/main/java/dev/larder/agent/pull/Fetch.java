package dev.larder.agent.pull;

import dev.larder.agent.engine.EngineException;
import dev.larder.common.manifest.RegistryCredentials;
import java.util.Optional;
import java.util.function.IntConsumer;

/** Brings one image onto the engine. */
@FunctionalInterface
public interface Fetch {
  /**
   * Returns when the engine has it; an interrupt of the thread ends it early.
   *
   * @param progress told 0 to 100 at every sign of life
   */
  void fetch(String image, Optional<RegistryCredentials> credentials, IntConsumer progress)
      throws EngineException;
}
