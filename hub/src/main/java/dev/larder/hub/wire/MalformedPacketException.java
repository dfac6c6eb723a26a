package dev.larder.hub.wire;

/**
 * Bytes that are no packet the peer may send. The connection is to be closed; whether the reason is
 * told first is the caller's to decide (MQTT 5, 4.13). It has no stack trace: on hostile input it
 * is an expected outcome.
 */
public final class MalformedPacketException extends Exception {
  private final Reason reason;

  public MalformedPacketException(Reason reason, String why) {
    super(why, null, false, false);
    this.reason = reason;
  }

  /** The code to close with. */
  public Reason reason() {
    return reason;
  }

  static MalformedPacketException malformed(String why) {
    return new MalformedPacketException(Reason.MALFORMED_PACKET, why);
  }

  static MalformedPacketException protocolError(String why) {
    return new MalformedPacketException(Reason.PROTOCOL_ERROR, why);
  }
}
