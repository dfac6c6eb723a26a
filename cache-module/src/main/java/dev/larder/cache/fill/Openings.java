package dev.larder.cache.fill;

import dev.larder.cache.origin.OriginAnswer;
import dev.larder.cache.origin.OriginException;
import dev.larder.cache.origin.OriginException.Kind;
import dev.larder.cache.origin.OriginRequest;
import dev.larder.cache.origin.Origins;
import dev.larder.cache.request.ByteRange;
import dev.larder.cache.slice.Claim;
import dev.larder.cache.slice.FetchFailure;
import dev.larder.cache.slice.FetchFailure.Cause;
import dev.larder.cache.slice.ObjectMeta;
import dev.larder.cache.slice.SliceMath;
import dev.larder.cache.store.ContentStore;
import dev.larder.cache.store.Reader;
import dev.larder.cache.traffic.TypeTotals;
import io.vertx.core.buffer.Buffer;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Optional;
import java.util.function.Function;

/**
 * Asks the origin for objects of which nothing is known: once a key, however many clients wait. The
 * first answer's head says what the object is, its body is already the first slices.
 */
public final class Openings {
  /** Slices that one request may ask for: enough to cover a line's round trip. */
  public static final int LONGEST_RUN = 4;

  private static final int LARGEST_UNMEASURED_BYTES = 16 << 20;
  private static final int LARGEST_REFUSAL_BYTES = 64 << 10;

  private static final String NO_DRIVE = "no drive takes it";

  private final ContentStore store;
  private final Origins origins;
  private final Filler filler;
  private final Refusals refusals = new Refusals();
  private final Singly singly = new Singly();

  public Openings(ContentStore store, Origins origins, Filler filler) {
    this.store = store;
    this.origins = origins;
    this.filler = filler;
  }

  /** An object to be opened, and what the first client wants of it. */
  public record Wanted(
      String key, OriginRequest request, ByteRange range, boolean head, TypeTotals totals) {}

  /** Opens, or waits for whoever is opening it; blocks. */
  public Opened open(Wanted wanted) throws InterruptedException {
    return singly.ask(
        wanted,
        () -> {
          var there = store.open(wanted.key());
          if (there.isPresent()) {
            there.get().close();
            return new Opened.Kept(new BitSet());
          }
          return ask(wanted, Optional.empty());
        });
  }

  /**
   * Asks the origin whether a kept object is still the same, or waits for whoever is asking;
   * blocks.
   *
   * @param judged what its freshness was judged by
   */
  public Opened revalidate(Wanted wanted, Reader kept, ObjectMeta judged)
      throws InterruptedException {
    return singly.ask(
        wanted,
        () -> {
          if (kept.object().isGone()) {
            return new Opened.Kept(new BitSet());
          }
          return kept.object().meta().equals(judged)
              ? ask(wanted, Optional.of(kept))
              : new Opened.Same();
        });
  }

  /** Whether somebody is asking for an object now. */
  public boolean isAsked(String key) {
    return singly.isAsked(key);
  }

  private Opened ask(Wanted wanted, Optional<Reader> kept) {
    var refused = refusals.find(wanted, System.nanoTime());
    if (refused.isPresent()) {
      return refused.get();
    }
    var tries = new Tries();
    while (true) {
      try {
        return wanted.head() || wanted.range().leading() instanceof ByteRange.Suffix
            ? measure(wanted, kept)
            : fetch(wanted, kept);
      } catch (OriginException e) {
        if (!tries.again(e)) {
          var cause = e.isTimeout() ? Cause.TIMEOUT : Cause.ORIGIN;
          return new Opened.Failed(new FetchFailure(cause, String.valueOf(e.getMessage())));
        }
      }
    }
  }

  /** The request as it goes to the origin: on condition that it is not what is kept. */
  private static OriginRequest request(Wanted wanted, Optional<Reader> kept) {
    var fields = new HashMap<String, String>();
    if (kept.isPresent()) {
      var meta = kept.get().object().meta();
      if (!meta.header(ObjectMeta.ETAG).isEmpty()) {
        fields.put("If-None-Match", meta.header(ObjectMeta.ETAG));
      }
      if (!meta.header(ObjectMeta.LAST_MODIFIED).isEmpty()) {
        fields.put("If-Modified-Since", meta.header(ObjectMeta.LAST_MODIFIED));
      }
    }
    return wanted.request().with(fields);
  }

  /** Where the first request begins and ends: whole slices of what the client wants. */
  private Opened fetch(Wanted wanted, Optional<Reader> kept) throws OriginException {
    var range = wanted.range().leading();
    long first =
        switch (range) {
          case ByteRange.From(long from) -> from;
          case ByteRange.Between(long from, _) -> from;
          case ByteRange.Whole _, ByteRange.Suffix _, ByteRange.Several _ -> 0;
        };
    long last = range instanceof ByteRange.Between(_, long to) ? to : Long.MAX_VALUE - 1;
    if (first > (long) Integer.MAX_VALUE * SliceMath.SLICE_BYTES) {
      return measure(wanted, kept);
    }
    long start = SliceMath.startOf(SliceMath.sliceOf(first));
    long longest = start + (long) LONGEST_RUN * SliceMath.SLICE_BYTES;
    long end = last >= longest ? longest : SliceMath.startOf(SliceMath.sliceOf(last) + 1);
    var answer = origins.ask(request(wanted, kept).bytes(start, end));
    return switch (AnswerHead.of(answer)) {
      case AnswerHead.Part part when part.start() != start -> {
        answer.close();
        throw new OriginException(
            "The origin sent other bytes than it was asked for.", Kind.BROKEN);
      }
      case AnswerHead.Part(_, var meta) ->
          keep(
              wanted,
              meta,
              answer,
              kept,
              reader -> reader.claim(start, Math.min(end, meta.length()), LONGEST_RUN));
      case AnswerHead.Whole(var meta) -> keep(wanted, meta, answer, kept, Reader::claimWhole);
      case AnswerHead.Unmeasured(var headers) -> {
        kept.ifPresent(Reader::drop);
        var body = collect(answer, wanted.totals(), LARGEST_UNMEASURED_BYTES);
        yield new Opened.Small(new ObjectMeta(body.length(), headers, answer.receivedAt()), body);
      }
      case AnswerHead.NotModified same -> {
        answer.close();
        yield same(kept, same);
      }
      case AnswerHead.OutOfRange _ -> {
        answer.close();
        yield measure(wanted, kept);
      }
      case AnswerHead.Refused(int status) -> refused(wanted, status, answer, kept);
      case AnswerHead.Failing(var detail) -> {
        answer.close();
        throw new OriginException(detail, Kind.BROKEN);
      }
    };
  }

  /** Asks for the head alone: what a HEAD or a suffix range needs first. */
  private Opened measure(Wanted wanted, Optional<Reader> kept) throws OriginException {
    try (var answer = origins.ask(request(wanted, kept).withHead())) {
      return switch (AnswerHead.of(answer)) {
        case AnswerHead.Whole(var meta) -> keepNothingYet(wanted, meta, kept);
        case AnswerHead.NotModified same -> same(kept, same);
        case AnswerHead.Refused(int status) -> refused(wanted, status, answer, kept);
        case AnswerHead.Failing(var detail) -> throw new OriginException(detail, Kind.BROKEN);
        case AnswerHead.Part _, AnswerHead.Unmeasured _, AnswerHead.OutOfRange _ ->
            throw new OriginException(
                "The origin does not say how long the object is.", Kind.SETTLED);
      };
    }
  }

  /** The origin says that what is kept is what it has. */
  private static Opened same(Optional<Reader> kept, AnswerHead.NotModified now)
      throws OriginException {
    if (kept.isEmpty()) {
      throw new OriginException("The origin answered 304 to no condition.", Kind.BROKEN);
    }
    var reader = kept.get();
    return validated(reader, reader.object().meta().refreshed(now.headers(), now.receivedAt()));
  }

  /** What is kept is described anew; if that is of another object, it goes. */
  private static Opened validated(Reader kept, ObjectMeta now) {
    if (AnswerHead.whyNotKept(now).isEmpty() && kept.object().meta().isSameAs(now)) {
      kept.revalidated(now);
      return new Opened.Same();
    }
    kept.drop();
    return new Opened.Kept(new BitSet());
  }

  private static boolean isSame(Optional<Reader> kept, ObjectMeta now) {
    return kept.isPresent() && kept.get().object().meta().isProvenSameAs(now);
  }

  private Opened keepNothingYet(Wanted wanted, ObjectMeta meta, Optional<Reader> kept) {
    if (isSame(kept, meta)) {
      return validated(kept.get(), meta);
    }
    var reason = AnswerHead.whyNotKept(meta);
    if (reason.isPresent()) {
      kept.ifPresent(Reader::drop);
      return refusals.add(wanted, new Opened.Unkept(reason.get()), System.nanoTime());
    }
    var reader = store.create(wanted.key(), meta);
    reader.ifPresent(Reader::close);
    return reader.isPresent() ? new Opened.Kept(new BitSet()) : new Opened.Unkept(NO_DRIVE);
  }

  private Opened keep(
      Wanted wanted,
      ObjectMeta meta,
      OriginAnswer answer,
      Optional<Reader> kept,
      Function<Reader, Claim> claiming) {
    if (isSame(kept, meta)) {
      answer.close();
      return validated(kept.get(), meta);
    }
    var reason = AnswerHead.whyNotKept(meta);
    if (reason.isPresent()) {
      answer.close();
      kept.ifPresent(Reader::drop);
      return refusals.add(wanted, new Opened.Unkept(reason.get()), System.nanoTime());
    }
    var created = store.create(wanted.key(), meta);
    if (created.isEmpty()) {
      answer.close();
      return new Opened.Unkept(NO_DRIVE);
    }
    try (var reader = created.get()) {
      var claim = claiming.apply(reader);
      if (claim.fetches().isEmpty()) {
        answer.close();
        return claim.refused() ? new Opened.Unkept(NO_DRIVE) : new Opened.Kept(new BitSet());
      }
      var fetch = claim.fetches().getFirst();
      var slices = fetch.slices();
      filler.begin(reader, fetch, wanted.request(), wanted.totals(), Optional.of(answer));
      return new Opened.Kept(slices);
    }
  }

  /** The origin's refusal; what it says is not there is not kept any more. */
  private Opened refused(Wanted wanted, int status, OriginAnswer answer, Optional<Reader> kept)
      throws OriginException {
    var headers = new HashMap<String, String>();
    var type = answer.header("content-type");
    if (!type.isEmpty()) {
      headers.put("content-type", type);
    }
    var body = collect(answer, wanted.totals(), LARGEST_REFUSAL_BYTES);
    var passed = new Opened.Passed(wanted.request().target(), status, headers, body, false);
    if (Refusals.isFinal(status)) {
      kept.ifPresent(Reader::drop);
      refusals.add(wanted, passed, System.nanoTime());
    }
    return passed;
  }

  private static Buffer collect(OriginAnswer answer, TypeTotals totals, int most)
      throws OriginException {
    try (answer) {
      var body = Buffer.buffer();
      for (var piece = answer.next(); piece.isPresent(); piece = answer.next()) {
        totals.originBytes(piece.get().length());
        body.appendBuffer(piece.get());
        if (body.length() > most) {
          throw new OriginException(
              "The origin does not say how long the object is.", Kind.SETTLED);
        }
      }
      return body;
    }
  }
}
