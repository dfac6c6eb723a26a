package dev.larder.hub.log;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * The book-keeping of one queue: its segments, its consumer's position, and what was lost and why.
 * Says which segments to delete; deletes none.
 */
public final class QueueIndex {
  /**
   * What outlives the process.
   *
   * @param position the first sequence that is not consumed
   * @param expired messages that grew too old
   * @param overQuota messages that gave way to newer ones
   * @param damaged messages in bytes that no longer had their checksum
   */
  public record State(long position, long expired, long overQuota, long damaged) {
    public static final State NEW = new State(1, 0, 0, 0);
  }

  /** The sequences start here. */
  public static final long FIRST = 1;

  private final Deque<Segment> segments = new ArrayDeque<>();
  private State state;
  private long counted;

  /**
   * The index of what a scan found.
   *
   * @param scans of the segments' files in order of their names; one without its magic is no
   *     segment, and its file is to be deleted
   */
  public QueueIndex(List<Segment.Scan> scans, State saved) {
    long damaged = saved.damaged();
    for (int i = 0; i < scans.size(); i++) {
      var segment = scans.get(i).segment();
      if (segment.bytes() > 0) {
        segments.add(segment);
      }
      if (i + 1 < scans.size()) {
        long until = scans.get(i + 1).segment().first();
        long from = Math.max(segment.next(), saved.position());
        // A gap without bytes was made by the cut at an earlier open.
        damaged += scans.get(i).tornBytes() > 0 ? Math.max(0, until - from) : 0;
      }
    }
    long first = segments.isEmpty() ? FIRST : segments.getFirst().first();
    state =
        new State(Math.max(first, saved.position()), saved.expired(), saved.overQuota(), damaged);
    counted = state.position();
    long next = Math.max(nextAfter(scans), state.position());
    boolean sound = !segments.isEmpty() && scans.getLast().tornBytes() == 0;
    if (!sound || segments.getLast().next() != next) {
      segments.add(Segment.empty(next));
    }
  }

  /** Beyond every sequence that the torn bytes of the last segment could have held. */
  private static long nextAfter(List<Segment.Scan> scans) {
    if (scans.isEmpty()) {
      return FIRST;
    }
    var last = scans.getLast();
    long possible = (last.tornBytes() + Frame.LEAST_BYTES - 1) / Frame.LEAST_BYTES;
    return last.segment().next() + possible;
  }

  /** The segment that is appended to. */
  public Segment active() {
    return segments.getLast();
  }

  public State state() {
    return state;
  }

  /** The sequence of the next message. */
  public long next() {
    return active().next();
  }

  /** How many messages wait, those that grew too old since the last sweep among them. */
  public long waiting() {
    long waiting = 0;
    for (var segment : segments) {
      waiting += unseen(segment, state.position());
    }
    return waiting;
  }

  /** Bytes on disk. */
  public long bytes() {
    return segments.stream().mapToLong(Segment::bytes).sum();
  }

  /** Notes a frame at the end of the active segment. */
  public void appended(int frameBytes, long atMillis) {
    segments.add(segments.removeLast().with(frameBytes, atMillis));
  }

  /** Begins a new active segment. */
  public Segment roll() {
    var segment = Segment.empty(next());
    segments.add(segment);
    return segment;
  }

  /** The segment that holds a sequence, or the next one that follows it. */
  public Optional<Segment> holding(long sequence) {
    return segments.stream().filter(s -> s.next() > sequence).findFirst();
  }

  /** Notes that all below {@code position} are consumed; answers with the segments to delete. */
  public List<Segment> consume(long position) {
    if (position > state.position()) {
      moveTo(Math.min(position, next()));
    }
    return dropConsumed();
  }

  /** Notes that a reader passed over a message because of its age; each is counted once. */
  public void passedOver(long sequence) {
    if (sequence >= counted) {
      counted = sequence + 1;
      state = new State(state.position(), state.expired() + 1, state.overQuota(), state.damaged());
    }
    if (sequence == state.position()) {
      moveTo(sequence + 1);
    }
  }

  /**
   * Drops the leading segments whose every message was taken before a moment; answers with those to
   * delete. The active one is rolled by the caller first where it should go too.
   *
   * @param before ms since 1970
   */
  public List<Segment> expire(long before) {
    var dropped = new ArrayList<Segment>();
    while (segments.size() > 1 && segments.getFirst().newestMillis() < before) {
      var oldest = segments.getFirst();
      long lost = unseen(oldest, Math.max(counted, state.position()));
      state =
          new State(state.position(), state.expired() + lost, state.overQuota(), state.damaged());
      moveTo(Math.max(state.position(), oldest.next()));
      dropped.addAll(dropConsumed());
    }
    return dropped;
  }

  /** Drops the oldest segment, which is not the active one, to make room. */
  public List<Segment> evict() {
    var oldest = segments.getFirst();
    long lost = unseen(oldest, Math.max(counted, state.position()));
    state = new State(state.position(), state.expired(), state.overQuota() + lost, state.damaged());
    moveTo(Math.max(state.position(), oldest.next()));
    return dropConsumed();
  }

  /** When the oldest segment's last message was taken; empty when only an empty one is left. */
  public Optional<Segment> oldest() {
    return Optional.of(segments.getFirst()).filter(s -> !s.isEmpty());
  }

  /** Whether the active segment is the only one. */
  public boolean onlyActive() {
    return segments.size() == 1;
  }

  private static long unseen(Segment segment, long from) {
    return Math.max(0, segment.next() - Math.max(segment.first(), from));
  }

  private void moveTo(long position) {
    state = new State(position, state.expired(), state.overQuota(), state.damaged());
    counted = Math.max(counted, position);
  }

  private List<Segment> dropConsumed() {
    var dropped = new ArrayList<Segment>();
    while (segments.size() > 1 && segments.getFirst().next() <= state.position()) {
      dropped.add(segments.removeFirst());
    }
    return dropped;
  }
}
