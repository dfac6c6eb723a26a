package dev.larder.hub.disk;

import dev.larder.hub.log.Chore;
import dev.larder.hub.log.Log;
import dev.larder.hub.log.LogBatch;
import dev.larder.hub.log.LogBounds;
import dev.larder.hub.log.Place;
import dev.larder.hub.log.Recovery;
import dev.larder.hub.message.Kept;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The log on disk. One event loop uses the log and this; a writer and a keeper do the I/O and
 * answer on the loop. While a batch is being forced the next one forms, so that the slower the
 * disk, the more a force carries.
 */
public final class Disk {
  private static final Logger logger = LoggerFactory.getLogger(Disk.class);

  /** A read of places of which some are not on disk yet. */
  private record Waiting(List<Place> places, Consumer<List<Kept>> answer) {}

  private final InstantSource clock;
  private final Executor loop;
  private final Consumer<Throwable> fatal;
  private final AtomicBoolean failed = new AtomicBoolean();
  private final Log log;
  private final Writer writer;
  private final Keeper keeper;
  private final Deque<Waiting> reads = new ArrayDeque<>();
  private final CompletableFuture<Void> closed = new CompletableFuture<>();
  private final Commits commits = new Commits();
  private Runnable onCommit = () -> {};
  private boolean writing;
  private boolean closing;
  private boolean ended;
  private boolean cleanOn;

  private Disk(
      Log log, SegmentFiles files, InstantSource clock, Executor loop, Consumer<Throwable> fatal) {
    this.log = log;
    this.clock = clock;
    this.loop = loop;
    this.fatal = fatal;
    this.writer = new Writer(files, batch -> onLoop(() -> committed(batch)), this::fail);
    this.keeper = new Keeper(files, new Answers(), this::fail);
  }

  /**
   * Opens the log in a folder, or makes it, and recovers what a crash left.
   *
   * @param loop runs what it is given one after another, in order; the log is used there alone
   * @param fatal told once, on any thread, when the disk fails in a way that leaves no promise to
   *     keep; the process ends then
   */
  public static Disk open(
      Path folder, LogBounds bounds, InstantSource clock, Executor loop, Consumer<Throwable> fatal)
      throws IOException {
    var files = new SegmentFiles(folder);
    var disk = new Disk(recover(files, bounds), files, clock, loop, fatal);
    disk.begin(files);
    disk.writer.start();
    disk.keeper.start();
    return disk;
  }

  /** What a killed process wrote and did not force is forced before anyone is told of it. */
  private static Log recover(SegmentFiles files, LogBounds bounds) throws IOException {
    var recovery = new Recovery(bounds);
    var buffer = ByteBuffer.allocateDirect(0);
    for (var file : files.list().entrySet()) {
      try (var channel =
          FileChannel.open(file.getValue(), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
        int bytes = Math.toIntExact(channel.size());
        if (buffer.capacity() < bytes) {
          buffer = ByteBuffer.allocateDirect(bytes);
        }
        SegmentFiles.read(channel, buffer.clear().limit(bytes), 0);
        if (recovery.add(file.getKey(), buffer)) {
          channel.force(true);
        }
      }
    }
    files.force();
    var log = recovery.finish();
    if (!recovery.damaged().isEmpty()) {
      logger
          .atError()
          .addKeyValue("segments", recovery.damaged())
          .log("log damaged, what followed in these segments is lost");
    }
    return log;
  }

  /** Makes the first segment if there is none and forces its beginning, so that all is ready. */
  private void begin(SegmentFiles files) throws IOException {
    log.tick(clock.millis());
    for (var chore : log.chores()) {
      if (chore instanceof Chore.Make make && !log.isReady()) {
        if (files.make(make)) {
          log.done(make);
        } else {
          log.failed(make);
        }
      } else {
        keeper.ask(chore);
      }
    }
    var batch = log.take();
    if (batch.isPresent()) {
      writer.commit(batch.get());
      log.committed(batch.get());
    }
  }

  public Log log() {
    return log;
  }

  /** Told on the loop whenever more is on disk, or segments were made or read. */
  public void onCommit(Runnable listener) {
    onCommit = listener;
  }

  /** Whether the disk had no room for the last segment. */
  public boolean isFull() {
    return log.isFull();
  }

  /** What was written so far, and how fast. */
  public Commits commits() {
    return commits;
  }

  /** Lets what was appended be written, at once or when the batch before is done. */
  public void flush() {
    if (writing || ended) {
      return;
    }
    var batch = log.take();
    if (batch.isPresent()) {
      writing = true;
      commits.began(System.nanoTime());
      writer.write(batch.get());
    } else if (closing) {
      end();
    }
  }

  /** Housekeeping, a few times a second. */
  public void tick() {
    guarded(() -> {
      log.tick(clock.millis());
      advance();
    });
  }

  /** Writes and forces all, cursors included, and ends; called on the loop, and nothing after. */
  public CompletableFuture<Void> close() {
    closing = true;
    log.tick(clock.millis());
    flush();
    return closed;
  }

  private void end() {
    ended = true;
    Thread.ofVirtual()
        .name("log-end")
        .start(() -> {
          try {
            writer.close();
            keeper.close();
            closed.complete(null);
          } catch (InterruptedException e) {
            closed.completeExceptionally(e);
          }
        });
  }

  /**
   * Reads messages; as many are answered, in the same order, on the loop.
   *
   * @param places that the log just told
   */
  public void read(List<Place> places, Consumer<List<Kept>> answer) {
    var waiting = new Waiting(List.copyOf(places), answer);
    if (!start(waiting)) {
      reads.add(waiting);
    }
  }

  private boolean start(Waiting read) {
    for (var place : read.places()) {
      if (!log.onDisk(place)) {
        return false;
      }
    }
    keeper.read(read.places(), messages -> onLoop(() -> read.answer().accept(messages)));
    return true;
  }

  private void committed(LogBatch batch) {
    writing = false;
    commits.ended(batch, batch.mark() - log.committedMark(), System.nanoTime());
    log.committed(batch);
    reads.removeIf(this::start);
    onCommit.run();
    advance();
  }

  /** Cleaning, and what else the log asks for. */
  private void advance() {
    if (!closing) {
      boolean more = log.clean();
      log.chores().forEach(keeper::ask);
      cleanOn |= more;
    }
    flush();
    if (cleanOn && !writing) {
      cleanOn = false;
      onLoop(this::advance);
    }
  }

  /** What the keeper did, told to the log on the loop. */
  private final class Answers implements Keeper.Answers {
    @Override
    public void done(Chore chore) {
      answer(() -> log.done(chore));
    }

    @Override
    public void failed(Chore.Make chore) {
      answer(() -> log.failed(chore));
    }

    @Override
    public void content(Chore.Read chore, ByteBuffer bytes) {
      answer(() -> log.content(chore, bytes));
    }

    private void answer(Runnable answer) {
      onLoop(() -> {
        answer.run();
        advance();
        onCommit.run();
      });
    }
  }

  private void onLoop(Runnable action) {
    loop.execute(() -> guarded(action));
  }

  /** The log throws where what was sound on disk is not any more. */
  private void guarded(Runnable action) {
    try {
      action.run();
    } catch (IllegalStateException e) {
      fail(e);
    }
  }

  private void fail(Throwable cause) {
    if (failed.compareAndSet(false, true)) {
      logger.atError().setCause(cause).log("log failed");
      fatal.accept(cause);
    }
  }
}
