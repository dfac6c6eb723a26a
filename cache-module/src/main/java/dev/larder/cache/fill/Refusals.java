package dev.larder.cache.fill;

import dev.larder.cache.origin.OriginRequest;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What origins say is not there, for as long as it takes a crowd to ask: by the whole link, so that
 * nobody is answered for another's signature. Refusals that a signature or a login may turn are not
 * remembered.
 */
final class Refusals {
  private static final Duration FOR = Duration.ofSeconds(10);
  private static final int MOST = 1_024;
  private static final int NOT_FOUND = 404;
  private static final int GONE = 410;

  private final LinkedHashMap<String, Refusal> byLink =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Refusal> eldest) {
          return size() > MOST;
        }
      };

  private record Refusal(Opened.Passed passed, long untilNanos) {}

  static boolean isFinal(int status) {
    return status == NOT_FOUND || status == GONE;
  }

  synchronized Optional<Opened.Passed> find(OriginRequest request, long nowNanos) {
    var link = link(request);
    var refusal = byLink.get(link);
    if (refusal == null) {
      return Optional.empty();
    }
    if (refusal.untilNanos - nowNanos <= 0) {
      byLink.remove(link);
      return Optional.empty();
    }
    return Optional.of(refusal.passed);
  }

  synchronized void add(OriginRequest request, Opened.Passed passed, long nowNanos) {
    if (isFinal(passed.status())) {
      var kept =
          new Opened.Passed(
              passed.target(), passed.status(), passed.headers(), passed.body(), true);
      byLink.put(link(request), new Refusal(kept, nowNanos + FOR.toNanos()));
    }
  }

  private static String link(OriginRequest request) {
    return request.upstream().authority() + request.target();
  }
}
