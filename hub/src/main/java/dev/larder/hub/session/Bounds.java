package dev.larder.hub.session;

import dev.larder.hub.wire.Packet;
import dev.larder.hub.wire.Reason;

/** How long the names may be that a client gives; they are parts of what the log keeps. */
public final class Bounds {
  /** MQTT asks for 23 at least (MQTT 5, 3.1.3.1). */
  static final int CLIENT_ID_MAXIMUM_CHARACTERS = 512;

  /** Leaves room in MQTT's 65,535 bytes for what delivery puts in front. */
  static final int TOPIC_MAXIMUM_CHARACTERS = 16_000;

  private Bounds() {}

  /** Why a CONNECT is refused; {@link Reason#SUCCESS} where it is within the bounds. */
  public static Reason check(Packet.Connect connect) {
    if (connect.clientId().length() > CLIENT_ID_MAXIMUM_CHARACTERS) {
      return Reason.CLIENT_IDENTIFIER_NOT_VALID;
    }
    return connect.will().map(will -> isTopic(will.topic())).orElse(true)
        ? Reason.SUCCESS
        : Reason.TOPIC_NAME_INVALID;
  }

  static boolean isTopic(String topic) {
    return topic.length() <= TOPIC_MAXIMUM_CHARACTERS;
  }
}
