package dev.larder.hub.store;

import dev.larder.hub.log.Frame;
import dev.larder.hub.log.QueueIndex;
import dev.larder.hub.log.Segment;
import dev.larder.hub.message.Batch;
import dev.larder.hub.message.Message;
import dev.larder.hub.message.Stored;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/** One queue's segments on disk. Used by the store's thread alone. */
final class QueueFiles implements AutoCloseable {
  private static final int READ_BYTES = 256 << 10;

  /** Where the next read most likely begins. */
  private record Place(long segment, long sequence, long offset) {}

  private final Path folder;
  private final QueueIndex index;
  private final List<ByteBuffer> frames = new ArrayList<>();
  private final List<Long> times = new ArrayList<>();
  private FileChannel channel;
  private Place place = new Place(0, 0, 0);

  private QueueFiles(Path folder, QueueIndex index, FileChannel channel) {
    this.folder = folder;
    this.index = index;
    this.channel = channel;
  }

  /** Opens or makes a queue; a torn tail is cut off. */
  static QueueFiles open(Path folder, QueueIndex.State saved) throws IOException {
    Files.createDirectories(folder);
    var scans = new ArrayList<Segment.Scan>();
    for (long first : firsts(folder)) {
      var file = folder.resolve(Segment.fileName(first));
      scans.add(Segment.scan(first, ByteBuffer.wrap(Files.readAllBytes(file))));
    }
    for (var scan : scans) {
      if (scan.segment().bytes() == 0) {
        Files.delete(folder.resolve(Segment.fileName(scan.segment().first())));
      }
    }
    var index = new QueueIndex(scans, saved);
    var active = index.active();
    var file = folder.resolve(Segment.fileName(active.first()));
    if (!scans.isEmpty() && scans.getLast().tornBytes() > 0) {
      cut(folder, scans.getLast().segment());
    }
    return new QueueFiles(
        folder, index, Files.exists(file) ? reopen(file, active.bytes()) : create(file));
  }

  private static List<Long> firsts(Path folder) throws IOException {
    try (var files = Files.list(folder)) {
      return files
          .map(f -> Segment.parseFileName(f.getFileName().toString()))
          .filter(java.util.OptionalLong::isPresent)
          .map(java.util.OptionalLong::getAsLong)
          .sorted()
          .toList();
    }
  }

  private static void cut(Path folder, Segment torn) throws IOException {
    if (torn.bytes() > 0) {
      var file = folder.resolve(Segment.fileName(torn.first()));
      try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
        channel.truncate(torn.bytes());
        channel.force(true);
      }
    }
  }

  private static FileChannel create(Path file) throws IOException {
    var channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);
    write(channel, new ByteBuffer[] {Segment.magic()});
    channel.force(true);
    try (var directory = FileChannel.open(file.getParent(), StandardOpenOption.READ)) {
      directory.force(true);
    }
    return channel;
  }

  /** What a killed process wrote and did not force is forced now, before anyone reads it. */
  private static FileChannel reopen(Path file, long bytes) throws IOException {
    var channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
    channel.force(true);
    channel.position(bytes);
    return channel;
  }

  QueueIndex index() {
    return index;
  }

  /** Puts a message into the next {@link #write(long)}. */
  void append(Message message) {
    frames.add(Frame.encode(index.next() + frames.size(), message));
    times.add(message.at().toEpochMilli());
  }

  /**
   * Writes what was put in. When the disk has no room for all of it, none of it is there.
   *
   * @throws IOException nothing of it was kept
   */
  void write(long segmentBytes) throws IOException {
    try {
      if (index.active().bytes() >= segmentBytes) {
        roll();
      }
      write(channel, frames.toArray(ByteBuffer[]::new));
    } catch (IOException e) {
      channel.truncate(index.active().bytes());
      channel.position(index.active().bytes());
      frames.clear();
      times.clear();
      throw e;
    }
  }

  /** Forces what was written; from then on it is read. A failure here is fatal. */
  void force() throws IOException {
    channel.force(false);
    for (int i = 0; i < frames.size(); i++) {
      index.appended(frames.get(i).capacity(), times.get(i));
    }
    frames.clear();
    times.clear();
  }

  /** Begins a new active segment. */
  void roll() throws IOException {
    if (!index.active().isEmpty()) {
      var next = create(folder.resolve(Segment.fileName(index.next())));
      channel.close();
      channel = next;
      index.roll();
    }
  }

  private static void write(FileChannel channel, ByteBuffer[] buffers) throws IOException {
    long left = 0;
    for (var buffer : buffers) {
      left += buffer.remaining();
    }
    while (left > 0) {
      left -= channel.write(buffers);
    }
  }

  /**
   * Reads on from a sequence, or from the position when that is further.
   *
   * @param count messages at most
   * @param expireBefore messages taken before it are passed over, ms since 1970
   */
  Batch read(long from, int count, long expireBefore) throws IOException {
    long start = Math.max(from, index.state().position());
    var segment = index.holding(start);
    if (segment.isEmpty()) {
      return new Batch(List.of(), Math.max(start, index.next()));
    }
    return read(segment.get(), Math.max(start, segment.get().first()), count, expireBefore);
  }

  private Batch read(Segment segment, long start, int count, long expireBefore) throws IOException {
    boolean there = place.segment() == segment.first() && place.sequence() <= start;
    long sequence = there ? place.sequence() : segment.first();
    long offset = there ? place.offset() : Segment.empty(segment.first()).bytes();
    var messages = new ArrayList<Stored>();
    var file = folder.resolve(Segment.fileName(segment.first()));
    int bytes = READ_BYTES;
    try (var in = FileChannel.open(file, StandardOpenOption.READ)) {
      while (sequence < segment.next() && messages.size() < count) {
        var buffer = chunk(in, offset, (int) Math.min(bytes, segment.bytes() - offset));
        int at = 0;
        for (var head = Frame.head(buffer, at);
            head.isPresent() && messages.size() < count;
            head = Frame.head(buffer, at)) {
          if (sequence >= start && head.get().atMillis() < expireBefore) {
            index.passedOver(sequence);
          } else if (sequence >= start) {
            messages.add(Frame.message(buffer, at, head.get()));
          }
          at += head.get().bytes();
          sequence++;
        }
        if (at == 0 && bytes >= Frame.MOST_BYTES) {
          throw new IOException("A frame was sound and is not any more: " + file + " @ " + offset);
        }
        bytes = at == 0 ? Frame.MOST_BYTES : READ_BYTES;
        offset += at;
        if (!messages.isEmpty() && at > 0) {
          break;
        }
      }
    }
    place = new Place(segment.first(), sequence, offset);
    return new Batch(messages, sequence);
  }

  private static ByteBuffer chunk(FileChannel in, long offset, int bytes) throws IOException {
    var buffer = ByteBuffer.allocate(bytes);
    while (buffer.hasRemaining() && in.read(buffer, offset + buffer.position()) >= 0) {
      // Reads on until the chunk is full or the file ends.
    }
    return buffer.flip();
  }

  void delete(List<Segment> segments) throws IOException {
    for (var segment : segments) {
      Files.deleteIfExists(folder.resolve(Segment.fileName(segment.first())));
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
