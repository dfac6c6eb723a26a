package dev.larder.cache.serve;

import dev.larder.cache.fill.AnswerHead;
import dev.larder.cache.fill.Tries;
import dev.larder.cache.origin.OriginAnswer;
import dev.larder.cache.origin.OriginException;
import dev.larder.cache.origin.OriginException.Kind;
import dev.larder.cache.origin.Origins;
import dev.larder.cache.request.ByteRange.Span;
import dev.larder.cache.request.ByteRange.Unsatisfiable;
import dev.larder.cache.slice.FetchFailure;
import dev.larder.cache.slice.FetchFailure.Cause;
import dev.larder.cache.slice.ObjectMeta;
import io.vertx.core.http.HttpHeaders;
import java.util.Optional;

/**
 * Serves from the origin without keeping anything: when no drive takes it, or it may not be kept.
 */
final class Direct {
  private final Origins origins;
  private final Replies replies;

  Direct(Origins origins, Replies replies) {
    this.origins = origins;
    this.replies = replies;
  }

  /** Answers a request from its beginning. */
  void relay(Ask ask) throws ClientGone {
    var request = ask.head() ? ask.origin().withHead() : ask.origin().with(ask.range().header());
    var tries = new Tries();
    while (true) {
      try (var answer = origins.ask(request)) {
        var begun = begin(ask, answer);
        if (begun.isPresent()) {
          rest(ask, begun.get());
        }
        return;
      } catch (OriginException e) {
        if (!tries.again(e)) {
          replies.failed(ask.http().response(), failure(e));
          return;
        }
      }
    }
  }

  /** Sends what one answer brings; the answer to the client, if there is more to come. */
  private Optional<Outflow> begin(Ask ask, OriginAnswer answer) throws ClientGone, OriginException {
    return switch (AnswerHead.of(answer)) {
      case AnswerHead.Whole(var meta) -> send(ask, answer, meta, 0);
      case AnswerHead.Part(long start, var meta) -> send(ask, answer, meta, start);
      case AnswerHead.OutOfRange _ -> {
        var range = answer.header("content-range");
        ask.http().response().putHeader(HttpHeaders.CONTENT_RANGE, range);
        yield text(ask, Replies.UNSATISFIABLE, "The range holds no byte of the object.");
      }
      case AnswerHead.Refused(int status) ->
          text(ask, status, "The origin answered " + status + ".");
      case AnswerHead.Unmeasured _ ->
          throw new OriginException("The origin does not say how long the object is.", Kind.BROKEN);
      case AnswerHead.Failing(var detail) -> throw new OriginException(detail, Kind.BROKEN);
    };
  }

  private Optional<Outflow> text(Ask ask, int status, String line) {
    replies.text(ask.http().response(), status, XCache.BYPASS, line);
    return Optional.empty();
  }

  private Optional<Outflow> send(Ask ask, OriginAnswer answer, ObjectMeta meta, long start)
      throws ClientGone {
    var response = ask.http().response();
    switch (Delivery.resolve(ask, meta)) {
      case Unsatisfiable _ -> replies.unsatisfiable(response, meta.length(), XCache.BYPASS);
      case Span span when ask.head() || span.length() == 0 -> {
        replies.head(response, meta, span, XCache.BYPASS);
        response.end();
      }
      case Span span -> {
        var out = new Outflow(response, replies, meta, span, XCache.BYPASS);
        try {
          copy(ask, answer, start, out);
        } catch (OriginException e) {
          // What is missing is asked for by itself.
          return Optional.of(out);
        }
        return Optional.of(out);
      }
    }
    return Optional.empty();
  }

  /** Sends what is yet to be sent of an answer that was begun or is about to be. */
  void rest(Ask ask, Outflow out) throws ClientGone {
    var tries = new Tries();
    while (!out.isDone()) {
      long before = out.position();
      try (var answer = origins.ask(ask.origin().bytes(before, out.span().end()))) {
        copy(ask, answer, start(answer, out), out);
      } catch (OriginException e) {
        if (out.position() > before) {
          tries = new Tries();
        }
        if (!tries.again(e)) {
          end(ask, out, failure(e));
          return;
        }
      }
    }
    out.drain();
  }

  private void end(Ask ask, Outflow out, FetchFailure failure) throws ClientGone {
    if (out.isBegun()) {
      throw new ClientGone(failure.detail());
    }
    replies.failed(ask.http().response(), failure);
  }

  /** Where an answer's body begins; it must be of the very object that was begun. */
  private static long start(OriginAnswer answer, Outflow out) throws ClientGone, OriginException {
    return switch (AnswerHead.of(answer)) {
      case AnswerHead.Part(long start, var meta) -> same(meta, out, start);
      case AnswerHead.Whole(var meta) -> same(meta, out, 0);
      case AnswerHead.Failing(var detail) -> throw new OriginException(detail, Kind.BROKEN);
      case AnswerHead.Refused _, AnswerHead.OutOfRange _, AnswerHead.Unmeasured _ ->
          throw new ClientGone("The origin no longer gives the object.");
    };
  }

  private static long same(ObjectMeta meta, Outflow out, long start) throws ClientGone {
    if (!meta.isSameAs(out.meta()) || start > out.position()) {
      throw new ClientGone("The object is another one at the origin now.");
    }
    return start;
  }

  /** Sends an answer's body, whose first byte is at this position, from where the client is. */
  private static void copy(Ask ask, OriginAnswer answer, long start, Outflow out)
      throws ClientGone, OriginException {
    long at = start;
    while (!out.isDone()) {
      var next = answer.next();
      if (next.isEmpty()) {
        throw new OriginException("The origin's answer ended early.", Kind.BROKEN);
      }
      var piece = next.get();
      ask.totals().originBytes(piece.length());
      int from = Math.clamp(out.position() - at, 0, piece.length());
      int to = Math.clamp(out.span().end() - at, 0, piece.length());
      at += piece.length();
      if (from < to) {
        ask.totals().missBytes(to - from);
        out.send(piece.slice(from, to));
      }
    }
  }

  private static FetchFailure failure(OriginException e) {
    return new FetchFailure(
        e.isTimeout() ? Cause.TIMEOUT : Cause.ORIGIN, String.valueOf(e.getMessage()));
  }
}
