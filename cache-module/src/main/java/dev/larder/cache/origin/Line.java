package dev.larder.cache.origin;

import dev.larder.cache.origin.OriginException.Kind;
import dev.larder.common.settings.CacheDesired.Parent;
import dev.larder.common.settings.CacheDesired.Proxy;
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
import io.vertx.core.net.SocketAddress;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A way to the origins: straight, where each is connected to at an address that was checked, or
 * through a proxy, which resolves names itself.
 */
final class Line {
  private static final Duration CONNECT = Duration.ofSeconds(4);

  /** Delivery Optimization gives up after 20 s without bytes; an answer must come well before. */
  private static final Duration ANSWER = Duration.ofSeconds(8);

  private static final int MOST_CONNECTIONS = 64;
  private static final int MOST_WAITING = 4_096;
  private static final int PIECE_BYTES = 64 * 1024;
  private static final int IDLE_SECONDS = 30;
  private static final int LONGEST_LINE_BYTES = 8 << 10;
  private static final int LARGEST_HEADERS_BYTES = 64 << 10;
  private static final String HTTPS = "https";
  private static final String VIA = "1.1 larder";

  private final HttpClient client;
  private final Whereabouts whereabouts;
  private final Optional<Proxy> proxy;

  Line(Vertx vertx, Whereabouts whereabouts, Optional<Proxy> proxy) {
    this.whereabouts = whereabouts;
    this.proxy = proxy;
    var options =
        new HttpClientOptions()
            .setConnectTimeout((int) CONNECT.toMillis())
            .setKeepAliveTimeout(IDLE_SECONDS)
            .setMaxChunkSize(PIECE_BYTES)
            .setMaxInitialLineLength(LONGEST_LINE_BYTES)
            .setMaxHeaderSize(LARGEST_HEADERS_BYTES)
            .setDecompressionSupported(false);
    proxy.ifPresent(through ->
        options.setProxyOptions(
            new ProxyOptions()
                .setType(ProxyType.HTTP)
                .setHost(through.host())
                .setPort(through.port())));
    var pool =
        new PoolOptions().setHttp1MaxSize(MOST_CONNECTIONS).setMaxWaitQueueSize(MOST_WAITING);
    this.client = vertx.createHttpClient(options, pool);
  }

  /** Sends to the origin itself and waits for the answer's head. */
  OriginAnswer toOrigin(OriginRequest request) throws OriginException {
    var up = request.upstream();
    var options = options(request).setHost(up.host()).setPort(up.port()).setSsl(up.tls());
    options.setURI(request.target());
    long until = System.nanoTime() + ANSWER.toNanos();
    if (proxy.isPresent()) {
      Whereabouts.checkWritten(up);
      return send(connect(options, up.authority(), until), up.authority(), until);
    }
    var failure = new OriginException(up.authority() + " has no address.", Kind.BROKEN);
    for (var address : whereabouts.of(up)) {
      options.setServer(SocketAddress.inetSocketAddress(up.port(), address.getHostAddress()));
      HttpClientRequest connected;
      try {
        connected = connect(options, up.authority(), until);
      } catch (OriginException e) {
        failure = e;
        continue;
      }
      return send(connected, up.authority(), until);
    }
    throw failure;
  }

  /** Sends to another cache, which is told the origin as clients tell us. */
  OriginAnswer toParent(Parent parent, OriginRequest request) throws OriginException {
    var up = request.upstream();
    Whereabouts.checkWritten(up);
    var target = request.target();
    var options =
        options(request)
            .setHost(parent.host())
            .setPort(parent.port())
            .setSsl(parent.scheme().equals(HTTPS))
            .setURI(
                target
                    + (target.indexOf('?') < 0 ? "?" : "&")
                    + "cacheHostOrigin="
                    + URLEncoder.encode(up.authority(), StandardCharsets.UTF_8));
    var name = "The parent cache " + parent.host() + ":" + parent.port();
    long until = System.nanoTime() + ANSWER.toNanos();
    return send(connect(options, name, until), name, until);
  }

  private static RequestOptions options(OriginRequest request) {
    var options =
        new RequestOptions()
            .setMethod(request.head() ? HttpMethod.HEAD : HttpMethod.GET)
            .putHeader(HttpHeaders.ACCEPT, "*/*")
            .putHeader(HttpHeaders.ACCEPT_ENCODING, "identity")
            .putHeader(HttpHeaders.USER_AGENT, request.userAgent())
            .putHeader("Via", VIA);
    request.range().ifPresent(range -> options.putHeader("Range", range));
    request.fields().forEach(options::putHeader);
    return options;
  }

  private HttpClientRequest connect(RequestOptions options, String name, long until)
      throws OriginException {
    var connecting = client.request(options);
    try {
      return connecting.await(until - System.nanoTime(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException _) {
      connecting.onSuccess(HttpClientRequest::reset);
      throw new OriginException(name + " cannot be connected to in time.", Kind.TIMEOUT);
    } catch (Exception e) {
      throw new OriginException(name + " cannot be asked: " + e.getMessage(), Kind.BROKEN);
    }
  }

  private static OriginAnswer send(HttpClientRequest request, String name, long until)
      throws OriginException {
    var asked = Instant.now();
    // Attached before anything is sent, so that it runs on the answer's event loop before a byte of
    // the body passes.
    var answer = request.response().map(head -> new OriginAnswer(head, asked));
    request.end();
    try {
      return answer.await(until - System.nanoTime(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException _) {
      request.reset();
      answer.onSuccess(OriginAnswer::close);
      throw new OriginException(name + " did not answer in time.", Kind.TIMEOUT);
    } catch (Exception e) {
      throw new OriginException(name + " cannot be asked: " + e.getMessage(), Kind.BROKEN);
    }
  }

  /** Ends when what is under way has ended, or after a minute. */
  void retire() {
    client.shutdown(1, TimeUnit.MINUTES);
  }

  void close() {
    client.close();
  }
}
