package dev.larder.agent.front;

import dev.larder.agent.rate.TokenBucket;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/** The limit that all pulls share; streams wait here until their next piece may pass. */
public final class ByteLimit {
  private final LongSupplier nanos;
  private final TokenBucket bucket;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  /**
   * Lets all pass until it is set.
   *
   * @param nanos the time, as {@link System#nanoTime} tells it
   */
  public ByteLimit(LongSupplier nanos) {
    this.nanos = nanos;
    this.bucket = new TokenBucket(TokenBucket.OFF, nanos.getAsLong());
  }

  /**
   * Sets it anew, also for what waits.
   *
   * @param bytesPerSecond 0 for none
   */
  public void set(long bytesPerSecond) {
    lock.lock();
    try {
      bucket.rate(bytesPerSecond, nanos.getAsLong());
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  boolean isOff() {
    lock.lock();
    try {
      return bucket.rate() == TokenBucket.OFF;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Returns when so many bytes may pass.
   *
   * @param bytes 1 to {@link TokenBucket#PIECE_BYTES}
   */
  void pass(int bytes) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      var ticket = bucket.ask(bytes);
      try {
        for (long wait = wait(ticket); wait > 0; wait = wait(ticket)) {
          waitFor(wait);
        }
        bucket.pass(ticket);
      } finally {
        bucket.leave(ticket);
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  private long wait(TokenBucket.Ticket ticket) {
    return bucket.waitNanos(ticket, nanos.getAsLong());
  }

  @SuppressWarnings("WaitNotInLoop") // Its caller's.
  private void waitFor(long nanoseconds) throws InterruptedException {
    var _ = changed.awaitNanos(nanoseconds);
  }
}
