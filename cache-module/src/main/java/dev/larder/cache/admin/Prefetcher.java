package dev.larder.cache.admin;

import com.fasterxml.jackson.core.type.TypeReference;
import dev.larder.cache.catalogue.Catalogue;
import dev.larder.cache.fill.Openings.Wanted;
import dev.larder.cache.fill.Warmer;
import dev.larder.cache.prefetch.Pacer;
import dev.larder.cache.prefetch.PrefetchJob;
import dev.larder.cache.prefetch.PrefetchOrder;
import dev.larder.cache.prefetch.PrefetchOrder.Item;
import dev.larder.cache.prefetch.PrefetchOrder.Range;
import dev.larder.cache.traffic.Traffic;
import dev.larder.common.file.AtomicFile;
import dev.larder.common.json.Json;
import dev.larder.common.problem.Checked;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the jobs that fill the cache ahead of its clients, each on a virtual thread. They are kept
 * on disk, so that a restart goes on with the object that was being fetched.
 */
public final class Prefetcher implements AutoCloseable {
  /** Jobs that are kept, those that are over among them. */
  public static final int MOST_JOBS = 20;

  private static final Logger log = LoggerFactory.getLogger(Prefetcher.class);
  private static final String FILE = "prefetch.json";
  private static final Duration KEEP_EVERY = Duration.ofSeconds(5);
  private static final Duration LONGEST_SLEEP = Duration.ofSeconds(30);
  private static final Duration STOP = Duration.ofSeconds(2);
  private static final Range WHOLE = new Range(0, Optional.empty());

  /** Enough for a line of 20 ms and 1 Gbit/s. */
  private static final int AHEAD_UNLIMITED = 12;

  private final Path file;
  private final Warmer warmer;
  private final Supplier<Optional<Catalogue>> catalogue;
  private final Traffic traffic;
  private final Clock clock;
  private final Map<String, PrefetchJob> jobs = new LinkedHashMap<>();
  private final Map<String, Run> running = new LinkedHashMap<>();
  private long keptNanos;

  /**
   * Made, not yet running.
   *
   * @param catalogue empty while there is no configuration
   */
  public Prefetcher(
      Path data,
      Warmer warmer,
      Supplier<Optional<Catalogue>> catalogue,
      Traffic traffic,
      Clock clock) {
    this.file = data.resolve(FILE);
    this.warmer = warmer;
    this.catalogue = catalogue;
    this.traffic = traffic;
    this.clock = clock;
  }

  /** Goes on with the jobs from before. */
  public synchronized void start() {
    try {
      if (Files.exists(file)) {
        Json.mapper()
            .readValue(Files.readAllBytes(file), new TypeReference<List<PrefetchJob>>() {})
            .forEach(job -> jobs.put(job.id(), job.resumed()));
      }
    } catch (IOException e) {
      log.atWarn()
          .addKeyValue("file", file)
          .addKeyValue("error", e)
          .log("prefetch jobs from before unreadable: they are given up");
    }
    jobs.values().stream().filter(job -> !job.isOver()).map(PrefetchJob::id).forEach(this::run);
  }

  /** Takes an order; empty when there are too many jobs that are not over. */
  synchronized Optional<PrefetchJob> add(PrefetchOrder order) {
    if (jobs.size() >= MOST_JOBS) {
      var oldest = jobs.values().stream().filter(PrefetchJob::isOver).findFirst();
      if (oldest.isEmpty()) {
        return Optional.empty();
      }
      jobs.remove(oldest.get().id());
    }
    var job = PrefetchJob.of(UUID.randomUUID().toString(), order, clock.instant());
    jobs.put(job.id(), job);
    keep();
    run(job.id());
    return Optional.of(job);
  }

  synchronized Collection<PrefetchJob> jobs() {
    return List.copyOf(jobs.values());
  }

  synchronized Optional<PrefetchJob> job(String id) {
    return Optional.ofNullable(jobs.get(id));
  }

  /** Ends a job; what it fetched stays. */
  synchronized Optional<PrefetchJob> cancel(String id) {
    var job = Optional.ofNullable(jobs.get(id)).map(known -> known.cancelled(clock.instant()));
    job.ifPresent(ended -> {
      jobs.put(id, ended);
      Optional.ofNullable(running.get(id)).ifPresent(Run::stop);
      keep();
    });
    return job;
  }

  private void run(String id) {
    var run = new Run(id);
    running.put(id, run);
    run.thread.start();
  }

  private synchronized void ended(String id) {
    running.remove(id);
    keep();
    var job = jobs.get(id);
    if (job != null && job.isOver()) {
      log.atInfo()
          .addKeyValue("job", id)
          .addKeyValue("state", job.state())
          .addKeyValue("objects", job.next() - job.failed())
          .addKeyValue("failed", job.failed())
          .addKeyValue("fetchedBytes", job.settled().fetched())
          .log("prefetch ended");
    }
  }

  private synchronized void change(String id, UnaryOperator<PrefetchJob> change) {
    jobs.computeIfPresent(id, (_, job) -> job.isOver() ? job : change.apply(job));
    if (System.nanoTime() - keptNanos > KEEP_EVERY.toNanos()) {
      keep();
    }
  }

  private void keep() {
    keptNanos = System.nanoTime();
    try {
      AtomicFile.write(file, Json.writeBytes(List.copyOf(jobs.values())), "rw-------");
    } catch (IOException e) {
      log.atWarn()
          .addKeyValue("file", file)
          .addKeyValue("error", e)
          .log("prefetch jobs not kept: a restart would go on from an earlier point");
    }
  }

  /** One job at work. */
  private final class Run implements Warmer.Watch {
    private final String id;
    private final PrefetchOrder order;
    private final Pacer pacer;
    private final CountDownLatch stop = new CountDownLatch(1);
    private final Thread thread;

    Run(String id) {
      this.id = id;
      this.order = job(id).orElseThrow().order();
      var rate = order.bytesPerSecond();
      this.pacer =
          new Pacer(
              rate.isPresent() ? OptionalLong.of(rate.get()) : OptionalLong.empty(),
              System.nanoTime());
      this.thread = Thread.ofVirtual().name("prefetch-" + id).unstarted(this::run);
    }

    void stop() {
      stop.countDown();
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
        ended(id);
      }
    }

    private void settle(Optional<String> problem) {
      var now = clock.instant();
      change(
          id,
          job ->
              problem
                  .map(reason -> job.itemFailed(reason, now))
                  .orElseGet(() -> job.itemDone(now)));
    }

    @Override
    public boolean isOver() {
      return stop.getCount() == 0;
    }

    private Optional<Item> next() {
      return job(id).flatMap(PrefetchJob::current);
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
        case Checked.Invalid<Target> invalid ->
            Optional.of(invalid.problems().getFirst().message());
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
        change(id, job -> job.waiting(true));
        var sleep = closed.compareTo(LONGEST_SLEEP) < 0 ? closed : LONGEST_SLEEP;
        if (stop.await(sleep.toMillis() + 1, TimeUnit.MILLISECONDS)) {
          return;
        }
        closed = untilOpen();
      }
      change(id, job -> job.waiting(false));
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
      change(id, job -> job.fetched(bytes));
    }

    @Override
    public void measured(long bytes) {
      change(id, job -> job.measured(bytes));
    }

    @Override
    public void here(long bytes) {
      change(id, job -> job.here(bytes));
    }
  }

  /** Stops; the jobs go on at the next start. */
  @Override
  public void close() {
    List<Run> all;
    synchronized (this) {
      all = List.copyOf(running.values());
    }
    all.forEach(Run::stop);
    try {
      for (var run : all) {
        run.thread.join(STOP);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
