package dev.larder.hub.server;

import dev.larder.hub.wire.Decoder;
import dev.larder.hub.wire.MalformedPacketException;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** What comes from one client: bytes, of which packets are taken while its connection reads. */
final class Input {
  private static final int FIRST_BYTES = 512;

  private final Connection connection;
  private final Decoder decoder;
  private @Nullable ByteBuf unread;

  Input(Connection connection, Decoder decoder) {
    this.connection = connection;
    this.decoder = decoder;
  }

  /** The protocol level of the client's CONNECT, as far as it was understood. */
  int level() {
    return decoder.level();
  }

  /** Takes over bytes that came. */
  void read(ByteBuf bytes) {
    if (unread != null) {
      unread.writeBytes(bytes);
      bytes.release();
      readOn();
    } else {
      read(bytes, false);
    }
  }

  /** Takes packets off what was not read before. */
  void readOn() {
    if (unread != null) {
      var bytes = unread;
      unread = null;
      read(bytes, true);
    }
  }

  void release() {
    if (unread != null) {
      unread.release();
      unread = null;
    }
  }

  /**
   * Takes packets off the bytes until they are used up, and keeps the rest.
   *
   * @param own whether the buffer is this connection's, which may be kept as it is
   */
  @SuppressWarnings("ReferenceEquality") // A buffer of the same content is another buffer.
  private void read(ByteBuf bytes, boolean own) {
    try {
      while (connection.isReading()) {
        var packet = decoder.decode(bytes);
        if (packet == null) {
          break;
        }
        connection.take(packet);
      }
      if (!connection.isClosing() && bytes.isReadable()) {
        keep(bytes, own);
      }
    } catch (MalformedPacketException e) {
      connection.malformed(e);
    } finally {
      if (bytes != unread) {
        bytes.release();
      }
    }
  }

  /** A buffer of its own, so that a few bytes do not hold a large one. */
  private void keep(ByteBuf bytes, boolean own) {
    if (own) {
      unread = bytes.discardReadBytes();
      return;
    }
    unread = connection.context().alloc().buffer(Math.max(FIRST_BYTES, bytes.readableBytes()));
    unread.writeBytes(bytes);
  }
}
