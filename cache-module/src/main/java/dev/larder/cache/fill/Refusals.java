package dev.larder.cache.fill;

import dev.larder.cache.fill.Openings.Wanted;
import dev.larder.cache.origin.OriginRequest;
import java.time.Duration;
import java.util.Optional;

/**
 * What origins say is not there or may not be kept, for as long as it takes a crowd to ask. What is
 * not there is remembered by the whole link, so that nobody is answered for another's signature;
 * refusals that a signature or a login may turn are not remembered.
 */
final class Refusals {
  private static final Duration NOT_THERE = Duration.ofSeconds(10);
  private static final Duration NOT_KEPT = Duration.ofSeconds(30);
  private static final int NOT_FOUND = 404;
  private static final int GONE = 410;

  private final Brief<Opened.Passed> byLink = new Brief<>(NOT_THERE);
  private final Brief<Opened.Unkept> byKey = new Brief<>(NOT_KEPT);

  static boolean isFinal(int status) {
    return status == NOT_FOUND || status == GONE;
  }

  Optional<Opened> find(Wanted wanted, long nowNanos) {
    return byLink
        .find(link(wanted.request()), nowNanos)
        .<Opened>map(passed -> passed)
        .or(() -> byKey.find(wanted.key(), nowNanos));
  }

  void add(Wanted wanted, Opened.Passed passed, long nowNanos) {
    if (isFinal(passed.status())) {
      var kept =
          new Opened.Passed(
              passed.target(), passed.status(), passed.headers(), passed.body(), true);
      byLink.put(link(wanted.request()), kept, nowNanos);
    }
  }

  /** The origin does not allow that it is kept: clients need not wait for one another. */
  Opened add(Wanted wanted, Opened.Unkept unkept, long nowNanos) {
    byKey.put(wanted.key(), unkept, nowNanos);
    return unkept;
  }

  private static String link(OriginRequest request) {
    return request.upstream().authority() + request.target();
  }
}
