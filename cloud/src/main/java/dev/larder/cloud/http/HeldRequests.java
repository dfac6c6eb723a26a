package dev.larder.cloud.http;

import dev.larder.cloud.authority.NodeCertificate;
import dev.larder.cloud.fleet.Signals;
import dev.larder.cloud.thread.Blocking;
import dev.larder.common.id.CacheNodeId;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * The long poll: a node's request is held, without a thread, until there is something to answer or
 * the wait is over. A node's newer request of a kind ends its older one.
 */
final class HeldRequests<T> {
  private static final Pattern WAIT = Pattern.compile("(?:^|[,;\\s])wait=(\\d{1,4})");
  private static final Duration LONGEST = Duration.ofSeconds(60);

  private final Vertx vertx;
  private final Blocking blocking;
  private final Signals signals;
  private final Kind<T> kind;
  private final ConcurrentHashMap<CacheNodeId, Poll> held = new ConcurrentHashMap<>();

  HeldRequests(Vertx vertx, Blocking blocking, Signals signals, Kind<T> kind) {
    this.vertx = vertx;
    this.blocking = blocking;
    this.signals = signals;
    this.kind = kind;
  }

  /** What a request is held for. */
  interface Kind<T> {
    /** Looks, on a virtual thread, first and at every signal of the node. */
    T look(NodeCertificate certificate) throws Exception;

    /** The answer that is in what was seen, on the event loop; it is sent to the node at once. */
    Optional<Answer> answer(NodeCertificate certificate, HttpServerRequest request, T seen);

    /** The answer when there was none in time. */
    Answer nothing(HttpServerRequest request);
  }

  void add(Router router, String path) {
    router
        .get(path)
        .putMetadata("path", path)
        .handler(context -> {
          var shown = NodeCertificate.of(context.request().sslSession());
          try {
            new Poll(context, NodeRoutes.certificate(shown)).begin();
          } catch (RuntimeException refusal) {
            Api.send(context, ProblemAnswer.of(refusal));
          }
        });
  }

  static Duration patience(Optional<String> prefer) {
    var asked =
        prefer
            .map(WAIT::matcher)
            .filter(found -> found.find())
            .map(found -> Duration.ofSeconds(Long.parseLong(found.group(1))))
            .orElse(Duration.ZERO);
    return asked.compareTo(LONGEST) > 0 ? LONGEST : asked;
  }

  /** One request. Its fields belong to its event loop. */
  private final class Poll {
    private final RoutingContext request;
    private final NodeCertificate certificate;
    private final Context context = vertx.getOrCreateContext();
    private Optional<Signals.Registration> registration = Optional.empty();
    private Optional<Long> timer = Optional.empty();
    private boolean loading;
    private boolean known;
    private boolean woken;
    private boolean over;

    Poll(RoutingContext request, NodeCertificate certificate) {
      this.request = request;
      this.certificate = certificate;
    }

    void begin() {
      var patience = patience(Optional.ofNullable(request.request().getHeader("Prefer")));
      // Listening begins before the first look, so that no change falls between the two.
      registration =
          Optional.of(signals.listen(certificate.node(), () -> context.runOnContext(_ -> wake())));
      request.response().exceptionHandler(_ -> end());
      request.response().closeHandler(_ -> end());
      if (patience.isPositive()) {
        timer = Optional.of(vertx.setTimer(patience.toMillis(), _ -> finish(nothing())));
      }
      load();
    }

    /** Once the first look has shown that the certificate is the node's. */
    private void endOlder() {
      known = true;
      var older = held.put(certificate.node(), this);
      if (older != null) {
        older.context.runOnContext(_ -> older.finish(older.nothing()));
      }
    }

    private void wake() {
      if (loading) {
        woken = true;
      } else if (!over) {
        load();
      }
    }

    private void load() {
      loading = true;
      blocking
          .call(() -> kind.look(certificate))
          .onComplete(this::loaded, failure -> finish(ProblemAnswer.of(failure)));
    }

    private void loaded(T seen) {
      loading = false;
      if (over) {
        return;
      }
      if (!known && timer.isPresent()) {
        endOlder();
      }
      var answer = kind.answer(certificate, request.request(), seen);
      if (answer.isPresent()) {
        finish(answer.get());
      } else if (woken) {
        woken = false;
        load();
      } else if (timer.isEmpty()) {
        finish(nothing());
      }
    }

    private Answer nothing() {
      return kind.nothing(request.request());
    }

    private void finish(Answer answer) {
      if (!over) {
        end();
        Api.send(request, answer);
      }
    }

    private void end() {
      over = true;
      registration.ifPresent(Signals.Registration::close);
      timer.ifPresent(vertx::cancelTimer);
      held.remove(certificate.node(), this);
    }
  }
}
