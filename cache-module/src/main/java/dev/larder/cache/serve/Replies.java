package dev.larder.cache.serve;

import dev.larder.cache.fill.Opened;
import dev.larder.cache.fresh.Conditions.Outcome;
import dev.larder.cache.request.ByteRange.Span;
import dev.larder.cache.slice.FetchFailure;
import dev.larder.cache.slice.ObjectMeta;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import java.util.Locale;

/** The heads of answers, and whole answers of a line of text. */
final class Replies {
  static final int OK = 200;
  static final int PARTIAL = 206;
  static final int NOT_MODIFIED = 304;
  static final int BAD_REQUEST = 400;
  static final int FORBIDDEN = 403;
  static final int METHOD_NOT_ALLOWED = 405;
  static final int PRECONDITION_FAILED = 412;
  static final int URI_TOO_LONG = 414;
  static final int UNSATISFIABLE = 416;
  static final int HEADERS_TOO_LARGE = 431;
  static final int BAD_GATEWAY = 502;
  static final int UNAVAILABLE = 503;
  static final int GATEWAY_TIMEOUT = 504;

  static final CharSequence X_CACHE = HttpHeaders.createOptimized("X-Cache");
  private static final CharSequence X_CID = HttpHeaders.createOptimized("X-CID");
  private static final CharSequence VIA = HttpHeaders.createOptimized("Via");
  private static final CharSequence SERVER_TIMING = HttpHeaders.createOptimized("Server-Timing");
  private static final CharSequence LARDER = HttpHeaders.createOptimized("1.1 larder");
  private static final CharSequence BYTES = HttpHeaders.createOptimized("bytes");
  private static final CharSequence TEXT = HttpHeaders.createOptimized("text/plain; charset=utf-8");
  private static final double NANOS_IN_MILLI = 1e6;

  private final CharSequence node;

  Replies(String cacheNodeId) {
    this.node = HttpHeaders.createOptimized(cacheNodeId);
  }

  /** Writes the head of an answer with bytes of a known object. */
  void head(Ask ask, ObjectMeta meta, Span span, XCache how) {
    describe(ask, meta, how);
    bounds(ask.http().response(), meta, span);
  }

  /** The same for an object that is ready in memory. */
  void head(Ask ask, Described ready, Span span, XCache how) {
    var response = ask.http().response();
    common(response, how);
    ready.write(response);
    aged(response, ready.meta());
    bounds(response, ready.meta(), span);
  }

  private static void bounds(HttpServerResponse response, ObjectMeta meta, Span span) {
    response.putHeader(HttpHeaders.CONTENT_LENGTH, Long.toString(span.length()));
    if (span.partial()) {
      response.setStatusCode(PARTIAL);
      response.putHeader(HttpHeaders.CONTENT_RANGE, Body.contentRange(span, meta));
    }
  }

  /** Writes the head of an answer with one or several spans of a known object. */
  void head(Ask ask, ObjectMeta meta, Body body, XCache how) {
    if (body.type().isEmpty()) {
      head(ask, meta, body.span(0), how);
      return;
    }
    describe(ask, meta, how);
    ask.http()
        .response()
        .setStatusCode(PARTIAL)
        .putHeader(HttpHeaders.CONTENT_TYPE, body.type().get())
        .putHeader(HttpHeaders.CONTENT_LENGTH, Long.toString(body.length()));
  }

  private void describe(Ask ask, ObjectMeta meta, XCache how) {
    var response = ask.http().response();
    common(ask, how);
    meta.headers().forEach(response::putHeader);
    aged(response, meta);
  }

  private static void aged(HttpServerResponse response, ObjectMeta meta) {
    response.putHeader(HttpHeaders.ACCEPT_RANGES, BYTES);
    response.putHeader(HttpHeaders.AGE, Long.toString(age(meta)));
  }

  private static long age(ObjectMeta meta) {
    return Math.max(0, (System.currentTimeMillis() - meta.receivedAt().toEpochMilli()) / 1_000);
  }

  private void common(Ask ask, XCache how) {
    var response = ask.http().response();
    common(response, how);
    if (how.waits()) {
      double millis = (System.nanoTime() - ask.askedNanos()) / NANOS_IN_MILLI;
      response.putHeader(
          SERVER_TIMING, how.timing() + String.format(Locale.ROOT, ", origin;dur=%.1f", millis));
    }
  }

  private void common(HttpServerResponse response, XCache how) {
    response.putHeader(X_CACHE, how.text());
    response.putHeader(X_CID, node);
    response.putHeader(VIA, LARDER);
    response.putHeader(SERVER_TIMING, how.timing());
  }

  /** Answers a request whose preconditions say so; false when they do not. */
  boolean precondition(Ask ask, ObjectMeta meta, XCache how) {
    return switch (ask.conditions().of(meta)) {
      case Outcome.PROCEED -> false;
      case Outcome.NOT_MODIFIED -> {
        describe(ask, meta, how);
        ask.http().response().setStatusCode(NOT_MODIFIED).end();
        yield true;
      }
      case Outcome.FAILED -> {
        text(ask, PRECONDITION_FAILED, how, "The object is another one than the request names.");
        yield true;
      }
    };
  }

  Future<Void> unsatisfiable(Ask ask, long length, XCache how) {
    ask.http().response().putHeader(HttpHeaders.CONTENT_RANGE, "bytes */" + length);
    return text(
        ask, UNSATISFIABLE, how, "The object has " + length + " bytes; the range holds none.");
  }

  /** An answer of one line for people. */
  Future<Void> text(Ask ask, int status, XCache how, String line) {
    common(ask, how);
    return line(ask.http().response(), status, line);
  }

  /** The cache's own answer of one line to a request that is not for content. */
  Future<Void> own(HttpServerResponse response, int status, String line) {
    common(response, XCache.NONE);
    return line(response, status, line);
  }

  private static Future<Void> line(HttpServerResponse response, int status, String line) {
    return response
        .setStatusCode(status)
        .putHeader(HttpHeaders.CONTENT_TYPE, TEXT)
        .end(line + "\n");
  }

  /** The origin could not be fetched from. */
  Future<Void> failed(Ask ask, FetchFailure failure) {
    int status = failure.cause() == FetchFailure.Cause.TIMEOUT ? GATEWAY_TIMEOUT : BAD_GATEWAY;
    return text(ask, status, XCache.MISS, failure.detail());
  }

  /** The origin refuses, and that is the answer. */
  Future<Void> passed(Ask ask, Opened.Passed passed) {
    common(ask, passed.remembered() ? XCache.HIT : XCache.MISS);
    var response = ask.http().response().setStatusCode(passed.status());
    passed.headers().forEach(response::putHeader);
    return ask.head() ? response.end() : response.end(passed.body());
  }
}
