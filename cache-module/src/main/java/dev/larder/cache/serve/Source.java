package dev.larder.cache.serve;

import dev.larder.cache.fill.Filler;
import dev.larder.cache.fill.Openings;
import dev.larder.cache.slice.Fetch;
import dev.larder.cache.slice.FetchFailure;
import dev.larder.cache.slice.FetchFailure.Cause;
import dev.larder.cache.slice.Reach;
import dev.larder.cache.slice.SliceMath;
import dev.larder.cache.store.Reader;
import java.io.IOException;
import java.time.Duration;
import java.util.BitSet;
import java.util.Optional;

/**
 * The bytes of a span in order, for one client: what is here, what others bring, and what this
 * client has brought, a window ahead of where it reads.
 */
final class Source {
  /** Read ahead: enough to keep a line of 20 ms and 1 Gbit/s busy, and never past the span. */
  private static final long WINDOW_BYTES = 12L * SliceMath.SLICE_BYTES;

  /** A fetch fails by itself long before. */
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Reader reader;
  private final Filler filler;
  private final Ask ask;
  private final BitSet own;
  private long claimedTo;
  private boolean refused;
  private boolean askedOrigin;

  Source(Reader reader, Filler filler, Ask ask, BitSet own) {
    this.reader = reader;
    this.filler = filler;
    this.ask = ask;
    this.own = own;
    this.askedOrigin = !own.isEmpty();
  }

  /** What comes next. */
  sealed interface Next {}

  /**
   * So many bytes of one slice can be read.
   *
   * @param hit whether they were here or somebody else had them brought
   */
  record Ready(long bytes, boolean hit) implements Next {}

  /** The store cannot bring them; the origin may. */
  record Elsewhere() implements Next {}

  record Failed(FetchFailure failure) implements Next {}

  boolean askedOrigin() {
    return askedOrigin;
  }

  /** What there is at a position, at least one byte; waits for it. */
  Next next(long position, long end) throws InterruptedException {
    Optional<Fetch> awaited = Optional.empty();
    while (true) {
      claimAhead(position, end);
      switch (reader.reach(position, end)) {
        case Reach.Ready(long bytes) -> {
          int slice = SliceMath.sliceOf(position);
          long left = SliceMath.startOf(slice + 1) - position;
          return new Ready(Math.min(bytes, left), isHit(slice));
        }
        case Reach.Unproven(int slice) -> {
          if (!verify(slice)) {
            return new Elsewhere();
          }
        }
        case Reach.Coming(var fetch) -> {
          awaited = Optional.of(fetch);
          if (!reader.await(fetch, position, PATIENCE)) {
            return new Failed(new FetchFailure(Cause.TIMEOUT, "The origin takes too long."));
          }
        }
        case Reach.Missing() -> {
          var failure = awaited.flatMap(Fetch::failure);
          if (failure.isPresent() && isFinal(failure.get(), position)) {
            return failure.get().cause() == Cause.STORE
                ? new Elsewhere()
                : new Failed(failure.get());
          }
          if (refused) {
            return new Elsewhere();
          }
          awaited = Optional.empty();
          claimedTo = 0;
        }
        case Reach.Gone() -> {
          return new Failed(new FetchFailure(Cause.CHANGED, "The object is another one now."));
        }
      }
    }
  }

  /**
   * Another client's link may have been refused where this client's is good: then it tries its own.
   */
  private boolean isFinal(FetchFailure failure, long position) {
    return failure.cause() != Cause.REFUSED || own.get(SliceMath.sliceOf(position));
  }

  private void claimAhead(long position, long end) {
    long reach = reader.isInOneAnswer() ? 1 : WINDOW_BYTES;
    long slicesEnd = SliceMath.startOf(SliceMath.sliceOf(position)) + reach;
    long to = Math.min(end, slicesEnd);
    boolean nextRun = claimedTo - position < WINDOW_BYTES - runBytes();
    if (to <= claimedTo || !(nextRun || to == end)) {
      return;
    }
    var claim = reader.claim(Math.max(position, claimedTo), to, Openings.LONGEST_RUN);
    claimedTo = to;
    refused = claim.refused();
    for (var fetch : claim.fetches()) {
      own.or(fetch.slices());
      askedOrigin = true;
      filler.begin(reader, fetch, ask.origin(), ask.totals(), Optional.empty());
    }
  }

  private static long runBytes() {
    return (long) Openings.LONGEST_RUN * SliceMath.SLICE_BYTES;
  }

  private boolean verify(int slice) {
    try {
      reader.verify(slice);
      return true;
    } catch (IOException _) {
      reader.drop();
      return false;
    }
  }

  private boolean isHit(int slice) {
    return !own.get(slice) && !(reader.isInOneAnswer() && askedOrigin);
  }
}
