package dev.larder.cache.admin;

import dev.larder.cache.catalogue.Catalogue;
import dev.larder.cache.fill.Openings.Wanted;
import dev.larder.cache.fill.Warmer;
import dev.larder.cache.prefetch.Pacer;
import dev.larder.cache.prefetch.PrefetchJob;
import dev.larder.cache.prefetch.PrefetchOrder;
import dev.larder.cache.prefetch.PrefetchOrder.Item;
import dev.larder.cache.prefetch.PrefetchOrder.Range;
import dev.larder.cache.traffic.Traffic;
import dev.larder.common.problem.Checked;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One prefetch job at work, on a virtual thread of its own. */
final class PrefetchRun implements Warmer.Watch {
  private static final Logger log = LoggerFactory.getLogger(PrefetchRun.class);
  private static final Duration LONGEST_SLEEP = Duration.ofSeconds(30);
  private static final Duration STOP = Duration.ofSeconds(2);
  private static final Range WHOLE = new Range(0, Optional.empty());

  /** Enough for a line of 20 ms and 1 Gbit/s. */
  private static final int AHEAD_UNLIMITED = 12;

  /** What all runs use. */
  record Tools(
      Warmer warmer, Supplier<Optional<Catalogue>> catalogue, Traffic traffic, Clock clock) {}

  /** Where the job is kept. */
  interface Ledger {
    Optional<PrefetchJob> job(String id);

    void change(String id, UnaryOperator<PrefetchJob> change);

    void ended(String id);
  }

  private final Ledger ledger;
  private final Warmer warmer;
  private final Supplier<Optional<Catalogue>> catalogue;
  private final Traffic traffic;
  private final Clock clock;

  private final String id;
  private final PrefetchOrder order;
  private final Pacer pacer;
  private final CountDownLatch stop = new CountDownLatch(1);
  private final Thread thread;

  PrefetchRun(PrefetchJob job, Ledger ledger, Tools tools) {
    this.ledger = ledger;
    this.warmer = tools.warmer;
    this.catalogue = tools.catalogue;
    this.traffic = tools.traffic;
    this.clock = tools.clock;
    this.id = job.id();
    this.order = job.order();
    var rate = order.bytesPerSecond();
    this.pacer =
        new Pacer(
            rate.isPresent() ? OptionalLong.of(rate.get()) : OptionalLong.empty(),
            System.nanoTime());
    this.thread = Thread.ofVirtual().name("prefetch-" + id).unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  void stop() {
    stop.countDown();
  }

  /** Waits for its end after a stop. */
  void join() throws InterruptedException {
    if (!thread.join(STOP)) {
      log.atDebug().addKeyValue("job", id).log("prefetch still waits for its origin");
    }
  }

  private void run() {
    try {
      for (var item = next(); item.isPresent() && !isOver(); item = next()) {
        admit();
        var problem = tryFetch(item.get());
        if (!isOver()) {
          settle(problem);
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } finally {
      ledger.ended(id);
    }
  }

  private void settle(Optional<String> problem) {
    var now = clock.instant();
    ledger.change(
        id,
        job ->
            problem.map(reason -> job.itemFailed(reason, now)).orElseGet(() -> job.itemDone(now)));
  }

  @Override
  public boolean isOver() {
    return stop.getCount() == 0;
  }

  private Optional<Item> next() {
    return ledger.job(id).flatMap(PrefetchJob::current);
  }

  private Optional<String> tryFetch(Item item) throws InterruptedException {
    try {
      return fetch(item);
    } catch (RuntimeException e) {
      log.atError().addKeyValue("job", id).setCause(e).log("prefetch broke");
      return Optional.of("the cache failed; its log says why");
    }
  }

  private Optional<String> fetch(Item item) throws InterruptedException {
    var list = catalogue.get();
    while (list.isEmpty()) {
      if (stop.await(1, TimeUnit.SECONDS)) {
        return Optional.empty();
      }
      list = catalogue.get();
    }
    return switch (Target.read(item.url(), "url", list.get())) {
      case Checked.Invalid<Target> invalid -> Optional.of(invalid.problems().getFirst().message());
      case Checked.Valid<Target>(var target) -> fetch(item, target);
    };
  }

  private Optional<String> fetch(Item item, Target target) throws InterruptedException {
    var ranges = item.ranges().isEmpty() ? List.of(WHOLE) : item.ranges();
    for (var range : ranges) {
      var problem = warmer.warm(wanted(target, range), this);
      if (problem.isPresent()) {
        return problem;
      }
    }
    return Optional.empty();
  }

  private Wanted wanted(Target target, Range range) {
    return new Wanted(
        target.key(),
        target.request(),
        Warmer.range(range.first(), range.last()),
        false,
        traffic.of(target.upstream().contentType()));
  }

  /** Waits for the window and for the rate. */
  @Override
  public void admit() throws InterruptedException {
    var closed = untilOpen();
    while (!closed.isZero() && !isOver()) {
      ledger.change(id, job -> job.waiting(true));
      var sleep = closed.compareTo(LONGEST_SLEEP) < 0 ? closed : LONGEST_SLEEP;
      if (stop.await(sleep.toMillis() + 1, TimeUnit.MILLISECONDS)) {
        return;
      }
      closed = untilOpen();
    }
    ledger.change(id, job -> job.waiting(false));
    long wait = pacer.waitNanos(System.nanoTime());
    if (wait > 0 && stop.await(wait, TimeUnit.NANOSECONDS)) {
      log.atDebug().addKeyValue("job", id).log("prefetch stopped");
    }
  }

  private Duration untilOpen() {
    return order.window().map(window -> window.untilOpen(clock.instant())).orElse(Duration.ZERO);
  }

  @Override
  public int ahead() {
    return order.bytesPerSecond().isPresent() ? 1 : AHEAD_UNLIMITED;
  }

  @Override
  public void fetching(long bytes) {
    pacer.spent(bytes, System.nanoTime());
    ledger.change(id, job -> job.fetched(bytes));
  }

  @Override
  public void measured(long bytes) {
    ledger.change(id, job -> job.measured(bytes));
  }

  @Override
  public void here(long bytes) {
    ledger.change(id, job -> job.here(bytes));
  }
}
