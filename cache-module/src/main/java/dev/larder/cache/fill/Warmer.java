package dev.larder.cache.fill;

import dev.larder.cache.fill.Openings.Wanted;
import dev.larder.cache.request.ByteRange;
import dev.larder.cache.request.ByteRange.Span;
import dev.larder.cache.slice.Fetch;
import dev.larder.cache.slice.Reach;
import dev.larder.cache.slice.SliceMath;
import dev.larder.cache.store.ContentStore;
import dev.larder.cache.store.Reader;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/**
 * Brings content that no client has asked for yet, by the same openings and fetches as for a
 * client: what is here is not fetched, what is coming is waited for.
 */
public final class Warmer {
  private static final int MOST_OPENINGS = 3;
  private static final int MOST_FAILURES = 3;
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String STOPPED = "it was stopped";
  private static final String CHANGING = "it is another object at every look";

  private final ContentStore store;
  private final Openings openings;
  private final Filler filler;

  public Warmer(ContentStore store, Openings openings, Filler filler) {
    this.store = store;
    this.openings = openings;
    this.filler = filler;
  }

  /** Whom the warming asks and tells. */
  public interface Watch {
    /** Returns when more may be fetched, or when it is over. */
    void admit() throws InterruptedException;

    /**
     * Whether to stop. Nobody interrupts who warms: an interrupted thread closes the files it
     * reads, which others read too.
     */
    boolean isOver();

    /** How many slices may be claimed ahead of what is here. */
    int ahead();

    /** This many bytes are being fetched. */
    void fetching(long bytes);

    /** What is wanted has this length. */
    void measured(long bytes);

    /** This many more of the wanted bytes are here. */
    void here(long bytes);
  }

  /** Brings what is wanted; empty when it is all here, else why it is not. */
  public Optional<String> warm(Wanted wanted, Watch watch) throws InterruptedException {
    boolean measured = false;
    for (int i = 0; i < MOST_OPENINGS; i++) {
      var reader = store.open(wanted.key());
      if (reader.isPresent()) {
        try (var open = reader.get()) {
          if (!(wanted.range().resolve(open.length()) instanceof Span span)) {
            return Optional.of("the object has " + open.length() + " bytes; the range holds none");
          }
          if (!measured) {
            measured = true;
            watch.measured(span.length());
          }
          var problem = new Run(open, wanted, span, watch).bring();
          if (!problem.equals(Optional.of(CHANGING))) {
            return problem;
          }
        }
      }
      watch.admit();
      if (watch.isOver()) {
        return Optional.of(STOPPED);
      }
      var problem = open(wanted, watch);
      if (problem.isPresent()) {
        return problem;
      }
    }
    return Optional.of(CHANGING);
  }

  private Optional<String> open(Wanted wanted, Watch watch) throws InterruptedException {
    return switch (openings.open(wanted)) {
      case Opened.Kept(var slices) -> {
        watch.fetching((long) slices.cardinality() * SliceMath.SLICE_BYTES);
        yield Optional.empty();
      }
      case Opened.Same() -> Optional.empty();
      case Opened.Unkept(var reason) -> Optional.of("it is not kept: " + reason);
      case Opened.Small _ -> Optional.of("the origin does not say how long it is");
      case Opened.Passed passed -> Optional.of("the origin answered " + passed.status());
      case Opened.Failed(var failure) -> Optional.of(failure.detail());
    };
  }

  /** The bringing of a span of one object. */
  private final class Run {
    private final Reader reader;
    private final Wanted wanted;
    private final Span span;
    private final Watch watch;
    private long position;
    private long claimedTo;
    private int failures;
    private Optional<Fetch> awaited = Optional.empty();
    private boolean refused;

    Run(Reader reader, Wanted wanted, Span span, Watch watch) {
      this.reader = reader;
      this.wanted = wanted;
      this.span = span;
      this.watch = watch;
      this.position = span.start();
      this.claimedTo = span.start();
    }

    Optional<String> bring() throws InterruptedException {
      while (position < span.end()) {
        if (watch.isOver()) {
          return Optional.of(STOPPED);
        }
        var problem =
            switch (reader.reach(position, span.end())) {
              case Reach.Ready(long bytes) -> ready(bytes);
              case Reach.Unproven(int slice) -> prove(slice);
              case Reach.Coming(var fetch) -> await(fetch);
              case Reach.Missing() -> missing();
              case Reach.Gone() -> Optional.of(CHANGING);
            };
        if (problem.isPresent()) {
          return problem;
        }
      }
      return Optional.empty();
    }

    private Optional<String> ready(long bytes) {
      position += bytes;
      watch.here(bytes);
      return Optional.empty();
    }

    private Optional<String> prove(int slice) {
      try {
        reader.verify(slice);
        return Optional.empty();
      } catch (IOException e) {
        reader.drop();
        return Optional.of("the drive cannot be read: " + e.getMessage());
      }
    }

    private Optional<String> await(Fetch fetch) throws InterruptedException {
      claimAhead();
      awaited = Optional.of(fetch);
      return reader.await(fetch, position, PATIENCE)
          ? Optional.empty()
          : Optional.of("the origin takes too long");
    }

    private Optional<String> missing() throws InterruptedException {
      var failure = awaited.flatMap(Fetch::failure);
      awaited = Optional.empty();
      if (failure.isPresent() && ++failures >= MOST_FAILURES) {
        return Optional.of(failure.get().detail());
      }
      if (refused) {
        return Optional.of("no drive has room for it");
      }
      claimedTo = position;
      claimAhead();
      return Optional.empty();
    }

    private void claimAhead() throws InterruptedException {
      int ahead = reader.isInOneAnswer() ? 1 : watch.ahead();
      int run = Math.min(ahead, Openings.LONGEST_RUN);
      long window = SliceMath.startOf(SliceMath.sliceOf(position) + ahead);
      long from = Math.max(position, claimedTo);
      long to = Math.min(span.end(), window);
      if (from >= to || (to - from < (long) run * SliceMath.SLICE_BYTES && to < span.end())) {
        return;
      }
      watch.admit();
      if (watch.isOver()) {
        return;
      }
      var claim = reader.claim(from, to, run);
      claimedTo = to;
      refused = claim.refused();
      for (var fetch : claim.fetches()) {
        watch.fetching((long) fetch.slices().cardinality() * SliceMath.SLICE_BYTES);
        filler.begin(reader, fetch, wanted.request(), wanted.totals(), Optional.empty());
      }
    }
  }

  /** A range as the openings want it. */
  public static ByteRange range(long first, Optional<Long> last) {
    return last.<ByteRange>map(end -> new ByteRange.Between(first, end))
        .orElseGet(() -> first == 0 ? new ByteRange.Whole() : new ByteRange.From(first));
  }
}
