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
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderException;
import java.io.IOException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One client's connection: bytes to packets and packets to bytes. */
final class Connection extends ChannelInboundHandlerAdapter implements Wire {
  private static final Logger log = LoggerFactory.getLogger(Connection.class);

  private static final long HOLD_MAXIMUM_MILLIS = 5_000;

  private final Admission admission;
  private final Turn turn;
  private final Input input;
  private final boolean open;
  private @Nullable ChannelHandlerContext context;
  private @Nullable Output output;
  private @Nullable Session session;
  private @Nullable Packet held;
  private long heldSinceMillis;
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
    this.input = new Input(this, decoder);
    this.open = open;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext added) {
    context = added;
    output = new Output(added, this, turn);
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
    } else {
      input.read(bytes);
    }
  }

  void take(Packet packet) {
    if (session != null) {
      take(session, packet);
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

  private void take(Session from, Packet packet) {
    long now = turn.nowMillis();
    if (admission.broker().isStrained(packet, now)) {
      held = packet;
      heldSinceMillis = now;
      context().channel().config().setAutoRead(false);
      turn.awaitRoom(this);
    } else {
      admission.broker().received(from, packet, now);
    }
    turn.schedule();
  }

  /** There may be room for what was held back; what waited for too long is tried all the same. */
  void roomAgain() {
    var packet = held;
    if (packet == null || session == null) {
      return;
    }
    long now = turn.nowMillis();
    if (now - heldSinceMillis < HOLD_MAXIMUM_MILLIS && admission.broker().isStrained(packet, now)) {
      turn.awaitRoom(this);
      return;
    }
    held = null;
    admission.broker().received(session, packet, now);
    turn.schedule();
    goOn();
  }

  void malformed(MalformedPacketException e) {
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
      level = Math.max(level, input.level());
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
    input.release();
    output().release();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext failing, Throwable cause) {
    boolean ofHandshake =
        cause instanceof DecoderException && cause.getCause() instanceof SSLException;
    if (cause instanceof IOException || ofHandshake) {
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
      goOn();
    }
  }

  private void goOn() {
    if (isReading()) {
      input.readOn();
    }
    if (isReading()) {
      context().channel().config().setAutoRead(true);
    }
  }

  boolean isClosing() {
    return closing;
  }

  /** Whether packets may be taken. */
  boolean isReading() {
    return !closing && !paused && held == null;
  }

  // ---- writing

  @Override
  public int level() {
    return level;
  }

  private Output output() {
    if (output == null) {
      throw new IllegalStateException("Not in a pipeline");
    }
    return output;
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
          output().next(), level, topicUtf8, qos, retain, duplicate, packetId, properties, payload);
    }
  }

  @Override
  public void acknowledge(int type, int packetId, int code) {
    if (!closing) {
      Encoder.acknowledge(output().next(), level, type, packetId, code);
    }
  }

  @Override
  public void send(Packet packet) {
    if (!closing) {
      Encoder.write(output().next(), level, packet);
    }
  }

  @Override
  public boolean isWritable() {
    return output().isWritable();
  }

  /** The end of the turn. */
  void flush() {
    output().flush();
  }

  /** More may be sent; false when there is no one to send it. */
  boolean writable() {
    if (session == null) {
      return false;
    }
    admission.broker().writable(session, turn.nowMillis());
    turn.schedule();
    return true;
  }

  /** Refuses a client that has no session yet. */
  void refuse(Reason reason, String why) {
    var properties =
        level == 5
            ? Properties.of(new Properties.Text(Properties.REASON_STRING, why))
            : Properties.NONE;
    send(new Packet.ConnAck(false, level == 5 ? reason.code() : reason.returnCode(), properties));
    close();
  }

  @Override
  public void close() {
    if (closing) {
      return;
    }
    closing = true;
    session = null;
    if (!output().end()) {
      var _ = context().close();
      return;
    }
    admission.closing(this);
    // A socket that is closed with bytes unread is reset, and the last packet lost with it: what
    // still comes is passed over until the client goes, or the time for it is up.
    context().channel().config().setAutoRead(true);
  }

  void closeNow() {
    closing = true;
    var _ = context().close();
  }
}
