package dev.larder.hub.disk;

import dev.larder.hub.log.LogBatch;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The thread that writes and forces batches, one at a time. A platform thread: it is woken for each
 * of thousands of batches a second, and sleeps in the kernel meanwhile.
 */
final class Writer {
  private final SegmentFiles files;
  private final Consumer<LogBatch> written;
  private final Consumer<Throwable> fatal;
  private final Thread thread;
  private volatile @Nullable LogBatch next;
  private volatile boolean closed;
  private @Nullable FileChannel channel;
  private long segment = -1;

  /**
   * @param written told on this thread, once a batch is on disk
   * @param fatal told once; nothing is written after
   */
  Writer(SegmentFiles files, Consumer<LogBatch> written, Consumer<Throwable> fatal) {
    this.files = files;
    this.written = written;
    this.fatal = fatal;
    this.thread = Thread.ofPlatform().name("log-writer").daemon().unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  /** Hands a batch over; the one before is written. */
  void write(LogBatch batch) {
    next = batch;
    LockSupport.unpark(thread);
  }

  private void run() {
    try {
      while (!closed) {
        var batch = next;
        if (batch == null) {
          LockSupport.park(this);
        } else {
          next = null;
          commit(batch);
          written.accept(batch);
        }
      }
      closeChannel();
    } catch (IOException | RuntimeException e) {
      fatal.accept(e);
    }
  }

  /** Writes a batch; a segment is forced before the next one is written to. */
  void commit(LogBatch batch) throws IOException {
    for (var write : batch.writes()) {
      var out = channel(write.segment());
      long offset = write.offset();
      while (write.bytes().hasRemaining()) {
        offset += out.write(write.bytes(), offset);
      }
    }
    channel(segment).force(false);
  }

  private FileChannel channel(long ordinal) throws IOException {
    var open = channel;
    if (open != null && segment == ordinal) {
      return open;
    }
    if (open != null) {
      open.force(false);
      open.close();
    }
    open = FileChannel.open(files.path(ordinal), StandardOpenOption.WRITE);
    channel = open;
    segment = ordinal;
    return open;
  }

  private void closeChannel() throws IOException {
    if (channel != null) {
      channel.close();
    }
  }

  void close() throws InterruptedException {
    closed = true;
    LockSupport.unpark(thread);
    thread.join();
  }
}
