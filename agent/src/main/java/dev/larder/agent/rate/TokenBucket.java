package dev.larder.agent.rate;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * A token bucket with a line before it: whoever asks first passes first, so that streams which each
 * ask for one piece at a time have equal shares. Times are in nanoseconds of any clock that does
 * not go back.
 */
public final class TokenBucket {
  /** The most that may be asked for at once. */
  public static final int PIECE_BYTES = 16 << 10;

  /** No limit. */
  public static final long OFF = 0;

  /** What may pass at once after a pause, as a part of a second's. */
  private static final int BURST_DIVISOR = 20;

  private static final double SECOND_NANOS = 1_000_000_000;

  private final Deque<Ticket> line = new ArrayDeque<>();
  private long rate;
  private double tokens;
  private long filledAt;

  /** A place in the line. */
  public static final class Ticket {
    private final int bytes;

    private Ticket(int bytes) {
      this.bytes = bytes;
    }
  }

  /**
   * Begins empty.
   *
   * @param rate bytes a second, or {@link #OFF}
   */
  public TokenBucket(long rate, long now) {
    this.rate = rate;
    this.filledAt = now;
  }

  public long rate() {
    return rate;
  }

  /** Another rate from now on, also for those who are in line. */
  public void rate(long bytesPerSecond, long now) {
    fill(now);
    rate = bytesPerSecond;
    tokens = Math.min(tokens, capacity());
  }

  /** Gets in line. */
  public Ticket ask(int bytes) {
    if (bytes < 1 || bytes > PIECE_BYTES) {
      throw new IllegalArgumentException("A piece is 1 to " + PIECE_BYTES + " bytes: " + bytes);
    }
    var ticket = new Ticket(bytes);
    line.add(ticket);
    return ticket;
  }

  /**
   * How long this one has to wait: 0 if it may pass now, {@link Long#MAX_VALUE} while it is not the
   * first in line.
   *
   * @return in nanoseconds
   */
  public long waitNanos(Ticket ticket, long now) {
    if (line.peek() != ticket) {
      return Long.MAX_VALUE;
    }
    if (rate == OFF) {
      return 0;
    }
    fill(now);
    var lacking = ticket.bytes - tokens;
    return lacking <= 0 ? 0 : (long) Math.ceil(lacking * SECOND_NANOS / rate);
  }

  /** Takes the bytes of one that need not wait any longer, and it leaves the line. */
  public void pass(Ticket ticket) {
    leave(ticket);
    tokens -= rate == OFF ? 0 : ticket.bytes;
  }

  /** Leaves the line without having passed. */
  public void leave(Ticket ticket) {
    line.remove(ticket);
  }

  private double capacity() {
    return rate == OFF ? 0 : Math.max(PIECE_BYTES, (double) rate / BURST_DIVISOR);
  }

  private void fill(long now) {
    tokens = Math.min(capacity(), tokens + (now - filledAt) / SECOND_NANOS * rate);
    filledAt = now;
  }
}
