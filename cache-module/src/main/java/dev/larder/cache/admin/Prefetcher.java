package dev.larder.cache.admin;

import com.fasterxml.jackson.core.type.TypeReference;
import dev.larder.cache.catalogue.Catalogue;
import dev.larder.cache.fill.Warmer;
import dev.larder.cache.prefetch.PrefetchJob;
import dev.larder.cache.prefetch.PrefetchOrder;
import dev.larder.cache.traffic.Traffic;
import dev.larder.common.file.AtomicFile;
import dev.larder.common.json.Json;
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
import java.util.UUID;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the jobs that fill the cache ahead of its clients, each on a virtual thread. They are kept
 * on disk, so that a restart goes on with the object that was being fetched.
 */
public final class Prefetcher implements PrefetchRun.Ledger, AutoCloseable {
  /** Jobs that are kept, those that are over among them. */
  public static final int MOST_JOBS = 20;

  private static final Logger log = LoggerFactory.getLogger(Prefetcher.class);
  private static final String FILE = "prefetch.json";
  private static final Duration KEEP_EVERY = Duration.ofSeconds(5);

  private final Path file;
  private final PrefetchRun.Tools tools;
  private final Clock clock;
  private final Map<String, PrefetchJob> jobs = new LinkedHashMap<>();
  private final Map<String, PrefetchRun> running = new LinkedHashMap<>();
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
    this.tools = new PrefetchRun.Tools(warmer, catalogue, traffic, clock);
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

  @Override
  public synchronized Optional<PrefetchJob> job(String id) {
    return Optional.ofNullable(jobs.get(id));
  }

  /** Ends a job; what it fetched stays. */
  synchronized Optional<PrefetchJob> cancel(String id) {
    var job = Optional.ofNullable(jobs.get(id)).map(known -> known.cancelled(clock.instant()));
    job.ifPresent(ended -> {
      jobs.put(id, ended);
      Optional.ofNullable(running.get(id)).ifPresent(PrefetchRun::stop);
      keep();
    });
    return job;
  }

  private void run(String id) {
    var run = new PrefetchRun(job(id).orElseThrow(), this, tools);
    running.put(id, run);
    run.start();
  }

  @Override
  public synchronized void ended(String id) {
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

  @Override
  public synchronized void change(String id, UnaryOperator<PrefetchJob> change) {
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

  /** Stops; the jobs go on at the next start. */
  @Override
  public void close() {
    List<PrefetchRun> all;
    synchronized (this) {
      all = List.copyOf(running.values());
    }
    all.forEach(PrefetchRun::stop);
    try {
      for (var run : all) {
        run.join();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
