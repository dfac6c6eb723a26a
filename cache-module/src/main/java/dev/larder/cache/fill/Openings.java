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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/**
 * Asks the origin for objects of which nothing is known: once a key, however many clients wait. The
 * first answer's head says what the object is, its body is already the first slices.
 */
public final class Openings {
  /** Slices that one request may ask for: enough to cover a line's round trip. */
  public static final int LONGEST_RUN = 4;

  private static final int PATIENCE_SECONDS = 30;
  private static final int LARGEST_UNMEASURED_BYTES = 16 << 20;
  private static final int LARGEST_REFUSAL_BYTES = 64 << 10;

  private final ContentStore store;
  private final Origins origins;
  private final Filler filler;
  private final ConcurrentHashMap<String, CompletableFuture<Opened>> open =
      new ConcurrentHashMap<>();

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
    var mine = new CompletableFuture<Opened>();
    var others = open.putIfAbsent(wanted.key(), mine);
    if (others != null) {
      return await(others);
    }
    Opened opened = new Opened.Failed(new FetchFailure(Cause.ORIGIN, "The cache failed."));
    try {
      opened = ask(wanted);
    } finally {
      open.remove(wanted.key(), mine);
      mine.complete(opened instanceof Opened.Kept ? new Opened.Kept(new BitSet()) : opened);
    }
    return opened;
  }

  private static Opened await(CompletableFuture<Opened> others) throws InterruptedException {
    try {
      return others.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException _) {
      return new Opened.Failed(new FetchFailure(Cause.TIMEOUT, "The origin takes too long."));
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  private Opened ask(Wanted wanted) {
    var there = store.open(wanted.key());
    if (there.isPresent()) {
      there.get().close();
      return new Opened.Kept(new BitSet());
    }
    var tries = new Tries();
    while (true) {
      try {
        return wanted.head() || wanted.range() instanceof ByteRange.Suffix
            ? measure(wanted)
            : fetch(wanted);
      } catch (OriginException e) {
        if (!tries.again(e)) {
          var cause = e.isTimeout() ? Cause.TIMEOUT : Cause.ORIGIN;
          return new Opened.Failed(new FetchFailure(cause, String.valueOf(e.getMessage())));
        }
      }
    }
  }

  /** Where the first request begins and ends: whole slices of what the client wants. */
  private Opened fetch(Wanted wanted) throws OriginException {
    var range = wanted.range();
    long first =
        switch (range) {
          case ByteRange.From(long from) -> from;
          case ByteRange.Between(long from, _) -> from;
          case ByteRange.Whole _, ByteRange.Suffix _ -> 0;
        };
    long last = range instanceof ByteRange.Between(_, long to) ? to : Long.MAX_VALUE - 1;
    if (first > (long) Integer.MAX_VALUE * SliceMath.SLICE_BYTES) {
      return measure(wanted);
    }
    long start = SliceMath.startOf(SliceMath.sliceOf(first));
    long longest = start + (long) LONGEST_RUN * SliceMath.SLICE_BYTES;
    long end = last >= longest ? longest : SliceMath.startOf(SliceMath.sliceOf(last) + 1);
    var answer = origins.ask(wanted.request().bytes(start, end));
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
              reader -> reader.claim(start, Math.min(end, meta.length()), LONGEST_RUN));
      case AnswerHead.Whole(var meta) -> keep(wanted, meta, answer, Reader::claimWhole);
      case AnswerHead.Unmeasured(var headers) -> {
        var body = collect(answer, wanted.totals(), LARGEST_UNMEASURED_BYTES);
        yield new Opened.Small(new ObjectMeta(body.length(), headers, answer.receivedAt()), body);
      }
      case AnswerHead.OutOfRange _ -> {
        answer.close();
        yield measure(wanted);
      }
      case AnswerHead.Refused(int status) -> refused(status, answer, wanted.totals());
      case AnswerHead.Failing(var detail) -> {
        answer.close();
        throw new OriginException(detail, Kind.BROKEN);
      }
    };
  }

  /** Asks for the head alone: what a HEAD or a suffix range needs first. */
  private Opened measure(Wanted wanted) throws OriginException {
    try (var answer = origins.ask(wanted.request().withHead())) {
      return switch (AnswerHead.of(answer)) {
        case AnswerHead.Whole(var meta) -> keepNothingYet(wanted, meta);
        case AnswerHead.Refused(int status) ->
            new Opened.Passed(status, new HashMap<>(), Buffer.buffer());
        case AnswerHead.Failing(var detail) -> throw new OriginException(detail, Kind.BROKEN);
        case AnswerHead.Part _, AnswerHead.Unmeasured _, AnswerHead.OutOfRange _ ->
            throw new OriginException(
                "The origin does not say how long the object is.", Kind.SETTLED);
      };
    }
  }

  private Opened keepNothingYet(Wanted wanted, ObjectMeta meta) {
    var reader =
        AnswerHead.mayBeKept(meta) ? store.create(wanted.key(), meta) : Optional.<Reader>empty();
    reader.ifPresent(Reader::close);
    return reader.isPresent() ? new Opened.Kept(new BitSet()) : new Opened.Unkept();
  }

  private Opened keep(
      Wanted wanted, ObjectMeta meta, OriginAnswer answer, Function<Reader, Claim> claiming) {
    var created =
        AnswerHead.mayBeKept(meta) ? store.create(wanted.key(), meta) : Optional.<Reader>empty();
    if (created.isEmpty()) {
      answer.close();
      return new Opened.Unkept();
    }
    try (var reader = created.get()) {
      var claim = claiming.apply(reader);
      if (claim.fetches().isEmpty()) {
        answer.close();
        return claim.refused() ? new Opened.Unkept() : new Opened.Kept(new BitSet());
      }
      var fetch = claim.fetches().getFirst();
      var slices = fetch.slices();
      filler.begin(reader, fetch, wanted.request(), wanted.totals(), Optional.of(answer));
      return new Opened.Kept(slices);
    }
  }

  private static Opened refused(int status, OriginAnswer answer, TypeTotals totals)
      throws OriginException {
    var headers = new HashMap<String, String>();
    var type = answer.header("content-type");
    if (!type.isEmpty()) {
      headers.put("content-type", type);
    }
    var body = collect(answer, totals, LARGEST_REFUSAL_BYTES);
    return new Opened.Passed(status, headers, body);
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
