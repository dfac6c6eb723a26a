package dev.larder.cache.store;

import dev.larder.cache.slice.DriveSpace;
import dev.larder.cache.slice.IndexRecord;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.concurrent.locks.Lock;
import java.util.function.Supplier;

/**
 * A drive's index on disk: a header of 16 bytes (magic, objects at the time it was written), then
 * {@link IndexRecord}s in the order in which things happened. Records are appended by those who
 * made the change, before what depends on it; when most say nothing any more the file is written
 * anew beside itself and moved over. Nothing but the new file is synced: what a power loss takes is
 * found again in the folder.
 */
final class IndexJournal implements AutoCloseable {
  static final String FILE = "index.journal";

  private static final String NEW_FILE = "index.journal.new";
  private static final long MAGIC = 0x4c41524449445831L;
  private static final int HEADER_BYTES = 16;
  private static final int CHUNK_BYTES = 8_192 * IndexRecord.BYTES;
  private static final int FEWEST_RECORDS = 4_096;
  private static final long NO_RECORDS = -1;

  private final Path root;
  private final Lock lock;
  private final DriveSpace space;
  private Optional<FileChannel> file = Optional.empty();
  private Optional<FileChannel> next = Optional.empty();
  private long end;
  private long nextEnd;

  /** Records were lost: the file is to be written anew from what is in memory. */
  private boolean stale;

  private boolean closed;

  private IndexJournal(Path root, Lock lock, DriveSpace space) {
    this.root = root;
    this.lock = lock;
    this.space = space;
  }

  /**
   * Reads a drive's journal, if it has one; writes nothing.
   *
   * @param lock held whenever the drive's rows are touched, once this has returned
   */
  static IndexJournal open(Path root, long sizeBytes, Lock lock) throws IOException {
    var journal = new IndexJournal(root, lock, new DriveSpace(sizeBytes));
    var path = root.resolve(FILE);
    if (Files.exists(path)) {
      try (var channel = FileChannel.open(path, StandardOpenOption.READ)) {
        journal.read(channel);
      }
    } else {
      journal.stale = true;
    }
    journal.space.replayed();
    return journal;
  }

  DriveSpace space() {
    return space;
  }

  /** Whether the file did not say everything: the folder knows more. */
  synchronized boolean isStale() {
    return stale;
  }

  private void read(FileChannel channel) throws IOException {
    var chunk = ByteBuffer.allocate(CHUNK_BYTES);
    fill(channel, chunk.limit(HEADER_BYTES), 0);
    if (chunk.flip().remaining() < HEADER_BYTES || chunk.getLong() != MAGIC) {
      stale = true;
      return;
    }
    long records = (channel.size() - HEADER_BYTES) / IndexRecord.BYTES;
    // At least half of them say something, or the file had been written anew.
    long atLeast = Math.max(records / 2, Math.min(chunk.getLong(), records));
    space.expect(Math.toIntExact(atLeast));
    end = HEADER_BYTES;
    while (true) {
      fill(channel, chunk.clear(), end);
      int whole = chunk.position() - chunk.position() % IndexRecord.BYTES;
      if (whole == 0) {
        return;
      }
      stale |= space.replay(chunk.position(0).limit(whole)) > 0;
      end += whole;
    }
  }

  private static void fill(FileChannel channel, ByteBuffer into, long from) throws IOException {
    long at = from;
    while (into.hasRemaining()) {
      int read = channel.read(into, at);
      if (read < 0) {
        return;
      }
      at += read;
    }
  }

  /** Writes what is yet to be written. */
  synchronized void flush() throws IOException {
    if (closed) {
      return;
    }
    var pending = locked(space::takePending);
    if (!pending.hasRemaining()) {
      return;
    }
    try {
      nextEnd = append(next, pending.duplicate(), nextEnd);
      if (!stale) {
        end = append(Optional.of(channel()), pending, end);
      }
    } catch (IOException e) {
      stale = true;
      throw e;
    }
  }

  /** What was torn in the last attempt is written over. */
  private static long append(Optional<FileChannel> to, ByteBuffer records, long from)
      throws IOException {
    long at = from;
    while (to.isPresent() && records.hasRemaining()) {
      at += to.get().write(records, at);
    }
    return at;
  }

  private FileChannel channel() throws IOException {
    if (file.isEmpty()) {
      var channel = FileChannel.open(root.resolve(FILE), StandardOpenOption.WRITE);
      file = Optional.of(channel);
      channel.truncate(end);
    }
    return file.get();
  }

  /** Writes the file anew if that is worth it; others may flush meanwhile. */
  void compact() throws IOException {
    long from = begin();
    if (from == NO_RECORDS) {
      return;
    }
    try {
      var chunk = ByteBuffer.allocate(CHUNK_BYTES);
      for (int row = 0; row >= 0; ) {
        row = step(row, chunk.clear());
      }
      sync();
      finish();
    } catch (IOException e) {
      abandon();
      throw e;
    }
  }

  private synchronized long begin() throws IOException {
    int objects = locked(space::objects);
    long records = (end - HEADER_BYTES) / IndexRecord.BYTES;
    if (closed || next.isPresent() || (!stale && records <= 2L * objects + FEWEST_RECORDS)) {
      return NO_RECORDS;
    }
    var channel =
        FileChannel.open(
            root.resolve(NEW_FILE),
            StandardOpenOption.WRITE,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING);
    next = Optional.of(channel);
    var header = ByteBuffer.allocate(HEADER_BYTES).putLong(MAGIC).putLong(objects).flip();
    nextEnd = append(next, header, 0);
    return nextEnd;
  }

  /** What happened before these rows were looked at goes before them into the file. */
  private synchronized int step(int row, ByteBuffer chunk) throws IOException {
    if (closed) {
      throw new IOException("The drive was left out.");
    }
    ByteBuffer pending;
    int following;
    lock.lock();
    try {
      pending = space.takePending();
      following = space.snapshot(row, chunk);
    } finally {
      lock.unlock();
    }
    nextEnd = append(next, pending.duplicate(), nextEnd);
    nextEnd = append(next, chunk.flip(), nextEnd);
    if (!stale) {
      end = append(Optional.of(channel()), pending, end);
    }
    return following;
  }

  private void sync() throws IOException {
    Optional<FileChannel> written;
    synchronized (this) {
      written = next;
    }
    if (written.isPresent()) {
      written.get().force(true);
    }
  }

  private synchronized void finish() throws IOException {
    if (closed || next.isEmpty()) {
      throw new IOException("The drive was left out.");
    }
    Files.move(
        root.resolve(NEW_FILE),
        root.resolve(FILE),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
    closeQuietly(file);
    file = next;
    end = nextEnd;
    next = Optional.empty();
    stale = false;
  }

  private synchronized void abandon() {
    closeQuietly(next);
    next = Optional.empty();
  }

  private static void closeQuietly(Optional<FileChannel> channel) {
    try {
      if (channel.isPresent()) {
        channel.get().close();
      }
    } catch (IOException _) {
      // What was written is the kernel's already.
    }
  }

  private <T> T locked(Supplier<T> look) {
    lock.lock();
    try {
      return look.get();
    } finally {
      lock.unlock();
    }
  }

  /** Ends writing; what is yet to be written is lost unless it was flushed. */
  @Override
  public synchronized void close() {
    closed = true;
    closeQuietly(file);
    closeQuietly(next);
    file = Optional.empty();
    next = Optional.empty();
  }
}
