package dev.larder.hub.identity;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Slows down clients that show wrong credentials, and counts them.
 *
 * <p>What is slowed is a claimed client id at an address: after {@value #FREE} failures its answers
 * wait 250 ms, doubling to 10 s, and its next tries wait until the last answer is out. A client
 * that fails under ever other ids comes to the address's ceiling, after {@value #FREE_OF_ADDRESS}
 * failures; from there on its failures wait too. A client that has not failed itself never waits,
 * so that a bad one behind the same address does not lock it out. At most {@value #WAITING_MAXIMUM}
 * of an address wait; more are refused at once. Ten minutes without a failure clear it all.
 *
 * <p>It remembers {@value #REMEMBERED} ids and as many addresses, those that failed last.
 */
public final class Throttle {
  static final int FREE = 3;
  static final int FREE_OF_ADDRESS = 30;
  static final int WAITING_MAXIMUM = 16;
  static final int REMEMBERED = 4096;
  static final Duration FIRST_DELAY = Duration.ofMillis(250);
  static final Duration LAST_DELAY = Duration.ofSeconds(10);
  static final Duration WINDOW = Duration.ofMinutes(10);

  private static final int DOUBLINGS = 6;

  /** Longer than any client id that can be accepted. */
  private static final int TEXT_MAXIMUM = 128;

  private final Map<Claimed, Failures> claims = new Recent<>();
  private final Map<String, Address> addresses = new Recent<>();
  private final Map<Why, Long> counts = new EnumMap<>(Why.class);
  private long refused;

  /** Whether a client's credentials are looked at. */
  public sealed interface Turn {}

  /** They are, after so long; mostly zero. */
  public record Wait(Duration delay) implements Turn {}

  /** They are not, as too many of its address wait. */
  public record Refuse() implements Turn {}

  private record Claimed(String address, String clientId) {}

  /** A map that forgets what was not used for longest. */
  private static final class Recent<K, V> extends LinkedHashMap<K, V> {
    private static final long serialVersionUID = 1;

    Recent() {
      super(16, 0.75f, true);
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
      return size() > REMEMBERED;
    }
  }

  private static final class Failures {
    private int count;
    private Instant last = Instant.EPOCH;
    private Instant answered = Instant.EPOCH;

    /** Counts one more; the answer is how long it waits. */
    Duration add(int free, Instant now) {
      if (Duration.between(last, now).compareTo(WINDOW) > 0) {
        count = 0;
      }
      last = now;
      count = Math.min(count + 1, free + 1 + DOUBLINGS);
      if (count <= free) {
        return Duration.ZERO;
      }
      var delay = FIRST_DELAY.multipliedBy(1L << (count - free - 1));
      return delay.compareTo(LAST_DELAY) < 0 ? delay : LAST_DELAY;
    }
  }

  private static final class Address {
    private final Failures failures = new Failures();

    /** When each that waits now will have waited. */
    private final ArrayDeque<Instant> waiting = new ArrayDeque<>();

    boolean hasRoom(Instant now) {
      // One further ahead than any wait is left from before the clock was set back.
      var latest = now.plus(LAST_DELAY);
      waiting.removeIf(end -> !end.isAfter(now) || end.isAfter(latest));
      return waiting.size() < WAITING_MAXIMUM;
    }
  }

  /** A client asks to be let in; this is whether and when its credentials are looked at. */
  public synchronized Turn arrived(String address, String clientId, Instant now) {
    var failures = claims.get(claimed(address, clientId));
    if (failures == null || !failures.answered.isAfter(now)) {
      return new Wait(Duration.ZERO);
    }
    var rest = Duration.between(now, failures.answered);
    if (rest.compareTo(LAST_DELAY) > 0) {
      return new Wait(Duration.ZERO);
    }
    return holds(address, rest, now) ? new Wait(rest) : new Refuse();
  }

  /**
   * Its credentials were wrong.
   *
   * @return how long the answer waits; zero also when too many of the address wait already
   */
  public synchronized Duration failed(String address, String clientId, Why why, Instant now) {
    counts.merge(why, 1L, Long::sum);
    var own = claims.computeIfAbsent(claimed(address, clientId), _ -> new Failures());
    var all = address(address).failures;
    var ownDelay = own.add(FREE, now);
    var allDelay = all.add(FREE_OF_ADDRESS, now);
    var delay = ownDelay.compareTo(allDelay) > 0 ? ownDelay : allDelay;
    own.answered = now.plus(delay);
    return delay.isZero() || holds(address, delay, now) ? delay : Duration.ZERO;
  }

  /** Its credentials were right: its failures are forgotten, those of its address are not. */
  public synchronized void succeeded(String address, String clientId) {
    claims.remove(claimed(address, clientId));
  }

  /** Failed logins since the start. */
  public synchronized Map<Why, Long> failures() {
    return Map.copyOf(counts);
  }

  /** How many were refused, or answered, at once because too many waited. */
  public synchronized long refused() {
    return refused;
  }

  synchronized int remembered() {
    return claims.size() + addresses.size();
  }

  private boolean holds(String address, Duration delay, Instant now) {
    var from = address(address);
    if (!from.hasRoom(now)) {
      refused++;
      return false;
    }
    from.waiting.add(now.plus(delay));
    return true;
  }

  private Address address(String address) {
    return addresses.computeIfAbsent(cut(address), _ -> new Address());
  }

  private static Claimed claimed(String address, String clientId) {
    return new Claimed(cut(address), cut(clientId));
  }

  private static String cut(String text) {
    return text.length() <= TEXT_MAXIMUM ? text : text.substring(0, TEXT_MAXIMUM);
  }
}
