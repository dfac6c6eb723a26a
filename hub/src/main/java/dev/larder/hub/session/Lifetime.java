package dev.larder.hub.session;

/**
 * How long a session lasts (MQTT 5, 3.1.2.11.2), and how long its connection may: while the client
 * is heard and its credentials hold.
 */
final class Lifetime {
  /** For a session that the client wants kept for ever; also 3.1.1's, which has no other. */
  static final long FOR_EVER = 0xFFFF_FFFFL;

  /** The longest that a session is kept without its client, seconds. */
  static final long EXPIRY_MAXIMUM_SECONDS = 14 * 24 * 3_600;

  private long expirySeconds;
  private long disconnectedMillis;
  private long seenMillis;
  private int keepAliveSeconds;
  private long untilMillis = Long.MAX_VALUE;

  /** Whether the session outlives its connection, and so the process. */
  boolean isLasting() {
    return expirySeconds > 0;
  }

  long expirySeconds() {
    return expirySeconds;
  }

  void expire(long seconds) {
    expirySeconds = Math.min(seconds, EXPIRY_MAXIMUM_SECONDS);
  }

  long disconnectedMillis() {
    return disconnectedMillis;
  }

  void disconnectedSince(long millis) {
    disconnectedMillis = millis;
  }

  /** Whether a session without a connection is to be ended now. */
  boolean isExpired(long nowMillis) {
    return nowMillis - disconnectedMillis >= expirySeconds * 1_000;
  }

  /** Sets the keep-alive; 0 for none. */
  void keepAlive(int seconds) {
    keepAliveSeconds = seconds;
  }

  /** The client was heard. */
  void seen(long nowMillis) {
    seenMillis = nowMillis;
  }

  /** Whether one and a half keep-alives have passed in silence (MQTT 5, 3.1.2.10). */
  boolean isSilent(long nowMillis) {
    return keepAliveSeconds > 0 && nowMillis - seenMillis > keepAliveSeconds * 1_500L;
  }

  /** Sets when the credentials run out. */
  void until(long millis) {
    untilMillis = millis;
  }

  /** Whether the credentials have run out. */
  boolean isOverdue(long nowMillis) {
    return nowMillis >= untilMillis;
  }
}
