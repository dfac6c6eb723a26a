package dev.larder.cache.serve;

import dev.larder.cache.request.ByteRange.Span;
import dev.larder.cache.slice.ObjectMeta;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The body of one answer on its way to a client, from a thread that may wait. The head goes with
 * the first bytes, so that until then the answer can still be an error. One piece is on its way at
 * a time: a slow client holds that much and no more.
 */
final class Outflow {
  private static final long PATIENCE_SECONDS = 120;

  private final HttpServerResponse response;
  private final Replies replies;
  private final ObjectMeta meta;
  private final Span span;
  private final XCache how;
  private long position;
  private Future<Void> last = Future.succeededFuture();

  Outflow(HttpServerResponse response, Replies replies, ObjectMeta meta, Span span, XCache how) {
    this.response = response;
    this.replies = replies;
    this.meta = meta;
    this.span = span;
    this.how = how;
    this.position = span.start();
  }

  long position() {
    return position;
  }

  boolean isBegun() {
    return position > span.start();
  }

  boolean isDone() {
    return position == span.end();
  }

  ObjectMeta meta() {
    return meta;
  }

  Span span() {
    return span;
  }

  /** Sends the next bytes when those before are sent. */
  void send(Buffer bytes) throws ClientGone {
    drain();
    if (response.closed()) {
      throw new ClientGone("client left");
    }
    if (!isBegun()) {
      replies.head(response, meta, span, how);
    }
    position += bytes.length();
    last = isDone() ? response.end(bytes) : response.write(bytes);
  }

  /** Waits until all is sent. */
  void drain() throws ClientGone {
    try {
      last.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException _) {
      throw new ClientGone("client takes nothing");
    } catch (Exception e) {
      throw new ClientGone(String.valueOf(e.getMessage()));
    }
  }
}
