package dev.larder.cache.fill;

import dev.larder.cache.origin.OriginAnswer;
import dev.larder.cache.origin.OriginException;
import dev.larder.cache.origin.OriginException.Kind;
import dev.larder.cache.origin.OriginRequest;
import dev.larder.cache.origin.Origins;
import dev.larder.cache.slice.Fetch;
import dev.larder.cache.slice.FetchFailure;
import dev.larder.cache.slice.FetchFailure.Cause;
import dev.larder.cache.store.Reader;
import dev.larder.cache.store.SliceWriter;
import dev.larder.cache.traffic.TypeTotals;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.buffer.BufferInternal;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings what fetches claimed, each on a virtual thread of its own that no client's leaving stops.
 * A cut answer is resumed where it broke.
 */
public final class Filler {
  private static final Logger log = LoggerFactory.getLogger(Filler.class);
  private static final String PREFIX = "fill-";

  /** An answer that no range bounds is given up when nobody has read the object for so long. */
  private static final Duration UNWANTED = Duration.ofSeconds(5);

  private final Origins origins;
  private final AtomicInteger running = new AtomicInteger();

  public Filler(Origins origins) {
    this.origins = origins;
  }

  /** Fetches that are being brought now. */
  public int running() {
    return running.get();
  }

  /** When no more comes for so long, readers are told of the little that came. */
  private static final Duration PAUSE = Duration.ofMillis(2);

  /** Ends a fetch early, for a reason. */
  private static final class Stop extends Exception {
    private final transient FetchFailure failure;

    Stop(Cause cause, String detail) {
      super(detail, null, false, false);
      this.failure = new FetchFailure(cause, detail);
    }
  }

  /**
   * Begins.
   *
   * @param reader of the fetch's object; its caller's to close
   * @param first the origin's answer if it is there already, positioned at the fetch's start
   */
  public void begin(
      Reader reader,
      Fetch fetch,
      OriginRequest request,
      TypeTotals totals,
      Optional<OriginAnswer> first) {
    var own = reader.again();
    Thread.ofVirtual()
        .name(PREFIX + fetch.object().id())
        .start(() -> run(own, own.writer(fetch), fetch, request, totals, first));
  }

  private void run(
      Reader reader,
      SliceWriter writer,
      Fetch fetch,
      OriginRequest request,
      TypeTotals totals,
      Optional<OriginAnswer> first) {
    running.incrementAndGet();
    try (reader) {
      fill(reader, writer, fetch, request, totals, first);
    } catch (Stop e) {
      if (e.failure.cause() == Cause.CHANGED) {
        reader.drop();
      }
      log.atWarn()
          .addKeyValue("key", fetch.object().key())
          .addKeyValue("cause", e.failure.cause())
          .addKeyValue("detail", e.failure.detail())
          .log("fetch ended early");
      writer.fail(e.failure);
    } catch (RuntimeException e) {
      log.atError().addKeyValue("key", fetch.object().key()).setCause(e).log("fetch broke");
      writer.fail(new FetchFailure(Cause.ORIGIN, "The cache failed."));
    } finally {
      running.decrementAndGet();
    }
  }

  private void fill(
      Reader reader,
      SliceWriter writer,
      Fetch fetch,
      OriginRequest request,
      TypeTotals totals,
      Optional<OriginAnswer> first)
      throws Stop {
    var tries = new Tries();
    var ready = first;
    while (!fetch.isDone()) {
      long before = writer.position();
      try (var answer =
          ready.isPresent() ? ready.get() : origins.ask(rest(request, writer, fetch))) {
        ready = Optional.empty();
        check(answer, reader, writer, fetch);
        copy(answer, writer, fetch, totals);
      } catch (OriginException e) {
        ready = Optional.empty();
        writer.announce();
        if (writer.position() > before) {
          tries = new Tries();
        }
        if (!tries.again(e)) {
          throw new Stop(
              e.isTimeout() ? Cause.TIMEOUT : Cause.ORIGIN, String.valueOf(e.getMessage()));
        }
      }
    }
  }

  private static OriginRequest rest(OriginRequest request, SliceWriter writer, Fetch fetch) {
    return request.bytes(writer.position(), fetch.end());
  }

  /** Compares the answer's head with the object, so that bytes of two are never mixed. */
  private static void check(OriginAnswer answer, Reader reader, SliceWriter writer, Fetch fetch)
      throws Stop, OriginException {
    var meta = reader.object().meta();
    switch (AnswerHead.of(answer)) {
      case AnswerHead.Part(long start, var now) -> {
        if (!meta.isSameAs(now)) {
          throw new Stop(Cause.CHANGED, "The object is another one at the origin now.");
        }
        if (start != writer.position()) {
          throw new OriginException(
              "The origin sent other bytes than it was asked for.", Kind.BROKEN);
        }
      }
      case AnswerHead.Whole(var now) -> {
        if (!meta.isSameAs(now)) {
          throw new Stop(Cause.CHANGED, "The object is another one at the origin now.");
        }
        writer.widen();
      }
      case AnswerHead.NotModified _ ->
          throw new OriginException("The origin answered 304 to no condition.", Kind.BROKEN);
      case AnswerHead.Unmeasured _, AnswerHead.OutOfRange _ ->
          throw new Stop(Cause.CHANGED, "The object is another one at the origin now.");
      case AnswerHead.Refused(int status) ->
          throw new Stop(Cause.REFUSED, "The origin answered " + status + ".");
      case AnswerHead.Failing(var detail) -> throw new OriginException(detail, Kind.BROKEN);
    }
    if (fetch.object().isGone()) {
      throw new Stop(Cause.CHANGED, "The object was dropped.");
    }
  }

  private static void copy(OriginAnswer answer, SliceWriter writer, Fetch fetch, TypeTotals totals)
      throws Stop, OriginException {
    long wanted = System.nanoTime();
    while (true) {
      if (!answer.isReady(PAUSE)) {
        writer.announce();
      }
      var piece = answer.next();
      if (piece.isEmpty()) {
        if (fetch.isDone()) {
          return;
        }
        throw new OriginException("The origin's answer ended early.", Kind.BROKEN);
      }
      totals.originBytes(piece.get().length());
      if (fetch.isDone()) {
        return;
      }
      write(piece.get(), writer);
      if (fetch.object().isGone()) {
        throw new Stop(Cause.CHANGED, "The object was dropped.");
      }
      if (!fetch.object().isInOneAnswer() || !writer.isUnwanted()) {
        wanted = System.nanoTime();
      } else if (System.nanoTime() - wanted > UNWANTED.toNanos()) {
        throw new Stop(Cause.ORIGIN, "Nobody waits for the rest.");
      }
    }
  }

  private static void write(Buffer piece, SliceWriter writer) throws Stop {
    try {
      writer.write(((BufferInternal) piece).getByteBuf().nioBuffer());
    } catch (IOException e) {
      writer.trouble(e);
      throw new Stop(Cause.STORE, "The drive takes no more: " + e.getMessage());
    }
  }
}
