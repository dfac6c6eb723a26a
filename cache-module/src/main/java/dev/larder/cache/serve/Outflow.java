package dev.larder.cache.serve;

import dev.larder.cache.request.ByteRange.Span;
import dev.larder.cache.slice.ObjectMeta;
import dev.larder.cache.store.Reader;
import io.netty.buffer.PooledByteBufAllocator;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.internal.buffer.BufferInternal;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The body of one answer on its way to a client, from a thread that may wait. The head goes with
 * the first bytes, so that until then the answer can still be an error. Few pieces are on their way
 * at a time: a slow client holds that much and no more, and nothing where the kernel sends the
 * file.
 */
final class Outflow {
  private static final long PATIENCE_SECONDS = 120;

  /** Pieces on their way: so many that a thread need not wake for each of a quick client's. */
  private static final int MOST_REGIONS = 4;

  private static final int MOST_COPIES = 1;

  /** What the kernel sends in one go: little enough that the slowest client is seen to move. */
  private static final int LONGEST_REGION_BYTES = 256 << 10;

  private final Ask ask;
  private final HttpServerResponse response;
  private final Replies replies;
  private final ObjectMeta meta;
  private final Body body;
  private final XCache how;
  private final Optional<Wire> wire;
  private int number;
  private long position;
  private long sent;
  private boolean done;
  private final ArrayDeque<Future<Void>> pending = new ArrayDeque<>();

  Outflow(Ask ask, Replies replies, ObjectMeta meta, Body body, XCache how) {
    this.ask = ask;
    this.response = ask.http().response();
    this.replies = replies;
    this.meta = meta;
    this.body = body;
    this.how = how;
    this.position = body.span(0).start();
    this.wire = body.count() == 1 ? Wire.of(ask.http()) : Optional.empty();
  }

  /** Where in the object the next byte to be sent is. */
  long position() {
    return position;
  }

  /** How many bytes of the object were sent. */
  long sent() {
    return sent;
  }

  boolean isBegun() {
    return sent > 0;
  }

  boolean isDone() {
    return done;
  }

  ObjectMeta meta() {
    return meta;
  }

  /** The span that is being sent. */
  Span span() {
    return body.span(number);
  }

  /**
   * Sends the next bytes out of the store, at most so many of them, when there is a place for them.
   *
   * @param copied the most bytes to hold if they must be copied
   * @return how many
   */
  int send(Reader reader, long most, int copied) throws ClientGone, IOException {
    if (wire.isEmpty()) {
      return copy(reader, (int) Math.min(most, copied));
    }
    int count = (int) Math.min(most, LONGEST_REGION_BYTES);
    if (begin()) {
      response.writeHead();
    }
    long from = position;
    advance(count);
    reader.wasSent(count);
    var region = wire.get().send(reader.data(), from, count);
    pending.add(done ? region.compose(_ -> response.end()) : region);
    return count;
  }

  /** By way of memory outside the heap, out of which it is encrypted. */
  private int copy(Reader reader, int count) throws ClientGone, IOException {
    var piece = PooledByteBufAllocator.DEFAULT.directBuffer(count, count);
    try {
      reader.read(piece.nioBuffer(0, count), position);
      begin();
    } catch (ClientGone | IOException e) {
      piece.release();
      throw e;
    }
    write(BufferInternal.buffer(piece.writerIndex(count))).onComplete(_ -> piece.release());
    return count;
  }

  /** Sends the next bytes, all of one span, when there is a place for them. */
  void send(Buffer bytes) throws ClientGone {
    begin();
    write(bytes);
  }

  /** Writes bytes with what goes before the first of a span and behind the last of all. */
  private Future<Void> write(Buffer bytes) {
    if (position == span().start() && body.head(number).length() > 0) {
      response.write(body.head(number));
    }
    advance(bytes.length());
    if (done && body.tail().length() == 0) {
      var written = response.end(bytes);
      pending.add(written);
      return written;
    }
    var written = response.write(bytes);
    pending.add(done ? response.end(body.tail()) : written);
    return written;
  }

  /** Waits its turn; true when the head is made and yet to go out. */
  private boolean begin() throws ClientGone {
    await(wire.isPresent() ? MOST_REGIONS - 1 : MOST_COPIES - 1);
    if (response.closed()) {
      throw new ClientGone("client left");
    }
    if (isBegun()) {
      return false;
    }
    replies.head(ask, meta, body, how);
    return true;
  }

  private void advance(int count) {
    position += count;
    sent += count;
    if (position == span().end()) {
      if (number + 1 < body.count()) {
        number++;
        position = span().start();
      } else {
        done = true;
      }
    }
  }

  /** Waits until all is sent. */
  void drain() throws ClientGone {
    await(0);
  }

  /** Waits until no more than so many pieces are on their way. */
  private void await(int most) throws ClientGone {
    while (pending.size() > most) {
      try {
        pending.remove().await(PATIENCE_SECONDS, TimeUnit.SECONDS);
      } catch (TimeoutException _) {
        throw new ClientGone("client takes nothing");
      } catch (Exception e) {
        throw new ClientGone(String.valueOf(e.getMessage()));
      }
    }
  }
}
