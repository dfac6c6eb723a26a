package dev.larder.hub.server;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;
import org.jspecify.annotations.Nullable;

/**
 * What goes to one client: it is gathered in a turn, leaves as one write at its end, and is counted
 * until the socket has taken it.
 */
final class Output {
  /** What may wait for a client that does not read, bytes. */
  private static final long UNWRITTEN_MAXIMUM_BYTES = 1 << 20;

  /** When all of them together keep more than this waiting, each may keep only a little. */
  private static final long UNWRITTEN_TOTAL_BYTES = 24 << 20;

  private static final long UNWRITTEN_LEAST_BYTES = 16 << 10;
  private static final int FIRST_BYTES = 512;
  private static final int GATHERED_MAXIMUM_BYTES = 256 << 10;

  private final ChannelHandlerContext context;
  private final Connection connection;
  private final Turn turn;
  private @Nullable ByteBuf gathered;
  private long unwrittenBytes;
  private boolean full;

  Output(ChannelHandlerContext context, Connection connection, Turn turn) {
    this.context = context;
    this.connection = connection;
    this.turn = turn;
  }

  /** Where the next packet is to be put. */
  ByteBuf next() {
    if (gathered == null) {
      gathered = context.alloc().ioBuffer(FIRST_BYTES);
      turn.schedule(connection);
    } else if (gathered.readableBytes() > GATHERED_MAXIMUM_BYTES) {
      write(gathered, false);
      gathered = context.alloc().ioBuffer(FIRST_BYTES);
    }
    return gathered;
  }

  /** Whether more may be put; once it was not, the connection is told when it is again. */
  boolean isWritable() {
    long waits = unwrittenBytes + (gathered == null ? 0 : gathered.readableBytes());
    boolean writable =
        waits < UNWRITTEN_MAXIMUM_BYTES
            && (waits < UNWRITTEN_LEAST_BYTES || turn.unwrittenBytes() < UNWRITTEN_TOTAL_BYTES);
    full |= !writable;
    return writable;
  }

  /** The end of the turn. */
  void flush() {
    if (gathered != null) {
      var bytes = gathered;
      gathered = null;
      write(bytes, true);
    }
  }

  /**
   * Writes what is gathered without waiting for the turn's end, and then ends this side of the
   * connection; false when there is nothing to write.
   */
  boolean end() {
    var last = gathered;
    gathered = null;
    if (last == null) {
      return false;
    }
    context.writeAndFlush(last).addListener(_ -> shutDown());
    return true;
  }

  private void shutDown() {
    var channel = context.channel();
    var tls = context.pipeline().get(SslHandler.class);
    if (tls != null) {
      var _ = tls.closeOutbound();
    }
    if (channel instanceof DuplexChannel duplex) {
      var _ = duplex.shutdownOutput();
    } else {
      var _ = channel.close();
    }
  }

  void release() {
    if (gathered != null) {
      gathered.release();
      gathered = null;
    }
  }

  private void write(ByteBuf bytes, boolean flush) {
    int count = bytes.readableBytes();
    unwrittenBytes += count;
    turn.unwritten(count);
    var written = flush ? context.writeAndFlush(bytes) : context.write(bytes);
    if (written.isDone()) {
      written(count);
    } else {
      written.addListener(_ -> written(count));
    }
  }

  private void written(int count) {
    unwrittenBytes -= count;
    turn.unwritten(-count);
    if (full && unwrittenBytes < UNWRITTEN_MAXIMUM_BYTES / 2) {
      full = !connection.writable();
    }
  }
}
