package dev.larder.cache.serve;

import dev.larder.cache.fill.Filler;
import dev.larder.cache.fill.Opened;
import dev.larder.cache.fill.Openings;
import dev.larder.cache.request.ByteRange.Resolved;
import dev.larder.cache.request.ByteRange.Span;
import dev.larder.cache.request.ByteRange.Unsatisfiable;
import dev.larder.cache.slice.FetchFailure;
import dev.larder.cache.slice.ObjectMeta;
import dev.larder.cache.store.ContentStore;
import dev.larder.cache.store.Reader;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.BitSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves what the event loop could not at once: on a virtual thread a request, which may wait for
 * disks, origins and its client.
 */
final class Delivery {
  private static final Logger log = LoggerFactory.getLogger(Delivery.class);
  private static final int MOST_OPENINGS = 3;

  private final ContentStore store;
  private final Openings openings;
  private final Filler filler;
  private final Direct direct;
  private final Replies replies;
  private final HotObjects hot;
  private final ChunkBudget budget = new ChunkBudget();

  Delivery(
      ContentStore store,
      Openings openings,
      Filler filler,
      Direct direct,
      Replies replies,
      HotObjects hot) {
    this.store = store;
    this.openings = openings;
    this.filler = filler;
    this.direct = direct;
    this.replies = replies;
    this.hot = hot;
  }

  /** Begins to serve and returns. */
  void begin(Ask ask) {
    Thread.ofVirtual().name("serve-" + ask.key()).start(() -> run(ask));
  }

  private void run(Ask ask) {
    budget.enter();
    try {
      serve(ask);
    } catch (ClientGone e) {
      log.atDebug()
          .addKeyValue("key", ask.key())
          .addKeyValue("why", e.getMessage())
          .log("answer cut");
      ask.http().connection().close();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      log.atError().addKeyValue("key", ask.key()).setCause(e).log("request broke");
      ask.http().connection().close();
    } finally {
      budget.leave();
    }
  }

  private void serve(Ask ask) throws ClientGone, InterruptedException {
    var own = new BitSet();
    boolean asked = false;
    for (int i = 0; i < MOST_OPENINGS; i++) {
      var reader = store.open(ask.key());
      if (reader.isPresent()) {
        try (var open = reader.get()) {
          if (deliver(ask, open, own, asked)) {
            return;
          }
        }
      }
      asked = true;
      switch (openings.open(ask.wanted())) {
        case Opened.Kept(var slices) -> own = slices;
        case Opened.Unkept() -> {
          direct.relay(ask);
          return;
        }
        case Opened.Small(var meta, var body) -> {
          small(ask, meta, body);
          return;
        }
        case Opened.Passed passed -> {
          pass(ask, passed);
          return;
        }
        case Opened.Failed(var failure) -> {
          replies.failed(ask.http().response(), failure);
          return;
        }
      }
    }
    direct.relay(ask);
  }

  private void pass(Ask ask, Opened.Passed passed) {
    var response = ask.http().response().setStatusCode(passed.status());
    replies.common(response, XCache.MISS);
    passed.headers().forEach(response::putHeader);
    if (ask.head()) {
      response.end();
    } else {
      ask.totals().missBytes(passed.body().length());
      response.end(passed.body());
    }
  }

  private void small(Ask ask, ObjectMeta meta, Buffer body) {
    var response = ask.http().response();
    switch (resolve(ask, meta)) {
      case Unsatisfiable _ -> replies.unsatisfiable(response, meta.length(), XCache.BYPASS);
      case Span span -> {
        replies.head(response, meta, span, XCache.BYPASS);
        ask.totals().missBytes(span.length());
        response.end(body.slice((int) span.start(), (int) span.end()));
      }
    }
  }

  static Resolved resolve(Ask ask, ObjectMeta meta) {
    return ask.rangeFor(meta.header(ObjectMeta.ETAG), meta.header(ObjectMeta.LAST_MODIFIED))
        .resolve(meta.length());
  }

  /** False when the object became another one before a byte of it was sent. */
  private boolean deliver(Ask ask, Reader reader, BitSet own, boolean asked)
      throws ClientGone, InterruptedException {
    var response = ask.http().response();
    var meta = reader.object().meta();
    switch (resolve(ask, meta)) {
      case Unsatisfiable _ ->
          replies.unsatisfiable(response, meta.length(), asked ? XCache.MISS : XCache.HIT);
      case Span span when ask.head() || span.length() == 0 -> {
        replies.head(response, meta, span, asked ? XCache.MISS : XCache.HIT);
        if (!asked) {
          ask.totals().hit();
        }
        response.end();
      }
      case Span span when !asked && reader.holds(span.start(), span.end()) ->
          sendHeld(ask, reader, span);
      case Span span -> {
        var how = asked ? XCache.MISS : before(reader, span);
        return stream(ask, reader, new Outflow(response, replies, meta, span, how), own);
      }
    }
    return true;
  }

  /** What was here of a span before this answer. */
  private static XCache before(Reader reader, Span span) {
    if (reader.keeps(span.start(), span.end())) {
      return XCache.HIT;
    }
    return reader.holdsSome(span.start(), span.end()) ? XCache.PARTIAL : XCache.MISS;
  }

  /** All is here: from memory if the object is small, else by sendfile. */
  private void sendHeld(Ask ask, Reader reader, Span span) throws ClientGone {
    var response = ask.http().response();
    var meta = reader.object().meta();
    replies.head(response, meta, span, XCache.HIT);
    ask.totals().hit();
    ask.totals().hitBytes(span.length());
    try {
      if (meta.length() <= HotObjects.LARGEST_BYTES && reader.holds(0, meta.length())) {
        var body = read(reader, 0, (int) meta.length());
        hot.add(reader.object(), body);
        response.end(body.slice((int) span.start(), (int) span.end()));
      } else {
        response.sendFile(reader.data(), span.start(), span.length()).await();
      }
    } catch (Exception e) {
      throw new ClientGone(String.valueOf(e.getMessage()));
    }
  }

  private static Buffer read(Reader reader, long position, int count) throws IOException {
    var bytes = new byte[count];
    reader.read(ByteBuffer.wrap(bytes), position);
    return Buffer.buffer(bytes);
  }

  private boolean stream(Ask ask, Reader reader, Outflow out, BitSet own)
      throws ClientGone, InterruptedException {
    var source = new Source(reader, filler, ask, own);
    while (!out.isDone()) {
      int most = budget.chunkBytes();
      switch (source.next(out.position(), out.span().end(), most)) {
        case Source.Bytes(var bytes, boolean hit) -> {
          count(ask, bytes.length(), hit);
          out.send(bytes);
        }
        case Source.Elsewhere() -> {
          direct.rest(ask, out);
          return true;
        }
        case Source.Failed(var failure) -> {
          return fail(ask, out, failure);
        }
      }
    }
    if (!source.askedOrigin()) {
      ask.totals().hit();
    }
    out.drain();
    return true;
  }

  private static void count(Ask ask, int bytes, boolean hit) {
    if (hit) {
      ask.totals().hitBytes(bytes);
    } else {
      ask.totals().missBytes(bytes);
    }
  }

  /** Before the first byte an error is an answer; after it, only a cut is honest. */
  private boolean fail(Ask ask, Outflow out, FetchFailure failure) throws ClientGone {
    if (out.isBegun()) {
      throw new ClientGone(failure.detail());
    }
    switch (failure.cause()) {
      case CHANGED -> {
        return false;
      }
      case REFUSED -> direct.relay(ask);
      case ORIGIN, TIMEOUT, STORE -> replies.failed(ask.http().response(), failure);
    }
    return true;
  }
}
