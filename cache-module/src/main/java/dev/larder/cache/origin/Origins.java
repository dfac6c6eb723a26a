package dev.larder.cache.origin;

import dev.larder.cache.catalogue.Catalogue;
import dev.larder.cache.catalogue.Upstream;
import dev.larder.cache.guard.Backoff;
import dev.larder.cache.origin.OriginException.Kind;
import dev.larder.common.settings.CacheDesired.Parent;
import dev.larder.common.settings.CacheDesired.Proxy;
import io.vertx.core.Vertx;
import java.net.URI;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks origins, from threads that may wait. Redirects are followed to hosts on the allow-list only.
 */
public final class Origins implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Origins.class);
  private static final int MOST_REDIRECTS = 5;
  private static final int MULTIPLE_CHOICES = 300;
  private static final int NOT_MODIFIED = 304;
  private static final int BAD_REQUEST = 400;
  private static final int FORBIDDEN = 403;
  private static final int SERVER_ERROR = 500;
  private static final String HTTP = "http";
  private static final String HTTPS = "https";
  private static final Pattern NUMBERED = Pattern.compile(":[0-9]{1,5}$");

  private final Vertx vertx;
  private final Whereabouts whereabouts;
  private final Supplier<Catalogue> catalogue;
  private final OriginStates states = new OriginStates();
  private final Line straight;
  private Ways ways;

  /**
   * Which way requests take now.
   *
   * @param proxy to the origins, but not to the parent, which is one of ours
   */
  private record Ways(
      Line origins, Optional<Proxy> proxy, Optional<Parent> parent, Backoff parentPause) {}

  public Origins(Vertx vertx, Supplier<Catalogue> catalogue) {
    this.vertx = vertx;
    this.whereabouts = new Whereabouts(vertx);
    this.catalogue = catalogue;
    this.straight = new Line(vertx, whereabouts, Optional.empty());
    this.ways = new Ways(straight, Optional.empty(), Optional.empty(), new Backoff());
  }

  /** Sends all that follows through a proxy, or through none, and to a parent first, or to none. */
  public synchronized void use(Optional<Proxy> proxy, Optional<Parent> parent) {
    var before = ways;
    if (proxy.equals(before.proxy) && parent.equals(before.parent)) {
      return;
    }
    var line =
        proxy.equals(before.proxy)
            ? before.origins
            : proxy.isPresent() ? new Line(vertx, whereabouts, proxy) : straight;
    ways = new Ways(line, proxy, parent, new Backoff());
    if (before.origins != line && before.origins != straight) {
      before.origins.retire();
    }
  }

  private synchronized Ways current() {
    return ways;
  }

  /** Asks and waits for the answer's head. */
  public OriginAnswer ask(OriginRequest request) throws OriginException {
    var asked = request;
    for (int redirects = 0; ; redirects++) {
      var answer = askOnce(asked);
      if (!isRedirect(answer)) {
        return answer;
      }
      answer.close();
      if (redirects == MOST_REDIRECTS) {
        throw new OriginException("The origin redirects in circles.", Kind.SETTLED);
      }
      asked = follow(asked, answer.header("location"));
    }
  }

  private static boolean isRedirect(OriginAnswer answer) {
    return answer.status() > MULTIPLE_CHOICES
        && answer.status() < BAD_REQUEST
        && answer.status() != NOT_MODIFIED
        && !answer.header("location").isEmpty();
  }

  private OriginRequest follow(OriginRequest request, String location) throws OriginException {
    var from = request.upstream();
    var base = (from.tls() ? "https://" : "http://") + from.authority() + request.target();
    try {
      var to = URI.create(base).resolve(location);
      var scheme = String.valueOf(to.getScheme()).toLowerCase(Locale.ROOT);
      var host = String.valueOf(to.getRawAuthority()).toLowerCase(Locale.ROOT);
      if (to.getRawAuthority() == null
          || host.indexOf('@') >= 0
          || !(scheme.equals(HTTP) || scheme.equals(HTTPS))) {
        throw new OriginException("The origin redirects to no web address.", Kind.SETTLED);
      }
      var query = to.getRawQuery() == null ? "" : "?" + to.getRawQuery();
      var path = to.getRawPath().isEmpty() ? "/" : to.getRawPath();
      return request.at(
          listed(host, scheme.equals(HTTPS), from)
              .orElseThrow(() ->
                  new OriginException(
                      "The origin redirects to " + host + ", which is not on the allow-list.",
                      Kind.SETTLED)),
          path + query);
    } catch (IllegalArgumentException _) {
      throw new OriginException("The origin redirects to no web address.", Kind.SETTLED);
    }
  }

  /** A listed host, spoken to as the redirect says. */
  private Optional<Upstream> listed(String authority, boolean tls, Upstream from) {
    var usual = tls ? ":443" : ":80";
    var host =
        authority.endsWith(usual)
            ? authority.substring(0, authority.length() - usual.length())
            : authority;
    if (host.equals(from.authority()) && tls == from.tls()) {
      return Optional.of(from);
    }
    return (NUMBERED.matcher(host).find() || !host.contains(":")
            ? catalogue.get().find(host, true)
            : Optional.<Upstream>empty())
        .map(up -> {
          boolean asWritten = up.tls() == tls || host.contains(":");
          int port = tls ? 443 : 80;
          return asWritten
              ? up
              : new Upstream(up.group(), up.host(), port, tls, up.contentType(), up.mayBePrivate());
        });
  }

  /** How origins answered of late. */
  public OriginStates states() {
    return states;
  }

  private OriginAnswer askOnce(OriginRequest request) throws OriginException {
    var origin = request.upstream().authority();
    try {
      var answer = send(request);
      states.answered(origin, Instant.now());
      return answer;
    } catch (OriginException e) {
      states.failed(origin, String.valueOf(e.getMessage()), Instant.now());
      throw e;
    }
  }

  private OriginAnswer send(OriginRequest request) throws OriginException {
    var now = current();
    if (now.parent.isPresent() && now.parentPause.isOver(System.nanoTime())) {
      var answer = askParent(now.parent.get(), now.parentPause, request);
      if (answer.isPresent()) {
        return answer.get();
      }
    }
    return now.origins.toOrigin(request);
  }

  /** Empty when the origin is to be asked itself. */
  private Optional<OriginAnswer> askParent(Parent parent, Backoff pause, OriginRequest request) {
    try {
      var answer = straight.toParent(parent, request);
      pause.succeeded();
      // It may not have the host on its list, or no way to it; a refusal that is the origin's own
      // is heard from the origin then.
      if (answer.status() == FORBIDDEN || answer.status() >= SERVER_ERROR) {
        answer.close();
        return Optional.empty();
      }
      return Optional.of(answer);
    } catch (OriginException e) {
      log.atWarn()
          .addKeyValue("parent", parent.host() + ":" + parent.port())
          .addKeyValue("problem", e.getMessage())
          .addKeyValue("pause", pause.failed(System.nanoTime()))
          .log("parent cache not reached: origins are asked themselves");
      return Optional.empty();
    }
  }

  @Override
  public synchronized void close() {
    ways.origins.close();
    straight.close();
  }
}
