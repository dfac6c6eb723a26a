package dev.larder.cache.origin;

import dev.larder.cache.origin.OriginException.Kind;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * An origin's answer, its body read piece by piece by one thread that may wait. Few pieces are
 * held: the origin is read as fast as its reader takes them.
 */
public final class OriginAnswer implements AutoCloseable {
  private static final int PIECES_AHEAD = 8;

  /** Longer than this without a byte and the answer counts as stopped. */
  private static final Duration PATIENCE = Duration.ofSeconds(15);

  private final HttpClientResponse response;
  private final Context context;
  private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
  private final Instant askedAt;
  private final Instant receivedAt = Instant.now();
  private Optional<Event> ready = Optional.empty();
  private boolean ended;

  private sealed interface Event {}

  private record Piece(Buffer bytes) implements Event {}

  private record End() implements Event {}

  private record Broken(String reason) implements Event {}

  /** To be made on the response's own event loop, before it lets a byte through. */
  OriginAnswer(HttpClientResponse response, Instant askedAt) {
    this.response = response;
    this.askedAt = askedAt;
    this.context = Vertx.currentContext();
    response.pause();
    response.exceptionHandler(e -> broken(String.valueOf(e.getMessage())));
    response.endHandler(_ -> events.add(new End()));
    response.handler(bytes -> events.add(new Piece(bytes)));
    response.fetch(PIECES_AHEAD);
  }

  /** When it was asked for. */
  public Instant askedAt() {
    return askedAt;
  }

  /** What had arrived before the break goes first: it is not asked for again. */
  private void broken(String reason) {
    response.fetch(Long.MAX_VALUE);
    context.runOnContext(_ -> events.add(new Broken(reason)));
  }

  /** When its head was here. */
  public Instant receivedAt() {
    return receivedAt;
  }

  public int status() {
    return response.statusCode();
  }

  /** A header's value, empty when there is none. */
  public String header(String name) {
    var value = response.getHeader(name);
    return value == null ? "" : value;
  }

  /** The lines of a list header as one value, empty when there is none. */
  public String list(String name) {
    return String.join(", ", response.headers().getAll(name));
  }

  /** Waits so long at most for what {@link #next} will bring. */
  public boolean isReady(Duration patience) throws OriginException {
    try {
      if (ready.isEmpty()) {
        ready = Optional.ofNullable(events.poll(patience.toNanos(), TimeUnit.NANOSECONDS));
      }
      return ready.isPresent();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new OriginException("The cache is stopping.", Kind.BROKEN);
    }
  }

  /** The next piece of the body; empty at its end. */
  public Optional<Buffer> next() throws OriginException {
    if (!isReady(PATIENCE)) {
      throw new OriginException("The origin stopped sending.", Kind.TIMEOUT);
    }
    var event = ready.orElseThrow();
    ready = Optional.empty();
    return switch (event) {
      case Broken(var reason) ->
          throw new OriginException("The origin's answer broke off: " + reason, Kind.BROKEN);
      case End() -> {
        ended = true;
        yield Optional.empty();
      }
      case Piece(var bytes) -> {
        response.fetch(1);
        yield Optional.of(bytes);
      }
    };
  }

  /** Leaves the rest of the body, if any, unread. */
  @Override
  public void close() {
    if (!ended
        && ready.filter(End.class::isInstance).isEmpty()
        && events.stream().noneMatch(End.class::isInstance)) {
      response.request().reset();
    }
  }
}
