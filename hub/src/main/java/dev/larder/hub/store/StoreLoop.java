package dev.larder.hub.store;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** The store's thread: batch after batch until it is closed. */
final class StoreLoop {
  private static final int BATCH_MAXIMUM = 4_096;
  private static final long HOUSEKEEPING_MILLIS = 200;

  private final LinkedBlockingQueue<Command> commands;
  private final AtomicLong pendingBytes;
  private final Executor answers;
  private final Queues queues;
  private final List<Runnable> answered = new ArrayList<>();

  StoreLoop(
      LinkedBlockingQueue<Command> commands,
      AtomicLong pendingBytes,
      Executor answers,
      Queues queues) {
    this.commands = commands;
    this.pendingBytes = pendingBytes;
    this.answers = answers;
    this.queues = queues;
  }

  /**
   * Runs until {@link Command.Close}; an exception means that the disk can no longer be trusted.
   */
  void run() throws IOException {
    boolean open = true;
    while (open) {
      var batch = next();
      append(batch);
      for (var command : batch) {
        open &= carryOut(command);
      }
      queues.housekeeping();
      answer();
    }
    queues.close();
  }

  private List<Command> next() {
    var batch = new ArrayList<Command>();
    try {
      var first = commands.poll(HOUSEKEEPING_MILLIS, TimeUnit.MILLISECONDS);
      if (first != null) {
        batch.add(first);
        commands.drainTo(batch, BATCH_MAXIMUM);
      }
    } catch (InterruptedException _) {
      batch.add(new Command.Close());
    }
    return batch;
  }

  private void append(List<Command> batch) throws IOException {
    var appends =
        batch.stream()
            .filter(Command.Append.class::isInstance)
            .map(Command.Append.class::cast)
            .toList();
    if (appends.isEmpty()) {
      return;
    }
    for (var append : appends) {
      queues.append(append.sinks(), append.message());
    }
    var failed = queues.commit();
    for (var append : appends) {
      pendingBytes.addAndGet(-append.message().weight());
      var kept = append.sinks().stream().anyMatch(failed::contains) ? Kept.NO_ROOM : Kept.ON_DISK;
      answered.add(() -> append.answer().accept(kept));
    }
  }

  /** False after the last command. */
  private boolean carryOut(Command command) throws IOException {
    switch (command) {
      case Command.Append _ -> {
        // Done before all others, so that they see it.
      }
      case Command.Read(var sink, long from, int count, var answer) -> {
        var batch = queues.read(sink, from, count);
        answered.add(() -> answer.accept(batch));
      }
      case Command.Consume(var sink, long position) -> queues.consume(sink, position);
      case Command.Configure(var limits) -> queues.configure(limits);
      case Command.Close() -> {
        return false;
      }
    }
    return true;
  }

  private void answer() {
    if (!answered.isEmpty()) {
      var all = List.copyOf(answered);
      answered.clear();
      answers.execute(() -> all.forEach(Runnable::run));
    }
  }
}
