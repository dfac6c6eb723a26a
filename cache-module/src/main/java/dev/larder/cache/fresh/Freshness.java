package dev.larder.cache.fresh;

import dev.larder.cache.slice.CachedObject;
import dev.larder.cache.slice.Lease;
import dev.larder.cache.slice.ObjectMeta;
import java.time.Duration;
import java.time.Instant;

/** Freshness by RFC 9111 section 4.2, with the terms of the object's group. */
public final class Freshness {
  /** Without a word from the origin (section 4.2.2 leaves it to the cache). */
  static final Duration UNSAID = Duration.ofMinutes(2);

  /** The most that a tenth of an object's age may come to. */
  static final Duration LONGEST_GUESS = Duration.ofDays(1);

  /** An origin that fails is covered for so long, unless it or the terms say otherwise. */
  static final Duration STALE_ON_ERROR = Duration.ofDays(30);

  /** Content that groups keep for long is served meanwhile for so long. */
  static final Duration STALE_MEANWHILE = Duration.ofDays(1);

  private static final Duration GRACE = Duration.ofSeconds(10);
  private static final int GUESS = 10;
  private static final String S_MAXAGE = "s-maxage";
  private static final String NO_CACHE = "no-cache";

  private Freshness() {}

  /**
   * When an answer would have been received had it not grown old on its way: the time of receipt
   * less the corrected initial age (section 4.2.3).
   *
   * @param asked when the request was sent
   * @param received when the answer's head was here
   * @param date the Date header's value, empty when there is none
   * @param age the Age header's value, empty when there is none
   */
  public static Instant receivedAt(Instant asked, Instant received, String date, String age) {
    var apparent =
        HttpDate.parse(date)
            .map(made -> Duration.between(made, received))
            .filter(old -> !old.isNegative())
            .orElse(Duration.ZERO);
    var delay = Duration.between(asked, received);
    var first = age.split(",", 2)[0].strip();
    var corrected = delay.plusSeconds(CacheControl.number(first));
    return received.minus(apparent.compareTo(corrected) > 0 ? apparent : corrected);
  }

  /** How old content is now, in whole seconds and never below 0. */
  public static Duration age(ObjectMeta meta, Instant now) {
    var age = Duration.between(meta.receivedAt(), now);
    return age.isNegative() ? Duration.ZERO : Duration.ofSeconds(age.toSeconds());
  }

  /** Until when content may be served without asking the origin. */
  public static Instant until(ObjectMeta meta, Terms terms) {
    return meta.receivedAt().plus(lifetime(meta, terms));
  }

  /**
   * Whether an object may be served as it is: a comparison, for what its headers say is looked at
   * once.
   */
  public static boolean isFresh(CachedObject object, Terms terms, long nowMillis) {
    var meta = object.meta();
    var lease = object.lease();
    if (!lease.isFor(meta, terms)) {
      lease = new Lease(meta, terms, until(meta, terms).toEpochMilli(), 0);
      object.setLease(lease);
    }
    return nowMillis < lease.untilMillis();
  }

  /** Whether the origin failed so lately that a stale object is served without asking it. */
  public static boolean isInGrace(CachedObject object, Terms terms, Instant now) {
    var lease = object.lease();
    return lease.isFor(object.meta(), terms) && now.toEpochMilli() < lease.graceMillis();
  }

  /** The origin failed: for a while it is not asked again about this object. */
  public static void giveGrace(CachedObject object, Terms terms, Instant now) {
    var meta = object.meta();
    long until = until(meta, terms).toEpochMilli();
    object.setLease(new Lease(meta, terms, until, now.plus(GRACE).toEpochMilli()));
  }

  /** Whether content may be served now. */
  public static Judgement judge(ObjectMeta meta, Terms terms, Instant now) {
    var until = until(meta, terms);
    if (now.isBefore(until)) {
      return new Judgement.Fresh(age(meta, now));
    }
    var control = CacheControl.parse(meta.header("cache-control"));
    if (control.has("must-revalidate")
        || control.has("proxy-revalidate")
        || control.has(NO_CACHE)) {
      return new Judgement.Revalidate(false, false);
    }
    var stale = Duration.between(until, now);
    var meanwhile = terms.keepFor().isPresent() ? STALE_MEANWHILE : Duration.ZERO;
    var onError = STALE_ON_ERROR;
    if (control.has(S_MAXAGE)) {
      // It implies proxy-revalidate (section 5.2.2.10), short of an explicit allowance.
      meanwhile = Duration.ZERO;
      onError = Duration.ZERO;
    }
    return new Judgement.Revalidate(
        isWithin(stale, control, "stale-while-revalidate", meanwhile),
        isWithin(stale, control, "stale-if-error", onError));
  }

  private static boolean isWithin(
      Duration stale, CacheControl control, String directive, Duration otherwise) {
    var said = control.seconds(directive);
    var most = said.isPresent() ? Duration.ofSeconds(said.getAsLong()) : otherwise;
    return stale.compareTo(most) < 0;
  }

  private static Duration lifetime(ObjectMeta meta, Terms terms) {
    var control = CacheControl.parse(meta.header("cache-control"));
    if (control.has(NO_CACHE)) {
      return Duration.ZERO;
    }
    var said = said(meta, control);
    return terms.keepFor().filter(kept -> kept.compareTo(said) > 0).orElse(said);
  }

  /** The freshness lifetime that the origin says (section 4.2.1), or a guess (section 4.2.2). */
  private static Duration said(ObjectMeta meta, CacheControl control) {
    for (var name : new String[] {S_MAXAGE, "max-age"}) {
      var seconds = control.seconds(name);
      if (seconds.isPresent()) {
        return Duration.ofSeconds(seconds.getAsLong());
      }
    }
    var made = HttpDate.parse(meta.header("date")).orElse(meta.receivedAt());
    if (!meta.header("expires").isEmpty()) {
      return HttpDate.parse(meta.header("expires"))
          .map(expires -> Duration.between(made, expires))
          .filter(lifetime -> !lifetime.isNegative())
          .orElse(Duration.ZERO);
    }
    return HttpDate.parse(meta.header(ObjectMeta.LAST_MODIFIED))
        .map(modified -> Duration.between(modified, made).dividedBy(GUESS))
        .filter(guess -> !guess.isNegative())
        .map(guess -> guess.compareTo(LONGEST_GUESS) > 0 ? LONGEST_GUESS : guess)
        .orElse(UNSAID);
  }
}
