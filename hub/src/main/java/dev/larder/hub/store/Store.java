package dev.larder.hub.store;

import dev.larder.common.manifest.Route;
import dev.larder.hub.message.Batch;
import dev.larder.hub.message.Message;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Store and forward. Any thread may ask; one virtual thread does all that was asked since it last
 * looked: writes, forces once, then answers. While it forces, the next batch forms.
 *
 * <p>Bounded: appends by the weight of what is not written yet; reads and consumes by the windows
 * of those who ask.
 */
public final class Store {
  private static final Logger log = LoggerFactory.getLogger(Store.class);
  private static final long PENDING_MAXIMUM_BYTES = 64L << 20;

  private final LinkedBlockingQueue<Command> commands = new LinkedBlockingQueue<>();
  private final AtomicLong pendingBytes = new AtomicLong();
  private final Executor answers;
  private final Queues queues;
  private final Thread thread;

  private Store(Executor answers, Queues queues, Consumer<Throwable> fatal) {
    this.answers = answers;
    this.queues = queues;
    this.thread =
        Thread.ofVirtual()
            .name("store")
            .unstarted(() -> {
              try {
                new StoreLoop(commands, pendingBytes, answers, queues).run();
              } catch (IOException | RuntimeException e) {
                log.atError().setCause(e).log("store failed");
                fatal.accept(e);
              }
            });
  }

  /**
   * Opens the store, or makes it, and recovers what a crash left.
   *
   * @param epochs makes a random id for each new queue
   * @param answers where answers are given
   * @param fatal told once when the disk fails in a way that leaves no promise to keep
   */
  public static Store open(
      Path folder,
      Limits limits,
      InstantSource clock,
      Supplier<String> epochs,
      Executor answers,
      Consumer<Throwable> fatal)
      throws IOException {
    var store = new Store(answers, Queues.open(folder, limits, clock, epochs), fatal);
    store.thread.start();
    return store;
  }

  /**
   * Keeps a message for each sink.
   *
   * @param answer given once the message is on disk for all of them, in the order of the calls; or
   *     at once when too much waits already
   */
  public void append(List<Route.Sink> sinks, Message message, Consumer<Kept> answer) {
    long weight = message.weight();
    if (pendingBytes.addAndGet(weight) > PENDING_MAXIMUM_BYTES) {
      pendingBytes.addAndGet(-weight);
      answers.execute(() -> answer.accept(Kept.NO_ROOM));
      return;
    }
    commands.add(new Command.Append(sinks, message, answer));
  }

  /** Reads what is on disk from a sequence on, or from the position when that is further. */
  public void read(Route.Sink sink, long from, int count, Consumer<Batch> answer) {
    commands.add(new Command.Read(sink, from, count, answer));
  }

  /** Notes that a sink's messages below a position are consumed. */
  public void consume(Route.Sink sink, long position) {
    commands.add(new Command.Consume(sink, position));
  }

  public void configure(Limits limits) {
    commands.add(new Command.Configure(limits));
  }

  /** The epoch of {@code $upstream}'s queue. */
  public String upstreamEpoch() {
    return queues.upstreamEpoch();
  }

  /** How each queue stood after the last batch. */
  public Map<Route.Sink, Counts> counts() {
    return queues.counts();
  }

  /** Does what was asked before, writes the positions, and closes the files. */
  public void close() throws InterruptedException {
    commands.add(new Command.Close());
    thread.join();
  }
}
