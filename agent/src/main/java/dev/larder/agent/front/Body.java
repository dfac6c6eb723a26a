package dev.larder.agent.front;

import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow.Subscription;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * An answer's body, a few kilobytes at a time: no more is read from the line before they are taken.
 * Unlike the JDK's stream it has a limit on silence.
 */
final class Body implements BodySubscriber<Body> {
  private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
  private final CompletableFuture<Subscription> subscription = new CompletableFuture<>();

  private sealed interface Event {
    record Bytes(List<ByteBuffer> buffers) implements Event {}

    record Failed(Throwable cause) implements Event {}

    record End() implements Event {}
  }

  @Override
  public CompletionStage<Body> getBody() {
    return CompletableFuture.completedFuture(this);
  }

  @Override
  public void onSubscribe(Subscription to) {
    subscription.complete(to);
    to.request(1);
  }

  @Override
  public void onNext(List<ByteBuffer> buffers) {
    events.add(new Event.Bytes(List.copyOf(buffers)));
  }

  @Override
  public void onError(Throwable cause) {
    events.add(new Event.Failed(cause));
  }

  @Override
  public void onComplete() {
    events.add(new Event.End());
  }

  /**
   * The next bytes; empty at the end.
   *
   * @param silence how long they may take to come
   */
  Optional<List<ByteBuffer>> next(Duration silence) throws BodyException, InterruptedException {
    return switch (events.poll(silence.toMillis(), TimeUnit.MILLISECONDS)) {
      case null -> throw new BodyException("not a byte has come for " + silence.toSeconds() + " s");
      case Event.Bytes(var buffers) -> Optional.of(buffers);
      case Event.Failed(var cause) -> throw new BodyException(reason(cause), cause);
      case Event.End() -> Optional.empty();
    };
  }

  /** What {@link #next} gave has been dealt with. */
  void goOn() {
    var _ = subscription.thenAccept(to -> to.request(1));
  }

  /** Ends the line too, unless the body has come whole. */
  void cancel() {
    var _ = subscription.thenAccept(Subscription::cancel);
  }

  private static String reason(Throwable cause) {
    var text = cause.getMessage();
    return text == null ? cause.getClass().getSimpleName() : text;
  }
}
