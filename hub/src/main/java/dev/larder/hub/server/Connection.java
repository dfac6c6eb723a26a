package dev.larder.hub.server;

import dev.larder.hub.session.Session;
import dev.larder.hub.session.Wire;
import dev.larder.hub.wire.Decoder;
import dev.larder.hub.wire.Encoder;
import dev.larder.hub.wire.MalformedPacketException;
import dev.larder.hub.wire.Packet;
import dev.larder.hub.wire.Properties;
import dev.larder.hub.wire.Reason;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client's connection: bytes to packets and packets to bytes. What is sent in a turn is
 * gathered and leaves as one write at its end.
 */
final class Connection extends ChannelInboundHandlerAdapter implements Wire {
  private static final Logger log = LoggerFactory.getLogger(Connection.class);

  /** What may wait for a client that does not read, bytes. */
  private static final long UNWRITTEN_MAXIMUM_BYTES = 1 << 20;

  /** When all of them together keep more than this waiting, each may keep only a little. */
  private static final long UNWRITTEN_TOTAL_BYTES = 24 << 20;

  private static final long UNWRITTEN_LEAST_BYTES = 16 << 10;
  private static final int FIRST_BYTES = 512;
  private static final int GATHERED_MAXIMUM_BYTES = 256 << 10;

  private final Admission admission;
  private final Turn turn;
  private final Decoder decoder;
  private final boolean open;
  private @Nullable ChannelHandlerContext context;
  private @Nullable ByteBuf unread;
  private @Nullable ByteBuf gathered;
  private @Nullable Session session;
  private long unwrittenBytes;
  private boolean full;
  private boolean paused;
  private boolean closing;
  private int level = 4;

  /**
   * A connection that has not shown yet who it is.
   *
   * @param open whether it came in by the open listener
   */
  Connection(Admission admission, Turn turn, Decoder decoder, boolean open) {
    this.admission = admission;
    this.turn = turn;
    this.decoder = decoder;
    this.open = open;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext added) {
    context = added;
    admission.began(this);
  }

  ChannelHandlerContext context() {
    if (context == null) {
      throw new IllegalStateException("Not in a pipeline");
    }
    return context;
  }

  boolean isOpenListener() {
    return open;
  }

  // ---- reading

  @Override
  public void channelRead(ChannelHandlerContext reading, Object message) {
    var bytes = (ByteBuf) message;
    if (closing) {
      bytes.release();
      return;
    }
    if (unread != null) {
      unread.writeBytes(bytes);
      bytes.release();
      readOn();
    } else {
      read(bytes, false);
    }
  }

  private void readOn() {
    if (unread != null) {
      var bytes = unread;
      unread = null;
      read(bytes, true);
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
      while (!closing && !paused) {
        var packet = decoder.decode(bytes);
        if (packet == null) {
          break;
        }
        take(packet);
      }
      if (!closing && bytes.isReadable()) {
        keep(bytes, own);
      }
    } catch (MalformedPacketException e) {
      malformed(e);
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
    unread = context().alloc().buffer(Math.max(FIRST_BYTES, bytes.readableBytes()));
    unread.writeBytes(bytes);
  }

  private void take(Packet packet) {
    if (session != null) {
      admission.broker().received(session, packet, turn.nowMillis());
      turn.schedule();
    } else if (packet instanceof Packet.Connect connect) {
      level = connect.level();
      // Nothing more is taken until it is known who this is, which mostly is at once.
      paused = true;
      admission.connect(this, connect);
      if (paused) {
        pause();
      }
    } else {
      closeNow();
    }
  }

  private void malformed(MalformedPacketException e) {
    log.atInfo()
        .addKeyValue("from", context().channel().remoteAddress())
        .addKeyValue("session", session)
        .addKeyValue("reason", e.reason())
        .addKeyValue("why", e.getMessage())
        .log("malformed packet");
    if (session != null) {
      admission
          .broker()
          .close(session, e.reason(), String.valueOf(e.getMessage()), turn.nowMillis());
    } else {
      level = Math.max(level, decoder.level());
      admission.malformed(this, level, e.reason());
    }
  }

  /** It is this session's connection from now on. */
  void belongsTo(Session admitted) {
    session = admitted;
  }

  @Override
  public void channelInactive(ChannelHandlerContext inactive) {
    closing = true;
    release();
    admission.ended(this);
    if (session != null) {
      admission.broker().lost(session, turn.nowMillis());
      session = null;
      turn.schedule();
    }
  }

  private void release() {
    if (unread != null) {
      unread.release();
      unread = null;
    }
    if (gathered != null) {
      gathered.release();
      gathered = null;
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext failing, Throwable cause) {
    if (cause instanceof IOException) {
      log.atDebug().addKeyValue("session", session).setCause(cause).log("connection failed");
    } else {
      log.atError().addKeyValue("session", session).setCause(cause).log("connection failed");
    }
    closeNow();
  }

  @Override
  public void pause() {
    paused = true;
    context().channel().config().setAutoRead(false);
  }

  @Override
  public void resume() {
    if (paused && !closing) {
      paused = false;
      readOn();
      if (!paused && !closing) {
        context().channel().config().setAutoRead(true);
      }
    }
  }

  // ---- writing

  @Override
  public int level() {
    return level;
  }

  private ByteBuf out() {
    if (gathered == null) {
      gathered = context().alloc().ioBuffer(FIRST_BYTES);
      turn.schedule(this);
    } else if (gathered.readableBytes() > GATHERED_MAXIMUM_BYTES) {
      write(false);
      gathered = context().alloc().ioBuffer(FIRST_BYTES);
    }
    return gathered;
  }

  @Override
  public void publish(
      byte[] topicUtf8,
      int qos,
      boolean retain,
      boolean duplicate,
      int packetId,
      byte[] properties,
      byte[] payload) {
    if (!closing) {
      Encoder.publish(
          out(), level, topicUtf8, qos, retain, duplicate, packetId, properties, payload);
    }
  }

  @Override
  public void acknowledge(int type, int packetId, int code) {
    if (!closing) {
      Encoder.acknowledge(out(), level, type, packetId, code);
    }
  }

  @Override
  public void send(Packet packet) {
    if (!closing) {
      Encoder.write(out(), level, packet);
    }
  }

  @Override
  public boolean isWritable() {
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
      write(true);
    }
  }

  private void write(boolean flush) {
    var bytes = gathered;
    gathered = null;
    if (bytes == null) {
      return;
    }
    int count = bytes.readableBytes();
    unwrittenBytes += count;
    turn.unwritten(count);
    var written = flush ? context().writeAndFlush(bytes) : context().write(bytes);
    if (written.isDone()) {
      written(count);
    } else {
      written.addListener(_ -> written(count));
    }
  }

  private void written(int count) {
    unwrittenBytes -= count;
    turn.unwritten(-count);
    if (full && unwrittenBytes < UNWRITTEN_MAXIMUM_BYTES / 2 && session != null) {
      full = false;
      admission.broker().writable(session, turn.nowMillis());
      turn.schedule();
    }
  }

  /** Refuses a client that has no session yet. */
  void refuse(Reason reason, String why) {
    var properties =
        level == 5
            ? Properties.of(new Properties.Text(Properties.REASON_STRING, why))
            : Properties.NONE;
    send(new Packet.ConnAck(false, level == 5 ? reason.code() : returnCode(reason), properties));
    close();
  }

  /** The return codes of MQTT 3.1.1, 3.2.2.3. */
  private static int returnCode(Reason reason) {
    return switch (reason) {
      case UNSUPPORTED_PROTOCOL_VERSION -> 1;
      case CLIENT_IDENTIFIER_NOT_VALID -> 2;
      case BAD_USER_NAME_OR_PASSWORD -> 4;
      case NOT_AUTHORIZED, BANNED -> 5;
      default -> 3;
    };
  }

  @Override
  public void close() {
    if (closing) {
      return;
    }
    closing = true;
    session = null;
    if (gathered == null) {
      var _ = context().close();
    } else {
      var last = gathered;
      gathered = null;
      context().writeAndFlush(last).addListener(ChannelFutureListener.CLOSE);
      admission.closing(this);
    }
  }

  void closeNow() {
    closing = true;
    var _ = context().close();
  }
}
