package dev.larder.agent.cloud;

import dev.larder.agent.methods.Reply;
import dev.larder.common.topic.DirectMethod;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Comes for the direct methods that the cloud has for this agent, again and again, and answers
 * them. Each is carried out once, on a thread of its own, for no longer than the cloud waits.
 */
public final class MethodPoll implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(MethodPoll.class);

  /** As many as the cloud lets wait; what it has given up may still be under way. */
  private static final int AT_ONCE = 16;

  /** A cloud, or a proxy, that does not hold polls open is not asked more often than this. */
  private static final Duration LEAST_PERIOD = Duration.ofSeconds(1);

  private final CloudClient cloud;
  private final Work work;
  private final Retry retry = new Retry();
  private final Semaphore free = new Semaphore(AT_ONCE);
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private String lastReason = "";

  /** Nothing is asked for before {@link #run}. */
  public MethodPoll(CloudClient cloud, Work work) {
    this.cloud = cloud;
    this.work = work;
  }

  /** Carries out methods. */
  @FunctionalInterface
  public interface Work {
    Done carryOut(DirectMethod.Handed method) throws InterruptedException;
  }

  /**
   * What came of a method.
   *
   * @param afterwards run once the answer is sent: what would keep it from being sent
   */
  public record Done(Reply reply, Runnable afterwards) {}

  /** Runs until interrupted. */
  public void run() {
    Turns.run(this::once, retry);
  }

  /** One poll; answers how long to wait before the next. */
  private Duration once() throws InterruptedException {
    free.acquire();
    var handed = Optional.<DirectMethod.Handed>empty();
    long began = System.nanoTime();
    try {
      handed = cloud.nextMethod();
      retry.succeeded();
      lastReason = "";
      handed.ifPresent(method -> threads.execute(() -> answer(method)));
      var took = Duration.ofNanos(System.nanoTime() - began);
      return handed.isPresent() || took.compareTo(LEAST_PERIOD) >= 0
          ? Duration.ZERO
          : LEAST_PERIOD.minus(took);
    } catch (CloudException e) {
      return failed(e);
    } finally {
      if (handed.isEmpty()) {
        free.release();
      }
    }
  }

  private Duration failed(CloudException e) {
    var reason = String.valueOf(e.getMessage());
    // That the cloud is away is told by the poll for the manifest; an older cloud refuses for ever.
    if (e.kind() == CloudException.Kind.REFUSED && !reason.equals(lastReason)) {
      log.atWarn().addKeyValue("reason", reason).log("no direct methods from the cloud");
    }
    lastReason = reason;
    return retry.failed();
  }

  private void answer(DirectMethod.Handed method) {
    try {
      var done = within(method);
      if (done.isPresent()) {
        var reply = done.get().reply();
        log.atInfo()
            .addKeyValue("method", method.name())
            .addKeyValue("status", reply.status())
            .log("direct method");
        cloud.answerMethod(
            method.requestId(),
            new DirectMethod.Response(reply.status(), reply.payload(), Optional.empty()));
        done.get().afterwards().run();
      }
    } catch (CloudException e) {
      log.atWarn()
          .addKeyValue("method", method.name())
          .addKeyValue("reason", e.getMessage())
          .log("answer to a direct method not sent");
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } finally {
      free.release();
    }
  }

  /** Empty when it took longer than the cloud waits. */
  private Optional<Done> within(DirectMethod.Handed method) throws InterruptedException {
    var running = threads.submit(() -> work.carryOut(method));
    try {
      return Optional.of(running.get(method.responseTimeout().toMillis(), TimeUnit.MILLISECONDS));
    } catch (TimeoutException _) {
      log.atWarn()
          .addKeyValue("method", method.name())
          .addKeyValue("limit", method.responseTimeout())
          .log("direct method took too long, given up");
      return Optional.empty();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof InterruptedException) {
        throw new InterruptedException("The agent ends");
      }
      log.atError().setCause(e).addKeyValue("method", method.name()).log("direct method broke");
      return Optional.of(
          new Done(Reply.failed("The agent has a fault: " + e.getCause()), () -> {}));
    } finally {
      running.cancel(true);
    }
  }

  /** Interrupts what is under way. */
  @Override
  public void close() {
    threads.shutdownNow();
  }
}
