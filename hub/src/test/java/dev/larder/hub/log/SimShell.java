package dev.larder.hub.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.hub.message.Kept;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** A log on a simulated disk, its shell run step by step. */
public final class SimShell {
  final SimDisk disk = new SimDisk();
  private final Random random;
  private final Deque<Chore> chores = new ArrayDeque<>();
  private @Nullable LogBatch batch;
  private int written;
  public Log log;

  public SimShell(Random random, LogBounds bounds) {
    this.random = random;
    log = recover(bounds);
  }

  private Log recover(LogBounds bounds) {
    var recovery = new Recovery(bounds);
    disk.contents().forEach(recovery::add);
    assertThat(recovery.damaged()).isEmpty();
    return recovery.finish();
  }

  /** Loses the process and what the disk had not forced. */
  public void crash(LogBounds bounds) {
    disk.crash(random);
    chores.clear();
    batch = null;
    written = 0;
    log = recover(bounds);
    askChores();
  }

  /** Some progress of the writer: the next write of a batch, or its commit. */
  public void write() {
    if (batch == null) {
      batch = log.take().orElse(null);
      written = 0;
      return;
    }
    var writes = batch.writes();
    if (written < writes.size()) {
      var write = writes.get(written);
      if (written > 0 && writes.get(written - 1).segment() != write.segment()) {
        disk.force(writes.get(written - 1).segment());
      }
      disk.write(write);
      written++;
      return;
    }
    disk.force(writes.getLast().segment());
    if (random.nextInt(10) > 0) {
      var done = batch;
      batch = null;
      log.committed(done);
      log.clean();
      askChores();
    }
  }

  public void askChores() {
    chores.addAll(log.chores());
  }

  /** Does the next chore and answers, or is late with the answer. */
  public void chore() {
    var chore = chores.peek();
    if (chore == null) {
      return;
    }
    boolean done = disk.carryOut(chore);
    chores.remove();
    switch (chore) {
      case Chore.Read read -> {
        log.content(read, disk.read(read.ordinal(), read.bytes()));
        log.clean();
      }
      case Chore.Make make when !done -> log.failed(make);
      case Chore.Make _, Chore.Remake _, Chore.Delete _ -> log.done(chore);
    }
    askChores();
  }

  /** Does chores without answering: the process dies before. */
  void loseAnswers() {
    for (int i = random.nextInt(3); i > 0 && !chores.isEmpty(); i--) {
      disk.carryOut(chores.remove());
    }
  }

  /** Does all there is to do. */
  public void settle(long nowMillis) {
    for (int round = 0; round < 400; round++) {
      if (round % 20 == 0) {
        log.tick(nowMillis);
        askChores();
      }
      write();
      chore();
      log.clean();
    }
  }

  Optional<LogBatch> inFlight() {
    return Optional.ofNullable(batch);
  }

  /** Reads a message that was written. */
  public Kept read(Place place) {
    var bytes = disk.read(place.segment(), place.offset() + place.length());
    return LogFrame.message(bytes, place.offset(), place).orElseThrow();
  }
}
