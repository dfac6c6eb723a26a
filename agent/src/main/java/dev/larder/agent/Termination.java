package dev.larder.agent;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * SIGTERM, as something to wait for. The process ends when what was opened after this is closed, or
 * after {@link #PATIENCE}.
 */
final class Termination implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(8);

  private final CountDownLatch asked = new CountDownLatch(1);
  private final CountDownLatch done = new CountDownLatch(1);

  Termination() {
    Runtime.getRuntime().addShutdownHook(new Thread(this::shutDown, "termination"));
  }

  private void shutDown() {
    asked.countDown();
    try {
      if (!done.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        System.err.println("larder-agent: not all could be closed in time");
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  void await() throws InterruptedException {
    asked.await();
  }

  @Override
  public void close() {
    done.countDown();
  }
}
