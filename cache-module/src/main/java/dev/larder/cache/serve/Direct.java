package dev.larder.cache.serve;

import dev.larder.cache.fill.AnswerHead;
import dev.larder.cache.fill.Tries;
import dev.larder.cache.origin.OriginAnswer;
import dev.larder.cache.origin.OriginException;
import dev.larder.cache.origin.OriginException.Kind;
import dev.larder.cache.origin.Origins;
import dev.larder.cache.request.ByteRange;
import dev.larder.cache.request.ByteRange.Parts;
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

  /**
   * Answers a request from its beginning.
   *
   * @param reason why nothing is kept, in a word or two
   */
  void relay(Ask ask, String reason) throws ClientGone {
    var how = XCache.bypass(reason);
    var request = ask.head() ? ask.origin().withHead() : ask.origin().with(firstRange(ask));
    var tries = new Tries();
    while (true) {
      try (var answer = origins.ask(request)) {
        var begun = begin(ask, answer, how);
        if (begun.isPresent()) {
          rest(ask, begun.get());
        }
        return;
      } catch (OriginException e) {
        if (!tries.again(e)) {
          replies.failed(ask, failure(e));
          return;
        }
      }
    }
  }

  /**
   * What the origin is asked for at first: the range, if it counts whatever the object is; for
   * several ranges a byte, which tells the length.
   */
  private static Optional<String> firstRange(Ask ask) {
    if (!ask.conditions().ifRange().isEmpty()) {
      return Optional.empty();
    }
    var range = ask.range();
    return range instanceof ByteRange.Several
        ? new ByteRange.Between(0, 0).header()
        : range.header();
  }

  /** Sends what one answer brings; the answer to the client, if there is more to come. */
  private Optional<Outflow> begin(Ask ask, OriginAnswer answer, XCache how)
      throws ClientGone, OriginException {
    return switch (AnswerHead.of(answer)) {
      case AnswerHead.Whole(var meta) -> send(ask, answer, meta, 0, how);
      case AnswerHead.Part(long start, var meta) -> send(ask, answer, meta, start, how);
      case AnswerHead.OutOfRange _ -> {
        var range = answer.header("content-range");
        ask.http().response().putHeader(HttpHeaders.CONTENT_RANGE, range);
        yield text(ask, Replies.UNSATISFIABLE, how, "The range holds no byte of the object.");
      }
      case AnswerHead.Refused(int status) ->
          text(ask, status, how, "The origin answered " + status + ".");
      case AnswerHead.Unmeasured _ ->
          throw new OriginException("The origin does not say how long the object is.", Kind.BROKEN);
      case AnswerHead.NotModified _ ->
          throw new OriginException("The origin answered 304 to no condition.", Kind.BROKEN);
      case AnswerHead.Failing(var detail) -> throw new OriginException(detail, Kind.BROKEN);
    };
  }

  private Optional<Outflow> text(Ask ask, int status, XCache how, String line) {
    replies.text(ask, status, how, line);
    return Optional.empty();
  }

  private Optional<Outflow> send(
      Ask ask, OriginAnswer answer, ObjectMeta meta, long start, XCache how) throws ClientGone {
    if (replies.precondition(ask, meta, how)) {
      return Optional.empty();
    }
    return switch (ask.resolve(meta)) {
      case Unsatisfiable _ -> {
        replies.unsatisfiable(ask, meta.length(), how);
        yield Optional.empty();
      }
      case Span span when ask.head() || span.length() == 0 -> {
        replies.head(ask, meta, span, how);
        ask.http().response().end();
        yield Optional.empty();
      }
      case Span span ->
          copied(ask, answer, start, new Outflow(ask, replies, meta, Body.of(span), how));
      case Parts parts ->
          copied(ask, answer, start, new Outflow(ask, replies, meta, Body.of(parts, meta), how));
    };
  }

  /** Sends what an answer brings; what is missing then is asked for by itself. */
  private static Optional<Outflow> copied(Ask ask, OriginAnswer answer, long start, Outflow out)
      throws ClientGone {
    try {
      copy(ask, answer, start, out);
    } catch (OriginException _) {
      // The rest is asked for by itself.
    }
    return Optional.of(out);
  }

  /** Sends what is yet to be sent of an answer that was begun or is about to be. */
  void rest(Ask ask, Outflow out) throws ClientGone {
    var tries = new Tries();
    while (!out.isDone()) {
      long before = out.sent();
      try (var answer = origins.ask(ask.origin().bytes(out.position(), out.span().end()))) {
        copy(ask, answer, start(answer, out), out);
      } catch (OriginException e) {
        if (out.sent() > before) {
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
    replies.failed(ask, failure);
  }

  /** Where an answer's body begins; it must be of the very object that was begun. */
  private static long start(OriginAnswer answer, Outflow out) throws ClientGone, OriginException {
    return switch (AnswerHead.of(answer)) {
      case AnswerHead.Part(long start, var meta) -> same(meta, out, start);
      case AnswerHead.Whole(var meta) -> same(meta, out, 0);
      case AnswerHead.Failing(var detail) -> throw new OriginException(detail, Kind.BROKEN);
      case AnswerHead.Refused _,
          AnswerHead.OutOfRange _,
          AnswerHead.Unmeasured _,
          AnswerHead.NotModified _ ->
          throw new ClientGone("The origin no longer gives the object.");
    };
  }

  private static long same(ObjectMeta meta, Outflow out, long start) throws ClientGone {
    if (!meta.isSameAs(out.meta()) || start > out.position()) {
      throw new ClientGone("The object is another one at the origin now.");
    }
    return start;
  }

  /**
   * Sends an answer's body, whose first byte is at this position, from where the client is to the
   * end of the span that is being sent.
   */
  private static void copy(Ask ask, OriginAnswer answer, long start, Outflow out)
      throws ClientGone, OriginException {
    var span = out.span();
    long at = start;
    while (!out.isDone() && out.span().equals(span)) {
      if (at > out.position()) {
        throw new OriginException(
            "The origin sent other bytes than it was asked for.", Kind.BROKEN);
      }
      var next = answer.next();
      if (next.isEmpty()) {
        throw new OriginException("The origin's answer ended early.", Kind.BROKEN);
      }
      var piece = next.get();
      ask.totals().originBytes(piece.length());
      int from = Math.clamp(out.position() - at, 0, piece.length());
      int to = Math.clamp(span.end() - at, 0, piece.length());
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
