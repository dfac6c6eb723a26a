package dev.larder.hub.log;

import dev.larder.hub.message.Kept;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/**
 * The log: all that the hub keeps, and what of it is on disk. One thread uses it. It does no I/O:
 * its shell takes batches and chores from it and answers when they are done.
 *
 * <p>What is asked for counts at once; it is on disk when {@link #committedMark} reaches what
 * {@link #mark} was then. Room is decided at once too.
 */
public final class Log {
  public static final long NO_ROOM = -1;

  private static final int GROUP_ALLOWANCE_BYTES = 4 << 10;

  final LogSegments segments;
  final LogTail tail;
  final MessageTable table;
  final QueueBook queues;
  final KeyedState state;
  private final Cleaner cleaner;
  private final Admission admission;
  private LogBounds bounds;
  private long nowMillis;

  Log(LogBounds bounds) {
    this.bounds = bounds;
    segments = new LogSegments();
    tail = new LogTail(segments, bounds.segmentBytes());
    table = new MessageTable(segments, bounds.cacheBytes());
    queues = new QueueBook(table, segments, tail);
    state = new KeyedState(segments, tail);
    cleaner = new Cleaner(segments, tail, table, queues, state);
    admission = new Admission(segments, tail, table, queues, cleaner);
  }

  /**
   * The queue of a name; made when there is none.
   *
   * @param priority 0, the highest, to 9
   * @param durable whether it outlives the process
   */
  public MessageQueue open(String name, int priority, boolean durable) {
    var queue = queues.find(name);
    return queue == null ? queues.make(name, priority, durable) : queue;
  }

  public Optional<MessageQueue> find(String name) {
    return Optional.ofNullable(queues.find(name));
  }

  public Collection<MessageQueue> queues() {
    return queues.all();
  }

  /** Drops a queue with all that waits in it; it is not used again. */
  public void drop(MessageQueue queue) {
    queues.drop(queue);
  }

  /**
   * Keeps a message for some queues; for none it is written all the same.
   *
   * @param targets of which the first {@code count} are meant
   * @return its sequence: above 0, rising by one, never used twice (after a restart it goes on
   *     higher up); or {@link #NO_ROOM}
   */
  public long append(Kept message, MessageQueue[] targets, int count, long nowMillis) {
    var sender = LogFrame.text(message.sender());
    var topic = LogFrame.text(message.topic());
    var properties = message.properties().bytes();
    var payload = message.payload().bytes();
    long body = LogFrame.MESSAGE_FIXED_BYTES + LogFrame.MESSAGE_LENGTHS_BYTES;
    body += (long) count * Integer.BYTES + sender.length + topic.length;
    body += (long) properties.length + payload.length;
    if (!admission.admits(bounds, body + LogFrame.HEAD_BYTES, targets, count, nowMillis)) {
      return NO_ROOM;
    }
    var out = tail.start(LogFrame.MESSAGE, (int) body, LogTail.Level.MESSAGE);
    if (out == null) {
      return NO_ROOM;
    }
    long sequence = tail.nextSequence++;
    out.putLong(sequence).putLong(message.atMillis()).putLong(message.expiryMillis());
    out.put(LogFrame.flags(message)).putInt(count);
    for (int i = 0; i < count; i++) {
      out.putInt(targets[i].id);
    }
    LogFrame.putText(out, sender);
    LogFrame.putText(out, topic);
    out.putInt(properties.length).put(properties).putInt(payload.length).put(payload);
    long place = tail.finish();
    if (count > 0) {
      int slot = table.add(place, message.expiryMillis(), count, message);
      for (int i = 0; i < count; i++) {
        targets[i].add(sequence, slot);
      }
    }
    return sequence;
  }

  /**
   * Whether messages of so many bytes find no room now and soon will, by what is being written,
   * made or cleaned; older ones may give way for that. Who brings them does better to wait than to
   * be refused.
   */
  public boolean isStrained(int bytes, long nowMillis) {
    return admission.isStrained(bounds, bytes, nowMillis);
  }

  /** The longest frame that is taken, bytes: a message's content and some 60 more. */
  public int frameMaximumBytes() {
    return tail.frameMaximumBytes();
  }

  /** Keeps a value for a key, instead of the one before; false when there is no room. */
  public boolean put(String key, byte[] value) {
    if (state.isSame(key, value)) {
      return true;
    }
    long bytes = KeyedState.frameBytes(LogFrame.text(key), value);
    return admission.admits(bounds, bytes, state.bytes(), nowMillis) && state.put(key, value);
  }

  /**
   * Holds what is kept from now to {@link #apart} together: after a crash all of it is there or
   * nothing is.
   *
   * @param contentBytes of it, all in all; a few short keys are allowed for
   * @return false when there is no room; then nothing is held
   */
  public boolean together(int contentBytes) {
    return tail.group(contentBytes + GROUP_ALLOWANCE_BYTES);
  }

  public void apart() {
    tail.ungroup();
  }

  /** Forgets a key; false when there is no room to note it. */
  public boolean remove(String key) {
    return state.remove(key);
  }

  /** A view of the values by key; nobody writes to them. */
  public SortedMap<String, byte[]> state() {
    return state.values();
  }

  /** Frames appended so far in this process. */
  public long mark() {
    return tail.mark();
  }

  /** Frames of these that are on disk. */
  public long committedMark() {
    return tail.committedMark();
  }

  /** The last sequence up to which all messages are on disk. */
  public long committedSequence() {
    return tail.committedSequence();
  }

  /** Whether a place can be read already. */
  public boolean onDisk(Place place) {
    return tail.onDisk(place);
  }

  /** New bounds; segments that are there keep their size. */
  public void configure(LogBounds newBounds) {
    bounds = newBounds;
    tail.resize(newBounds.segmentBytes());
    cleaner.resized();
    table.bound(newBounds.cacheBytes());
    admission.trim(newBounds, nowMillis);
  }

  /** Housekeeping, a few times a second: expiry, and the cursors of queues that moved. */
  public void tick(long nowMillis) {
    this.nowMillis = nowMillis;
    queues.expire(nowMillis);
    segments.noteChange();
    if (tail.pendingBytes() < LogTail.PENDING_MAXIMUM_BYTES) {
      queues.write();
    }
  }

  /** Bytes of all segments on disk. */
  public long bytes() {
    return segments.bytes();
  }

  /** Bytes of them that are needed. */
  public long liveBytes() {
    return segments.liveBytes();
  }

  /** Segments on disk. */
  public int segmentCount() {
    return segments.all().size();
  }

  /** Bytes that all segments may take. */
  public long maxBytes() {
    return bounds.maxBytes();
  }

  /** Messages that grew too old, in any queue, since the start. */
  public long expired() {
    return table.expired;
  }

  /** Messages that gave way to newer ones, in any queue, since the start. */
  public long overQuota() {
    return table.overQuota;
  }

  /** Whether the last segment that was asked for could not be made. */
  public boolean isFull() {
    return segments.isFull();
  }

  /** For the shell: whether there is a segment to append to. */
  public boolean isReady() {
    return tail.isActive();
  }

  /** For the shell: what to write next, once the batch before is committed. */
  public Optional<LogBatch> take() {
    return tail.take();
  }

  /** For the shell: a batch is on disk. */
  public void committed(LogBatch batch) {
    tail.committed(batch);
  }

  /** For the shell, after a commit and after a tick: what to do next beside writing. */
  public List<Chore> chores() {
    boolean look = segments.takeChanged();
    if (look) {
      cleaner.buryDead();
    }
    var chores = segments.chores(bounds, tail.committedMark(), nowMillis);
    var read = look ? cleaner.choose(bounds) : Optional.<Chore>empty();
    if (read.isEmpty()) {
      return chores;
    }
    var all = new ArrayList<>(chores);
    all.add(read.get());
    return all;
  }

  /** For the shell: all but a read is answered so once it is durable. */
  public void done(Chore chore) {
    segments.done(chore);
    tail.begin();
  }

  /** For the shell: there was no room on the disk. */
  public void failed(Chore.Make chore) {
    segments.failed(chore, nowMillis);
  }

  /** For the shell: the bytes that were read, not written to while {@link #clean} needs them. */
  public void content(Chore.Read chore, ByteBuffer bytes) {
    cleaner.content(chore, bytes);
  }

  /** For the shell: moves some of what was read; whether there is more to do at once. */
  public boolean clean() {
    return cleaner.step();
  }
}
