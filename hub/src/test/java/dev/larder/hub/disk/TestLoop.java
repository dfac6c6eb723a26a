package dev.larder.hub.disk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.hub.log.Log;
import dev.larder.hub.log.LogBounds;
import dev.larder.hub.log.MessageQueue;
import dev.larder.hub.log.Place;
import dev.larder.hub.message.Kept;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** A disk with a loop of its own, asked from a test. */
final class TestLoop {
  private static final int PATIENCE_SECONDS = 30;

  private final ExecutorService loop = Executors.newSingleThreadExecutor();
  private final CompletableFuture<Throwable> failure = new CompletableFuture<>();
  private final Disk disk;

  TestLoop(Path folder, LogBounds bounds) throws IOException {
    disk = Disk.open(folder, bounds, InstantSource.system(), loop, failure::complete);
  }

  Disk disk() {
    return disk;
  }

  Log log() {
    return disk.log();
  }

  /** On the loop; lets what was appended be written. */
  long append(String text, MessageQueue queue) {
    long sequence = log().append(DiskIT.message(text), new MessageQueue[] {queue}, 1, Kept.NEVER);
    disk.flush();
    return sequence;
  }

  void run(Runnable action) throws Exception {
    get(Executors.callable(action));
  }

  <T> T get(Callable<T> question) throws Exception {
    return loop.submit(question).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  /** Ticks until it is so. */
  void await(Callable<Boolean> condition) throws Exception {
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (!get(condition)) {
      assertThat(System.nanoTime()).isLessThan(until);
      awaitCommit();
    }
  }

  /** Waits until all that was appended is on disk. */
  void awaitCommit() throws Exception {
    var committed = new CompletableFuture<Void>();
    run(() -> {
      disk.tick();
      long mark = log().mark();
      Runnable check =
          () -> {
            if (log().committedMark() >= mark) {
              committed.complete(null);
            }
          };
      disk.onCommit(check);
      check.run();
    });
    committed.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  /** Reads all that waits in a durable queue. */
  SortedMap<Long, String> readAll(String name) throws Exception {
    var answer = new CompletableFuture<List<Kept>>();
    var sequences = new ArrayList<Long>();
    run(() -> {
      var queue = log().open(name, 0, true);
      var places = new ArrayList<Place>();
      for (long at = queue.nextAfter(0); at >= 0; at = queue.nextAfter(at)) {
        sequences.add(at);
        places.add(queue.place(at));
      }
      disk.read(places, answer::complete);
    });
    var messages = answer.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    var found = new TreeMap<Long, String>();
    for (int i = 0; i < messages.size(); i++) {
      found.put(sequences.get(i), DiskIT.text(messages.get(i)));
    }
    return found;
  }

  void close() throws Exception {
    var closed = get(disk::close);
    closed.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    loop.shutdown();
    assertThat(loop.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(failure).isNotDone();
  }
}
