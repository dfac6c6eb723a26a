package dev.larder.agent.cloud;

import dev.larder.common.report.NodeReport;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends reports: at every change, and at least every half minute. While the cloud is away only the
 * latest is kept.
 */
public final class ReportSender {
  private static final Logger log = LoggerFactory.getLogger(ReportSender.class);
  private static final Duration AT_LEAST_EVERY = Duration.ofSeconds(30);

  /** Changes come in bursts; one report tells of a burst. */
  private static final Duration LEAST_PERIOD = Duration.ofMillis(200);

  private final CloudClient cloud;
  private final InstantSource clock;
  private final Retry retry;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private Optional<NodeReport> latest = Optional.empty();
  private boolean isNew;

  public ReportSender(CloudClient cloud, InstantSource clock, RandomGenerator random) {
    this.cloud = cloud;
    this.clock = clock;
    this.retry = new Retry(random);
  }

  /** Takes a report in; sends it if it says anything that the one before did not. */
  public void offer(NodeReport report) {
    lock.lock();
    try {
      if (!latest.map(before -> sentAt(before, report.sentAt()).equals(report)).orElse(false)) {
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
    try {
      while (!Thread.currentThread().isInterrupted()) {
        var report = next();
        Thread.sleep(report.isPresent() ? send(report.get()) : LEAST_PERIOD);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
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
      cloud.report(sentAt(report, clock.instant()));
      retry.succeeded();
      return LEAST_PERIOD;
    } catch (CloudException e) {
      log.atDebug().addKeyValue("reason", e.getMessage()).log("report not sent");
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

  private static NodeReport sentAt(NodeReport report, Instant at) {
    return new NodeReport(
        report.schemaVersion(),
        report.version(),
        report.lastDesiredVersion(),
        report.lastDesiredStatus(),
        report.platform(),
        report.systemModules(),
        report.modules(),
        at);
  }
}
