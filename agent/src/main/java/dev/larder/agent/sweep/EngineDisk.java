package dev.larder.agent.sweep;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The disk on which the engine keeps images: the root of the agent's container lies on it too. */
public final class EngineDisk {
  private static final Logger log = LoggerFactory.getLogger(EngineDisk.class);

  private EngineDisk() {}

  /** How much of it is free, 0 to 1; 1 when that cannot be seen. */
  public static double freeShare() {
    try {
      var store = Files.getFileStore(Path.of("/"));
      var total = store.getTotalSpace();
      return total <= 0 ? 1 : (double) store.getUsableSpace() / total;
    } catch (IOException e) {
      log.atDebug().addKeyValue("reason", e.getMessage()).log("engine's disk cannot be seen");
      return 1;
    }
  }
}
