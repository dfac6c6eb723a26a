package dev.larder.agent.converge;

import dev.larder.agent.engine.Engine;
import dev.larder.agent.engine.EngineException;
import java.time.Duration;
import java.time.InstantSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Follows the engine's events, and takes the stream up again when it ends. */
public final class EngineEvents {
  private static final Logger log = LoggerFactory.getLogger(EngineEvents.class);
  private static final Duration PAUSE = Duration.ofSeconds(2);

  private final Engine engine;
  private final InstantSource clock;
  private final Runnable changed;

  public EngineEvents(Engine engine, InstantSource clock, Runnable changed) {
    this.engine = engine;
    this.clock = clock;
    this.changed = changed;
  }

  /** Runs until interrupted. */
  public void run() {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        follow();
        Thread.sleep(PAUSE);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void follow() {
    try {
      var since = clock.instant();
      changed.run();
      engine.events(since, changed);
    } catch (EngineException e) {
      log.atDebug().addKeyValue("reason", e.reason()).log("event stream ended");
    } catch (RuntimeException e) {
      log.atError().setCause(e).log("event stream broke");
    }
  }
}
