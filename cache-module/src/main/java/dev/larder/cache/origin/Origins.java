package dev.larder.cache.origin;

import dev.larder.cache.catalogue.Catalogue;
import dev.larder.cache.catalogue.Upstream;
import dev.larder.cache.origin.OriginException.Kind;
import dev.larder.common.settings.CacheDesired.Proxy;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.ProxyOptions;
import io.vertx.core.net.ProxyType;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * Asks origins, from threads that may wait. Redirects are followed to hosts on the allow-list only.
 */
public final class Origins implements AutoCloseable {
  private static final Duration CONNECT = Duration.ofSeconds(4);

  /** Delivery Optimization gives up after 20 s without bytes; an answer must come well before. */
  private static final Duration ANSWER = Duration.ofSeconds(8);

  private static final int MOST_REDIRECTS = 5;
  private static final int MOST_CONNECTIONS = 64;
  private static final int MOST_WAITING = 4_096;
  private static final int PIECE_BYTES = 64 * 1024;
  private static final int IDLE_SECONDS = 30;
  private static final int MULTIPLE_CHOICES = 300;
  private static final int NOT_MODIFIED = 304;
  private static final int BAD_REQUEST = 400;
  private static final String VIA = "1.1 larder";

  private final Vertx vertx;
  private final Supplier<Catalogue> catalogue;
  private final OriginStates states = new OriginStates();
  private HttpClient client;
  private Optional<Proxy> proxy = Optional.empty();

  public Origins(Vertx vertx, Supplier<Catalogue> catalogue) {
    this.vertx = vertx;
    this.catalogue = catalogue;
    this.client = client();
  }

  /** Sends all that follows through a proxy, or through none. */
  public synchronized void use(Optional<Proxy> changed) {
    if (!changed.equals(proxy)) {
      proxy = changed;
      var before = client;
      client = client();
      before.shutdown(1, TimeUnit.MINUTES);
    }
  }

  private HttpClient client() {
    var options =
        new HttpClientOptions()
            .setConnectTimeout((int) CONNECT.toMillis())
            .setKeepAliveTimeout(IDLE_SECONDS)
            .setMaxChunkSize(PIECE_BYTES)
            .setDecompressionSupported(false);
    proxy.ifPresent(through ->
        options.setProxyOptions(
            new ProxyOptions()
                .setType(ProxyType.HTTP)
                .setHost(through.host())
                .setPort(through.port())));
    var pool =
        new PoolOptions().setHttp1MaxSize(MOST_CONNECTIONS).setMaxWaitQueueSize(MOST_WAITING);
    return vertx.createHttpClient(options, pool);
  }

  private synchronized HttpClient current() {
    return client;
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
      var host = String.valueOf(to.getRawAuthority()).toLowerCase(Locale.ROOT);
      boolean tls = "https".equalsIgnoreCase(to.getScheme());
      var upstream = host.equals(from.authority()) ? Optional.of(from) : listed(host, tls);
      var query = to.getRawQuery() == null ? "" : "?" + to.getRawQuery();
      var path = to.getRawPath().isEmpty() ? "/" : to.getRawPath();
      return request.at(
          upstream.orElseThrow(() ->
              new OriginException(
                  "The origin redirects to " + host + ", which is not on the allow-list.",
                  Kind.SETTLED)),
          path + query);
    } catch (IllegalArgumentException _) {
      throw new OriginException("The origin redirects to no address.", Kind.SETTLED);
    }
  }

  /** A listed host, spoken to as the redirect says. */
  private Optional<Upstream> listed(String host, boolean tls) {
    int port = tls ? 443 : 80;
    return catalogue
        .get()
        .find(host, false)
        .map(up ->
            up.tls() == tls || host.contains(":")
                ? up
                : new Upstream(
                    up.group(), up.host(), port, tls, up.contentType(), up.mayBePrivate()));
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
    var up = request.upstream();
    var options =
        new RequestOptions()
            .setMethod(request.head() ? HttpMethod.HEAD : HttpMethod.GET)
            .setHost(up.host())
            .setPort(up.port())
            .setSsl(up.tls())
            .setURI(request.target())
            .putHeader(HttpHeaders.ACCEPT, "*/*")
            .putHeader(HttpHeaders.ACCEPT_ENCODING, "identity")
            .putHeader(HttpHeaders.USER_AGENT, request.userAgent())
            .putHeader("Via", VIA);
    request.range().ifPresent(range -> options.putHeader("Range", range));
    request.fields().forEach(options::putHeader);
    var asked = Instant.now();
    Future<HttpClientRequest> connecting = current().request(options);
    var answer = connecting.compose(sent -> sent.send().map(head -> new OriginAnswer(head, asked)));
    try {
      return answer.await(ANSWER.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException _) {
      connecting.onSuccess(HttpClientRequest::reset);
      answer.onSuccess(OriginAnswer::close);
      throw new OriginException(up.authority() + " did not answer in time.", Kind.TIMEOUT);
    } catch (Exception e) {
      throw new OriginException(
          up.authority() + " cannot be asked: " + e.getMessage(), Kind.BROKEN);
    }
  }

  @Override
  public synchronized void close() {
    client.close();
  }
}
