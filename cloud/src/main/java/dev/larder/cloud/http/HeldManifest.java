package dev.larder.cloud.http;

import dev.larder.cloud.authority.NodeCertificate;
import dev.larder.cloud.fleet.NodeLink;
import dev.larder.cloud.fleet.NodeLink.SignedManifest;
import dev.larder.cloud.fleet.Signals;
import dev.larder.cloud.thread.Blocking;
import dev.larder.common.id.CacheNodeId;
import dev.larder.common.trust.ManifestSignature;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * The long poll: a request for the manifest that the node has already is held, without a thread,
 * until the manifest changes or the wait is over. A node's newer request ends its older one.
 */
final class HeldManifest {
  private static final String PATH = "/node/v1/manifest";
  private static final Pattern WAIT = Pattern.compile("(?:^|[,;\\s])wait=(\\d{1,4})");
  private static final Duration LONGEST = Duration.ofSeconds(60);

  private final Vertx vertx;
  private final Blocking blocking;
  private final NodeLink link;
  private final Signals signals;
  private final ConcurrentHashMap<CacheNodeId, Poll> held = new ConcurrentHashMap<>();

  HeldManifest(Vertx vertx, Blocking blocking, NodeLink link, Signals signals) {
    this.vertx = vertx;
    this.blocking = blocking;
    this.link = link;
    this.signals = signals;
  }

  void add(Router router) {
    router
        .get(PATH)
        .putMetadata("path", PATH)
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
    private final Optional<String> known;
    private Optional<Signals.Registration> registration = Optional.empty();
    private Optional<Long> timer = Optional.empty();
    private boolean loading;
    private boolean woken;
    private boolean over;

    Poll(RoutingContext request, NodeCertificate certificate) {
      this.request = request;
      this.certificate = certificate;
      this.known = Optional.ofNullable(request.request().getHeader("If-None-Match"));
    }

    void begin() {
      var patience = patience(Optional.ofNullable(request.request().getHeader("Prefer")));
      // Listening begins before the first look, so that no change falls between the two.
      registration =
          Optional.of(signals.listen(certificate.node(), () -> context.runOnContext(_ -> wake())));
      request.response().exceptionHandler(_ -> end());
      request.response().closeHandler(_ -> end());
      if (patience.isPositive()) {
        timer = Optional.of(vertx.setTimer(patience.toMillis(), _ -> finish(notModified())));
        var older = held.put(certificate.node(), this);
        if (older != null) {
          older.context.runOnContext(_ -> older.finish(notModified()));
        }
      }
      load();
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
          .call(() -> link.manifest(certificate))
          .onComplete(this::loaded, failure -> finish(ProblemAnswer.of(failure)));
    }

    private void loaded(SignedManifest manifest) {
      loading = false;
      if (!known.equals(Optional.of(manifest.etag()))) {
        finish(
            Answer.bytes(Answer.JSON, manifest.bytes())
                .with("ETag", manifest.etag())
                .with(ManifestSignature.HEADER, manifest.signature()));
      } else if (woken) {
        woken = false;
        load();
      } else if (timer.isEmpty()) {
        finish(notModified());
      }
    }

    private Answer notModified() {
      return new Answer(304, "", Map.of("ETag", known.orElse("")), new byte[0]);
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
