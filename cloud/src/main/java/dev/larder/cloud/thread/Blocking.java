package dev.larder.cloud.thread;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/** Runs blocking work, each piece on a virtual thread of its own. */
public final class Blocking implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final Vertx vertx;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  public Blocking(Vertx vertx) {
    this.vertx = vertx;
  }

  /** The future completes on the caller's event loop. */
  // What the work throws, an Error too, belongs to whoever waits for the future.
  public <T> Future<T> call(Callable<T> work) {
    var context = vertx.getOrCreateContext();
    var promise = Promise.<T>promise();
    try {
      threads.execute(() -> {
        try {
          var value = work.call();
          context.runOnContext(_ -> promise.complete(value));
        } catch (Throwable e) {
          context.runOnContext(_ -> promise.fail(e));
        }
      });
    } catch (RejectedExecutionException e) {
      promise.fail(e);
    }
    return promise.future();
  }

  /** Lets running work end, for at most five seconds. */
  @Override
  public void close() {
    threads.shutdown();
    try {
      if (!threads.awaitTermination(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        threads.shutdownNow();
      }
    } catch (InterruptedException _) {
      threads.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }
}
