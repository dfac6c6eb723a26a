package dev.larder.cache.serve;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Closes a connection whose client takes too long: with a request's head, between requests, or in
 * taking what is sent. Sits behind the HTTP codec; over HTTP/2 it sees no requests, and what counts
 * is that something moves.
 */
final class Patience extends ChannelDuplexHandler {
  /** From the first byte of a request to the end of its head. */
  private static final Duration HEAD = Duration.ofSeconds(10);

  private static final Duration BETWEEN_REQUESTS = Duration.ofSeconds(75);
  private static final Duration TAKING = Duration.ofMinutes(2);
  private static final Duration LOOK = Duration.ofSeconds(1);

  private final boolean requestsAreSeen;
  private @Nullable Future<?> looks;
  private int answering;
  private boolean headBegun;
  private boolean headCameWhole;
  private long since = System.nanoTime();
  private long takenBytes;

  Patience(boolean requestsAreSeen) {
    this.requestsAreSeen = requestsAreSeen;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    looks =
        context
            .executor()
            .scheduleWithFixedDelay(
                () -> look(context), LOOK.toNanos(), LOOK.toNanos(), TimeUnit.NANOSECONDS);
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext context) {
    stop();
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    stop();
    context.fireChannelInactive();
  }

  private void stop() {
    if (looks != null) {
      looks.cancel(false);
      looks = null;
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (message instanceof HttpRequest) {
      answering++;
      headBegun = false;
      headCameWhole = true;
      since = System.nanoTime();
    } else if (!requestsAreSeen) {
      since = System.nanoTime();
    }
    context.fireChannelRead(message);
  }

  /** Bytes came; if they made no request, they are the beginning of one. */
  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    if (requestsAreSeen && answering == 0 && !headBegun && !headCameWhole) {
      headBegun = true;
      since = System.nanoTime();
    }
    headCameWhole = false;
    context.fireChannelReadComplete();
  }

  @Override
  public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
    if (message instanceof LastHttpContent && answering > 0) {
      answering--;
      since = System.nanoTime();
    }
    var _ = context.write(message, promise);
  }

  private void look(ChannelHandlerContext context) {
    long now = System.nanoTime();
    var buffer = context.channel().unsafe().outboundBuffer();
    if (buffer != null && !buffer.isEmpty()) {
      long taken = buffer.totalPendingWriteBytes() - buffer.currentProgress();
      if (taken != takenBytes) {
        takenBytes = taken;
        since = now;
      }
      closeAfter(TAKING, now, context);
    } else if (headBegun) {
      closeAfter(HEAD, now, context);
    } else if (answering == 0) {
      closeAfter(BETWEEN_REQUESTS, now, context);
    } else {
      since = now;
    }
  }

  private void closeAfter(Duration most, long now, ChannelHandlerContext context) {
    if (now - since > most.toNanos()) {
      var _ = context.close();
    }
  }
}
