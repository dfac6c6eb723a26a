package dev.larder.agent.cloud;

import dev.larder.agent.events.EventJournal;
import dev.larder.common.report.NodeReport;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends reports: at every change, and at least every half minute. While the cloud is away only the
 * latest is kept, and the events since.
 */
public final class ReportSender {
  private static final Logger log = LoggerFactory.getLogger(ReportSender.class);
  private static final Duration AT_LEAST_EVERY = Duration.ofSeconds(30);

  /** Changes come in bursts; one report tells of a burst. */
  private static final Duration LEAST_PERIOD = Duration.ofMillis(200);

  private final CloudClient cloud;
  private final InstantSource clock;
  private final EventJournal events;
  private final BiConsumer<NodeReport, String> tried;
  private final Retry retry = new Retry();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private Optional<NodeReport> latest = Optional.empty();
  private boolean isNew;

  /**
   * Sends nothing yet.
   *
   * @param tried told of each report sent and of the reason if it was not taken, otherwise empty
   */
  public ReportSender(
      CloudClient cloud,
      InstantSource clock,
      EventJournal events,
      BiConsumer<NodeReport, String> tried) {
    this.cloud = cloud;
    this.clock = clock;
    this.events = events;
    this.tried = tried;
  }

  /** Takes a report in; sends it if it says anything that the one before did not. */
  public void offer(NodeReport report) {
    lock.lock();
    try {
      if (!latest.map(before -> before.sentAt(report.sentAt()).equals(report)).orElse(false)) {
        isNew = true;
        changed.signalAll();
      }
      latest = Optional.of(report);
    } finally {
      lock.unlock();
    }
  }

  /** Runs until interrupted. */
  public void run() {
    Turns.run(this::once, retry);
  }

  private Duration once() throws InterruptedException {
    var report = next();
    return report.isPresent() ? send(report.get()) : LEAST_PERIOD;
  }

  private Optional<NodeReport> next() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      long left = AT_LEAST_EVERY.toNanos();
      while (!isNew && left > 0) {
        left = changed.awaitNanos(left);
      }
      isNew = false;
      return latest;
    } finally {
      lock.unlock();
    }
  }

  private Duration send(NodeReport report) throws InterruptedException {
    try {
      var pending = events.toSend();
      cloud.report(report.sentAt(clock.instant()).with(pending));
      pending.ifPresent(events::delivered);
      retry.succeeded();
      tried.accept(report, "");
      return LEAST_PERIOD;
    } catch (CloudException e) {
      log.atDebug().addKeyValue("reason", e.getMessage()).log("report not sent");
      tried.accept(report, String.valueOf(e.getMessage()));
      again();
      return retry.failed();
    }
  }

  private void again() {
    lock.lock();
    try {
      isNew = true;
    } finally {
      lock.unlock();
    }
  }
}
