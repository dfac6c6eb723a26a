package dev.larder.agent;

import java.io.IOException;
import java.net.URI;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Waits for an event of an engine, which may be over before one could look. */
final class EngineEvent implements AutoCloseable {
  private static final int LIMIT_SECONDS = 30;

  private final Process docker;

  /**
   * Follows the events from now on.
   *
   * @param event of a container, {@code create}
   */
  EngineEvent(URI engine, String event) throws IOException {
    docker =
        new ProcessBuilder(
                "docker",
                "-H",
                engine.toString(),
                "events",
                "--since",
                Instant.now().toString(),
                "--filter",
                "type=container",
                "--filter",
                "event=" + event)
            .redirectErrorStream(true)
            .start();
  }

  /** Returns at the event. */
  void await() throws Exception {
    // The JDK's HTTP client needs the common pool, which on two cores has one thread.
    var line =
        CompletableFuture.supplyAsync(this::line, task -> Thread.ofPlatform().daemon().start(task))
            .get(LIMIT_SECONDS, TimeUnit.SECONDS);
    if (line.isEmpty()) {
      throw new AssertionError("The engine tells of no event");
    }
  }

  private String line() {
    try {
      var line = docker.inputReader().readLine();
      return line == null ? "" : line;
    } catch (IOException _) {
      return "";
    }
  }

  @Override
  public void close() {
    docker.destroyForcibly();
  }
}
