package dev.larder.cache.serve;

import dev.larder.cache.fill.Opened;
import dev.larder.cache.fill.Openings;
import dev.larder.cache.fresh.Freshness;
import dev.larder.cache.fresh.Judgement;
import dev.larder.cache.slice.ObjectMeta;
import dev.larder.cache.store.Reader;
import java.time.Instant;
import java.util.Optional;

/** Sees to it that what is kept may be served: asks the origin, once for all who wait. */
final class Validation {
  private final Openings openings;

  Validation(Openings openings) {
    this.openings = openings;
  }

  /** What is to be done with a kept object. */
  sealed interface Outcome {}

  /**
   * Serve it.
   *
   * @param how if it is not simply fresh
   */
  record Serve(Optional<XCache> how) implements Outcome {}

  /** It is not the origin's any more, or the origin cannot say. */
  record Instead(Opened opened) implements Outcome {}

  /** Finds out; may wait for the origin. */
  Outcome of(Ask ask, Reader reader) throws InterruptedException {
    var object = reader.object();
    var meta = object.meta();
    var now = Instant.now();
    return switch (Freshness.judge(meta, ask.terms(), now)) {
      case Judgement.Fresh _ -> new Serve(Optional.empty());
      case Judgement.Revalidate(_, boolean onError)
          when onError && Freshness.isInGrace(object, ask.terms(), now) ->
          stale();
      case Judgement.Revalidate(boolean meanwhile, _) when meanwhile -> {
        inTheBackground(ask, reader, meta);
        yield stale();
      }
      case Judgement.Revalidate(_, boolean onError) -> {
        var opened = openings.revalidate(ask.wanted(), reader, meta);
        if (opened instanceof Opened.Failed && onError) {
          Freshness.giveGrace(object, ask.terms(), now);
          yield stale();
        }
        yield opened instanceof Opened.Same
            ? new Serve(Optional.of(XCache.REVALIDATED))
            : new Instead(opened);
      }
    };
  }

  private static Outcome stale() {
    return new Serve(Optional.of(XCache.STALE));
  }

  private void inTheBackground(Ask ask, Reader reader, ObjectMeta meta) {
    if (openings.isAsked(ask.key())) {
      return;
    }
    var own = reader.again();
    Thread.ofVirtual()
        .name("revalidate-" + ask.key())
        .start(() -> {
          try (own) {
            if (openings.revalidate(ask.wanted(), own, meta) instanceof Opened.Failed) {
              Freshness.giveGrace(own.object(), ask.terms(), Instant.now());
            }
          } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
          }
        });
  }
}
