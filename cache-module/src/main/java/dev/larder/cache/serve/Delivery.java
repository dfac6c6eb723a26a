package dev.larder.cache.serve;

import dev.larder.cache.fill.Filler;
import dev.larder.cache.fill.Opened;
import dev.larder.cache.fill.Openings;
import dev.larder.cache.fresh.Variants;
import dev.larder.cache.request.ByteRange.Parts;
import dev.larder.cache.request.ByteRange.Span;
import dev.larder.cache.request.ByteRange.Unsatisfiable;
import dev.larder.cache.slice.FetchFailure;
import dev.larder.cache.slice.ObjectMeta;
import dev.larder.cache.store.ContentStore;
import dev.larder.cache.store.Reader;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpVersion;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.Optional;
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
  private final Validation validation;
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
    this.validation = new Validation(openings);
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
      cut(ask);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      log.atError().addKeyValue("key", ask.key()).setCause(e).log("request broke");
      cut(ask);
    } finally {
      budget.leave();
    }
  }

  /** Over HTTP/2 other answers share the connection. */
  private static void cut(Ask ask) {
    if (ask.http().version() == HttpVersion.HTTP_2) {
      ask.http().response().reset();
    } else {
      ask.http().connection().close();
    }
  }

  /** TLS has no sendfile: large bodies go in pieces, as if they were being fetched. */
  private static boolean bySendfile(Ask ask, ObjectMeta meta) {
    return !ask.http().isSSL() || meta.length() <= HotObjects.LARGEST_BYTES;
  }

  private void serve(Ask ask) throws ClientGone, InterruptedException {
    var own = new BitSet();
    boolean asked = false;
    for (int i = 0; i < MOST_OPENINGS; i++) {
      var opened = answer(ask, own, asked);
      if (opened.isEmpty()) {
        return;
      }
      asked = true;
      switch (opened.get()) {
        case Opened.Kept(var slices) -> own = slices;
        case Opened.Same() -> {}
        case Opened.Unkept(var reason) -> {
          direct.relay(ask, reason);
          return;
        }
        case Opened.Small(var meta, var body) -> {
          small(ask, meta, body);
          return;
        }
        case Opened.Passed passed -> {
          ask.totals().missBytes(ask.head() ? 0 : passed.body().length());
          replies.passed(ask, passed);
          return;
        }
        case Opened.Failed(var failure) -> {
          replies.failed(ask, failure);
          return;
        }
      }
    }
    direct.relay(ask, "changing");
  }

  /** Answers from the store; if that cannot be, what asking the origin came to. */
  private Optional<Opened> answer(Ask ask, BitSet own, boolean asked)
      throws ClientGone, InterruptedException {
    var reader = store.open(ask.key());
    if (reader.isEmpty()) {
      return Optional.of(openings.open(ask.wanted()));
    }
    try (var open = reader.get()) {
      var meta = open.object().meta();
      if (ask.isForAnother(meta)) {
        direct.relay(ask.forVariant(meta), Variants.VARY);
        return Optional.empty();
      }
      // What was asked for just now is good for this answer, however short its freshness.
      var validity = asked ? new Validation.Serve(Optional.empty()) : validation.of(ask, open);
      return switch (validity) {
        case Validation.Instead(var opened) -> Optional.of(opened);
        case Validation.Serve(var how) ->
            deliver(ask, open, own, new Start(asked, how))
                ? Optional.empty()
                : Optional.of(new Opened.Kept(new BitSet()));
      };
    }
  }

  /**
   * How an answer began.
   *
   * @param asked whether the origin was asked for the object just now
   * @param standing if what was here was not simply fresh
   */
  private record Start(boolean asked, Optional<XCache> standing) {
    /** What the answer is called if all of it was here. */
    XCache held() {
      return standing.orElse(asked ? XCache.MISS : XCache.HIT);
    }

    /** What it is called, by what was here of a span. */
    XCache of(Reader reader, Span span) {
      if (asked || reader.keeps(span.start(), span.end())) {
        return held();
      }
      return reader.holdsSome(span.start(), span.end()) ? XCache.PARTIAL : XCache.MISS;
    }
  }

  private void small(Ask ask, ObjectMeta meta, Buffer content) {
    var how = XCache.bypass("no length");
    if (replies.precondition(ask, meta, how)) {
      return;
    }
    switch (ask.resolve(meta)) {
      case Unsatisfiable _ -> replies.unsatisfiable(ask, meta.length(), how);
      case Span span -> send(ask, meta, Body.of(span), content, how);
      case Parts parts -> send(ask, meta, Body.of(parts, meta), content, how);
    }
  }

  private void send(Ask ask, ObjectMeta meta, Body body, Buffer content, XCache how) {
    replies.head(ask, meta, body, how);
    ask.totals().missBytes(body.contentLength());
    ask.http().response().end(body.from(content));
  }

  /** False when the object became another one before a byte of it was sent. */
  private boolean deliver(Ask ask, Reader reader, BitSet own, Start start)
      throws ClientGone, InterruptedException {
    var meta = reader.object().meta();
    if (replies.precondition(ask, meta, start.held())) {
      return true;
    }
    switch (ask.resolve(meta)) {
      case Unsatisfiable _ -> replies.unsatisfiable(ask, meta.length(), start.held());
      case Span span when ask.head() || span.length() == 0 -> {
        replies.head(ask, meta, span, start.held());
        if (!start.asked()) {
          ask.totals().hit();
        }
        ask.http().response().end();
      }
      case Span span
          when !start.asked() && bySendfile(ask, meta) && reader.holds(span.start(), span.end()) ->
          sendHeld(ask, reader, span, start.held());
      case Span span -> {
        var how = start.of(reader, span);
        return stream(ask, reader, new Outflow(ask, replies, meta, Body.of(span), how), own);
      }
      case Parts parts -> {
        var how = start.of(reader, parts.spans().getFirst());
        var body = Body.of(parts, meta);
        return stream(ask, reader, new Outflow(ask, replies, meta, body, how), own);
      }
    }
    return true;
  }

  /** All is here: from memory if the object is small, else by sendfile. */
  private void sendHeld(Ask ask, Reader reader, Span span, XCache how) throws ClientGone {
    var response = ask.http().response();
    var meta = reader.object().meta();
    replies.head(ask, meta, span, how);
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
      switch (source.next(out.position(), out.span().end())) {
        case Source.Ready(long bytes, boolean hit) -> {
          try {
            count(ask, out.send(reader, bytes, budget.chunkBytes()), hit);
          } catch (IOException _) {
            reader.drop();
            direct.rest(ask, out);
            return true;
          }
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
      case REFUSED -> direct.relay(ask, "refused");
      case ORIGIN, TIMEOUT, STORE -> replies.failed(ask, failure);
    }
    return true;
  }
}
