package dev.larder.cache.serve;

import dev.larder.cache.catalogue.Catalogue;
import dev.larder.cache.catalogue.Upstream;
import dev.larder.cache.fresh.Conditions;
import dev.larder.cache.fresh.Freshness;
import dev.larder.cache.fresh.Variants;
import dev.larder.cache.origin.OriginRequest;
import dev.larder.cache.request.ByteRange;
import dev.larder.cache.request.ByteRange.Parts;
import dev.larder.cache.request.ByteRange.Span;
import dev.larder.cache.request.ByteRange.Unsatisfiable;
import dev.larder.cache.request.ContentRequest;
import dev.larder.cache.request.MalformedRequest;
import dev.larder.cache.request.RequestReader;
import dev.larder.cache.slice.CachedObject;
import dev.larder.cache.store.ContentStore;
import dev.larder.cache.store.Reader;
import dev.larder.cache.traffic.Result;
import dev.larder.cache.traffic.Traffic;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Answers clients. What is here and open is answered on the event loop; the rest is handed to
 * {@link Delivery}.
 */
final class ContentHandler implements Handler<HttpServerRequest> {
  private static final CharSequence RANGE = HttpHeaders.createOptimized("Range");
  private static final CharSequence IF_MATCH = HttpHeaders.createOptimized("If-Match");
  private static final CharSequence IF_NONE_MATCH = HttpHeaders.createOptimized("If-None-Match");
  private static final CharSequence IF_MODIFIED_SINCE =
      HttpHeaders.createOptimized("If-Modified-Since");
  private static final CharSequence IF_UNMODIFIED_SINCE =
      HttpHeaders.createOptimized("If-Unmodified-Since");
  private static final CharSequence IF_RANGE = HttpHeaders.createOptimized("If-Range");
  private static final ByteRange WHOLE = new ByteRange.Whole();
  private static final String WAIT_SECONDS = "5";
  private static final String AGENT = "Larder";

  private final Supplier<Optional<Catalogue>> catalogue;
  private final ContentStore store;
  private final Delivery delivery;
  private final Replies replies;
  private final HotObjects hot;
  private final Traffic traffic;

  ContentHandler(
      Supplier<Optional<Catalogue>> catalogue,
      ContentStore store,
      Delivery delivery,
      Replies replies,
      HotObjects hot,
      Traffic traffic) {
    this.catalogue = catalogue;
    this.store = store;
    this.delivery = delivery;
    this.replies = replies;
    this.hot = hot;
    this.traffic = traffic;
  }

  @Override
  public void handle(HttpServerRequest http) {
    var method = http.method();
    if (!method.equals(HttpMethod.GET) && !method.equals(HttpMethod.HEAD)) {
      http.response().putHeader(HttpHeaders.ALLOW, "GET, HEAD");
      var line = "The cache answers GET and HEAD only.";
      if (hasBody(http)) {
        last(http, Replies.METHOD_NOT_ALLOWED, line);
      } else {
        text(http, Replies.METHOD_NOT_ALLOWED, line);
      }
      return;
    }
    if (hasBody(http)) {
      last(http, Replies.BAD_REQUEST, "A request here has no body.");
      return;
    }
    try {
      var host = Objects.requireNonNullElse(http.getHeader(HttpHeaders.HOST), "");
      var request = RequestReader.read(Objects.requireNonNullElse(http.uri(), ""), host);
      var list = catalogue.get();
      if (list.isEmpty()) {
        http.response().putHeader(HttpHeaders.RETRY_AFTER, WAIT_SECONDS);
        text(http, Replies.UNAVAILABLE, "The cache is waiting for its configuration from the hub.");
        return;
      }
      var upstream = list.get().find(request.origin(), request.named());
      if (upstream.isPresent()) {
        answer(ask(http, request, upstream.get()));
      } else {
        refuse(http, request.origin());
      }
    } catch (MalformedRequest e) {
      text(http, Replies.BAD_REQUEST, String.valueOf(e.getMessage()));
    }
  }

  /** A request that is not HTTP: it is answered and its connection closed. */
  void invalid(HttpServerRequest http) {
    var cause = http.decoderResult().cause();
    int status =
        cause instanceof TooLongHttpLineException
            ? Replies.URI_TOO_LONG
            : cause instanceof TooLongHttpHeaderException
                ? Replies.HEADERS_TOO_LARGE
                : Replies.BAD_REQUEST;
    last(http, status, "The request is not HTTP as RFC 9112 has it, or too large.");
  }

  /** Answers and closes the connection: where the next request begins is not sure. */
  private void last(HttpServerRequest http, int status, String line) {
    http.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
    replies.own(http.response(), status, line).onComplete(_ -> http.connection().close());
  }

  /** A body means nothing here, and where it ends is what smugglers make ambiguous. */
  private static boolean hasBody(HttpServerRequest http) {
    var length = http.getHeader(HttpHeaders.CONTENT_LENGTH);
    return http.headers().contains(HttpHeaders.TRANSFER_ENCODING)
        || (length != null && !length.equals("0"));
  }

  private void refuse(HttpServerRequest http, String origin) {
    text(
        http,
        Replies.FORBIDDEN,
        "The host "
            + origin
            + " is not on this cache's list of origins. An administrator can allow it: add it to"
            + " \"origins\" in the cache module's desired properties.");
  }

  private void text(HttpServerRequest http, int status, String line) {
    replies.own(http.response(), status, line);
  }

  private Ask ask(HttpServerRequest http, ContentRequest request, Upstream upstream) {
    var ranges = http.headers().getAll(RANGE);
    var agent = http.getHeader(HttpHeaders.USER_AGENT);
    boolean head = http.method().equals(HttpMethod.HEAD);
    var origin =
        new OriginRequest(
            upstream,
            request.upstreamTarget(),
            false,
            Optional.empty(),
            agent == null ? AGENT : agent);
    var group = upstream.group();
    return new Ask(
        http,
        upstream.key(request),
        group.terms(request.path()),
        origin,
        // A Range header on another method than GET does not count (RFC 9110 section 14.2).
        head || ranges.isEmpty() ? WHOLE : ByteRange.parse(ranges),
        conditions(http),
        head,
        traffic.of(upstream.contentType(request.path())),
        System.nanoTime());
  }

  private static Conditions conditions(HttpServerRequest http) {
    var match = http.getHeader(IF_MATCH);
    var unmodified = http.getHeader(IF_UNMODIFIED_SINCE);
    var noneMatch = http.getHeader(IF_NONE_MATCH);
    var modified = http.getHeader(IF_MODIFIED_SINCE);
    var range = http.getHeader(IF_RANGE);
    return match == null
            && unmodified == null
            && noneMatch == null
            && modified == null
            && range == null
        ? Conditions.NONE
        : new Conditions(
            text(match), text(unmodified), text(noneMatch), text(modified), text(range));
  }

  private static String text(@Nullable String value) {
    return value == null ? "" : value;
  }

  /** Notes, when the head of the answer goes out, how it came about and how long it took. */
  private static void watch(Ask ask) {
    var response = ask.http().response();
    response.headersEndHandler(_ -> {
      var how = Objects.requireNonNullElse(response.headers().get(Replies.X_CACHE), "");
      ask.totals()
          .answered(Result.of(response.getStatusCode(), how), System.nanoTime() - ask.askedNanos());
    });
  }

  private void answer(Ask ask) {
    ask.totals().request();
    watch(ask);
    var ready = hot.find(ask.key());
    if (ready.isPresent() && isReady(ask, ready.get().object())) {
      fromMemory(ask, ready.get());
      return;
    }
    var reader = ready.isPresent() ? Optional.<Reader>empty() : store.find(ask.key());
    if (reader.isEmpty() || !fromFile(ask, reader.get())) {
      delivery.begin(ask);
    }
  }

  /** Whether an object is to be sent as it is: fresh, and the only variant. */
  private static boolean isReady(Ask ask, CachedObject object) {
    return Freshness.isFresh(object, ask.terms(), System.currentTimeMillis())
        && object.meta().header(Variants.VARY).isEmpty();
  }

  private void fromMemory(Ask ask, HotObjects.Hot ready) {
    var response = ask.http().response();
    var meta = ready.object().meta();
    ask.totals().hit();
    if (replies.precondition(ask, meta, XCache.HIT)) {
      return;
    }
    switch (ask.resolve(meta)) {
      case Unsatisfiable _ -> replies.unsatisfiable(ask, meta.length(), XCache.HIT);
      case Span span -> {
        replies.head(ask, ready.described(), span, XCache.HIT);
        if (ask.head()) {
          response.end();
          return;
        }
        ask.totals().hitBytes(span.length());
        response.end(
            span.partial()
                ? ready.body().slice((int) span.start(), (int) span.end())
                : ready.body());
      }
      case Parts parts -> {
        var body = Body.of(parts, meta);
        replies.head(ask, meta, body, XCache.HIT);
        ask.totals().hitBytes(body.contentLength());
        response.end(body.from(ready.body()));
      }
    }
  }

  /**
   * Answers by sendfile, which TLS has none of, if all is here and the object is not one to be
   * taken into memory.
   */
  private boolean fromFile(Ask ask, Reader reader) {
    var meta = reader.object().meta();
    if (meta.length() > HotObjects.LARGEST_BYTES
        && !ask.head()
        && !ask.http().isSSL()
        && !ask.conditions().areAny()
        && isReady(ask, reader.object())
        && ask.resolve(meta) instanceof Span span
        && reader.holds(span.start(), span.end())) {
      var response = ask.http().response();
      replies.head(ask, meta, span, XCache.HIT);
      ask.totals().hit();
      ask.totals().hitBytes(span.length());
      try {
        response
            .sendFile(reader.data(), span.start(), span.length())
            .onComplete(_ -> reader.close());
      } catch (IllegalStateException _) {
        // The client left before its answer began.
        reader.close();
      }
      return true;
    }
    reader.close();
    return false;
  }
}
