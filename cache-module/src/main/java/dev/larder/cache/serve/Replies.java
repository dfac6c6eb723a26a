package dev.larder.cache.serve;

import dev.larder.cache.request.ByteRange.Span;
import dev.larder.cache.slice.FetchFailure;
import dev.larder.cache.slice.ObjectMeta;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;

/** The heads of answers, and whole answers of a line of text. */
final class Replies {
  static final int OK = 200;
  static final int PARTIAL = 206;
  static final int BAD_REQUEST = 400;
  static final int FORBIDDEN = 403;
  static final int METHOD_NOT_ALLOWED = 405;
  static final int UNSATISFIABLE = 416;
  static final int BAD_GATEWAY = 502;
  static final int UNAVAILABLE = 503;
  static final int GATEWAY_TIMEOUT = 504;

  static final CharSequence X_CACHE = HttpHeaders.createOptimized("X-Cache");
  private static final CharSequence X_CID = HttpHeaders.createOptimized("X-CID");
  private static final CharSequence VIA = HttpHeaders.createOptimized("Via");
  private static final CharSequence LARDER = HttpHeaders.createOptimized("1.1 larder");
  private static final CharSequence BYTES = HttpHeaders.createOptimized("bytes");
  private static final CharSequence TEXT = HttpHeaders.createOptimized("text/plain; charset=utf-8");

  private final CharSequence node;

  Replies(String cacheNodeId) {
    this.node = HttpHeaders.createOptimized(cacheNodeId);
  }

  /** Writes the head of an answer with bytes of a known object. */
  void head(HttpServerResponse response, ObjectMeta meta, Span span, XCache how) {
    common(response, how);
    meta.headers().forEach(response::putHeader);
    response.putHeader(HttpHeaders.ACCEPT_RANGES, BYTES);
    response.putHeader(HttpHeaders.CONTENT_LENGTH, Long.toString(span.length()));
    if (span.partial()) {
      response.setStatusCode(PARTIAL);
      response.putHeader(
          HttpHeaders.CONTENT_RANGE,
          "bytes " + span.start() + "-" + (span.end() - 1) + "/" + meta.length());
    }
  }

  void common(HttpServerResponse response, XCache how) {
    response.putHeader(X_CACHE, how.text());
    response.putHeader(X_CID, node);
    response.putHeader(VIA, LARDER);
  }

  Future<Void> unsatisfiable(HttpServerResponse response, long length, XCache how) {
    response.putHeader(HttpHeaders.CONTENT_RANGE, "bytes */" + length);
    return text(
        response, UNSATISFIABLE, how, "The object has " + length + " bytes; the range holds none.");
  }

  /** An answer of one line for people. */
  Future<Void> text(HttpServerResponse response, int status, XCache how, String line) {
    common(response, how);
    return response
        .setStatusCode(status)
        .putHeader(HttpHeaders.CONTENT_TYPE, TEXT)
        .end(line + "\n");
  }

  /** The origin could not be fetched from. */
  Future<Void> failed(HttpServerResponse response, FetchFailure failure) {
    int status = failure.cause() == FetchFailure.Cause.TIMEOUT ? GATEWAY_TIMEOUT : BAD_GATEWAY;
    return text(response, status, XCache.MISS, failure.detail());
  }
}
