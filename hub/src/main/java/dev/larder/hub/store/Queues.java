package dev.larder.hub.store;

import dev.larder.common.manifest.Route;
import dev.larder.hub.log.QueueIndex;
import dev.larder.hub.message.Batch;
import dev.larder.hub.message.Message;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All queues of the store. Used by the store's thread alone, but for {@link #counts} and {@link
 * #upstreamEpoch}.
 */
final class Queues {
  private static final Logger log = LoggerFactory.getLogger(Queues.class);
  private static final Duration INTERVAL = Duration.ofMillis(200);

  private record Queue(QueueFolder folder, QueueFiles files) {}

  private final Path store;
  private final InstantSource clock;
  private final Supplier<String> epochs;
  private final StateFile stateFile;
  private final Map<Route.Sink, Queue> queues = new LinkedHashMap<>();
  private final Set<Route.Sink> touched = new HashSet<>();
  private final Set<Route.Sink> refused = new HashSet<>();
  private Map<String, QueueIndex.State> saved;
  private Limits limits;
  private Instant housekeptAt = Instant.EPOCH;
  private boolean troubled;
  private volatile Map<Route.Sink, Counts> counts = Map.of();
  private volatile String upstreamEpoch = "";

  private Queues(Path store, Limits limits, InstantSource clock, Supplier<String> epochs)
      throws IOException {
    this.store = store;
    this.limits = limits;
    this.clock = clock;
    this.epochs = epochs;
    this.stateFile = new StateFile(store);
    this.saved = stateFile.read();
  }

  static Queues open(Path store, Limits limits, InstantSource clock, Supplier<String> epochs)
      throws IOException {
    Files.createDirectories(store);
    var queues = new Queues(store, limits, clock, epochs);
    try (var folders = Files.list(store)) {
      for (var path : folders.filter(QueueFolder::isOne).sorted().toList()) {
        queues.add(QueueFolder.read(path));
      }
    }
    queues.upstreamEpoch = queues.queue(new Route.Upstream()).folder().epoch();
    queues.count();
    return queues;
  }

  private Queue add(QueueFolder folder) throws IOException {
    var state = saved.getOrDefault(folder.name(), QueueIndex.State.NEW);
    var queue = new Queue(folder, QueueFiles.open(folder.path(), state));
    queues.put(folder.sink(), queue);
    var index = queue.files().index();
    log.atInfo()
        .addKeyValue("queue", folder.name())
        .addKeyValue("sink", folder.sink())
        .addKeyValue("waiting", index.waiting())
        .addKeyValue("next", index.next())
        .log("queue opened");
    return queue;
  }

  private Queue queue(Route.Sink sink) throws IOException {
    var there = queues.get(sink);
    return there != null ? there : add(QueueFolder.make(store, sink, epochs.get()));
  }

  void append(List<Route.Sink> sinks, Message message) {
    for (var sink : sinks) {
      try {
        queue(sink).files().append(message);
        touched.add(sink);
      } catch (IOException e) {
        refuse(sink, e);
      }
    }
  }

  private void refuse(Route.Sink sink, IOException e) {
    refused.add(sink);
    log.atWarn().addKeyValue("sink", sink).setCause(e).log("no room for messages");
  }

  /**
   * Puts what was appended on disk.
   *
   * @return the sinks for which there was no room; nothing of this batch is kept for them
   * @throws IOException the disk failed in a way that leaves unknown what is on it
   */
  Set<Route.Sink> commit() throws IOException {
    var written = new HashSet<Route.Sink>();
    for (var sink : touched) {
      try {
        queue(sink).files().write(limits.segmentBytes());
        written.add(sink);
      } catch (IOException e) {
        refuse(sink, e);
      }
    }
    for (var sink : written) {
      queue(sink).files().force();
    }
    touched.clear();
    var without = Set.copyOf(refused);
    refused.clear();
    return without;
  }

  Batch read(Route.Sink sink, long from, int count) throws IOException {
    return queue(sink).files().read(from, count, limits.expireBefore(clock.millis()));
  }

  void consume(Route.Sink sink, long position) throws IOException {
    var files = queue(sink).files();
    files.delete(files.index().consume(position));
  }

  void configure(Limits changed) {
    limits = changed;
  }

  /**
   * Drops what is too old or too much, and saves the positions when it is time. What fails here for
   * want of room is tried again the next time.
   */
  void housekeeping() {
    try {
      evict();
      if (!clock.instant().isBefore(housekeptAt.plus(INTERVAL))) {
        housekeptAt = clock.instant();
        expire();
        count();
        save();
      }
      troubled = false;
    } catch (IOException e) {
      if (!troubled) {
        log.atWarn().setCause(e).log("housekeeping of the store failed");
      }
      troubled = true;
    }
  }

  private void expire() throws IOException {
    long before = limits.expireBefore(clock.millis());
    for (var queue : queues.values()) {
      var files = queue.files();
      var active = files.index().active();
      if (!active.isEmpty() && active.newestMillis() < before) {
        files.roll();
      }
      files.delete(files.index().expire(before));
    }
  }

  private void evict() throws IOException {
    while (bytes() > limits.maxBytes()) {
      var oldest = oldest();
      if (oldest.isEmpty()) {
        return;
      }
      var files = oldest.get().files();
      if (files.index().onlyActive()) {
        files.roll();
      }
      long lost = files.index().state().overQuota();
      files.delete(files.index().evict());
      log.atWarn()
          .addKeyValue("queue", oldest.get().folder().name())
          .addKeyValue("messages", files.index().state().overQuota() - lost)
          .log("messages dropped: the store is full");
    }
  }

  private long bytes() {
    return queues.values().stream().mapToLong(q -> q.files().index().bytes()).sum();
  }

  private Optional<Queue> oldest() {
    return queues.values().stream()
        .filter(q -> q.files().index().oldest().isPresent())
        .min(
            Comparator.comparingLong(q -> q.files().index().oldest().orElseThrow().newestMillis()));
  }

  private void save() throws IOException {
    var states = new LinkedHashMap<String, QueueIndex.State>();
    queues.values().forEach(q -> states.put(q.folder().name(), q.files().index().state()));
    if (!states.equals(saved)) {
      stateFile.write(states);
      saved = states;
    }
  }

  private void count() {
    var now = new LinkedHashMap<Route.Sink, Counts>();
    queues.forEach((sink, queue) -> {
      var index = queue.files().index();
      now.put(sink, new Counts(index.waiting(), index.bytes(), index.state()));
    });
    counts = Map.copyOf(now);
  }

  Map<Route.Sink, Counts> counts() {
    return counts;
  }

  String upstreamEpoch() {
    return upstreamEpoch;
  }

  void close() throws IOException {
    save();
    for (var queue : queues.values()) {
      queue.files().close();
    }
  }
}
