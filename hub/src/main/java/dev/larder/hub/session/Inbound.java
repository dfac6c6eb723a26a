package dev.larder.hub.session;

import dev.larder.hub.wire.Encoder;
import dev.larder.hub.wire.Packet;
import dev.larder.hub.wire.Properties;
import dev.larder.hub.wire.Reason;
import java.util.Optional;

/**
 * PUBLISH and PUBREL of clients: aliases, quotas, duplicates at QoS 2, and the answer that is due
 * (MQTT 5, 3.3.4 and 4.3).
 */
final class Inbound {
  static final int PUBACK = 4;
  static final int PUBREC = 5;
  static final int PUBCOMP = 7;
  static final int FAILURE = Reason.UNSPECIFIED_ERROR.code();

  /**
   * How many QoS 1 and 2 messages a client may have unanswered. One of 3.1.1 cannot be told; from
   * it nothing more is read for a while.
   */
  static final int RECEIVE_MAXIMUM = 1_024;

  static final int RESUME_BELOW = RECEIVE_MAXIMUM / 2;

  /** How many topic aliases a client may use. */
  static final int ALIAS_MAXIMUM = 64;

  private final Parts parts;
  private final Publishing publishing;

  /** What became of a packet: how to answer, or why the connection has to end. */
  sealed interface Verdict {
    record Fine() implements Verdict {}

    record Close(Reason reason, String why) implements Verdict {}
  }

  private static final Verdict FINE = new Verdict.Fine();

  /** What a message takes beside its payload, ample for all but the longest topics. */
  private static final int ROOM_ALLOWANCE_BYTES = 8 << 10;

  Inbound(Parts parts, Publishing publishing) {
    this.parts = parts;
    this.publishing = publishing;
  }

  Verdict publish(Session session, Line line, Packet.Publish packet, long nowMillis) {
    if (packet.qos() > 0 && session.owed().add() > RECEIVE_MAXIMUM && line.isMqtt5()) {
      return new Verdict.Close(
          Reason.RECEIVE_MAXIMUM_EXCEEDED,
          "More than " + RECEIVE_MAXIMUM + " messages are not acknowledged yet");
    }
    // Before all else: a duplicate sets its alias too.
    var topic = topic(session, packet);
    if (topic.isEmpty()) {
      return new Verdict.Close(
          Reason.TOPIC_ALIAS_INVALID,
          "The topic alias stands for nothing, or is above the maximum");
    }
    if (!Bounds.isTopic(topic.get())) {
      return new Verdict.Close(
          Reason.TOPIC_NAME_INVALID,
          "Topics are at most " + Bounds.TOPIC_MAXIMUM_CHARACTERS + " characters here");
    }
    if (packet.qos() == 2 && session.received().get(packet.packetId())) {
      answer(session, PUBREC, packet.packetId(), Reason.SUCCESS);
      session.owed().complete();
      return FINE;
    }
    var verdict = take(session, line, packet, topic.get(), nowMillis);
    session.pauseBeyond(RECEIVE_MAXIMUM);
    return verdict;
  }

  /** The topic, by its alias where there is one; empty when the alias is wrong. */
  private static Optional<String> topic(Session session, Packet.Publish packet) {
    if (packet.properties().isEmpty()) {
      return Optional.of(packet.topic());
    }
    int alias = (int) packet.properties().number(Properties.TOPIC_ALIAS, 0);
    if (alias == 0) {
      return Optional.of(packet.topic());
    }
    if (alias > ALIAS_MAXIMUM) {
      return Optional.empty();
    }
    if (packet.topic().isEmpty()) {
      return Optional.ofNullable(session.alias(alias));
    }
    session.alias(alias, packet.topic());
    return Optional.of(packet.topic());
  }

  /** Whether a message has no room now and soon will. */
  boolean isStrained(Packet.Publish packet, long nowMillis) {
    if (packet.qos() == 0) {
      return false;
    }
    int copies = packet.qos() == 2 ? publishing.copies(packet.topic()) : 1;
    return parts
        .log()
        .isStrained(copies * packet.payload().size() + ROOM_ALLOWANCE_BYTES, nowMillis);
  }

  private Verdict take(
      Session session, Line line, Packet.Publish packet, String topic, long nowMillis) {
    var reason =
        packet.qos() == 2 && session.isLasting()
            ? keptWithItsId(session, packet, topic, nowMillis)
            : publishing.publish(session, packet, topic, nowMillis);
    if (reason.isFailure()) {
      return refused(session, line, packet, reason);
    }
    if (packet.qos() == 2) {
      session.received().set(packet.packetId());
      answer(session, PUBREC, packet.packetId(), reason);
    } else if (packet.qos() == 1) {
      answer(session, PUBACK, packet.packetId(), reason);
    }
    return FINE;
  }

  /** The id and the message become lasting together or not at all. */
  private Reason keptWithItsId(
      Session session, Packet.Publish packet, String topic, long nowMillis) {
    if (!parts.log().together(contentBytes(packet, topic))) {
      return Reason.QUOTA_EXCEEDED;
    }
    try {
      if (!session.exchanges().received(packet.packetId())) {
        return Reason.QUOTA_EXCEEDED;
      }
      var reason = publishing.publish(session, packet, topic, nowMillis);
      if (reason.isFailure()) {
        session.exchanges().released(packet.packetId());
      }
      return reason;
    } finally {
      parts.log().apart();
    }
  }

  /** What a message takes at most. */
  private int contentBytes(Packet.Publish packet, String topic) {
    int properties =
        packet.properties().isEmpty() ? 0 : Encoder.encodeProperties(packet.properties()).length;
    return publishing.copies(topic) * (packet.payload().size() + properties + 3 * topic.length())
        + Integer.BYTES * publishing.takers(topic);
  }

  /** MQTT 3.1.1 has no refusing answer; without one the client sends it again. */
  private Verdict refused(Session session, Line line, Packet.Publish packet, Reason reason) {
    parts.counters().refuse(reason);
    if (packet.qos() == 0) {
      return line.isMqtt5() || reason != Reason.NOT_AUTHORIZED
          ? FINE
          : new Verdict.Close(reason, "Not allowed to publish there");
    }
    if (!line.isMqtt5()) {
      return new Verdict.Close(reason, "Refused, which MQTT 3.1.1 cannot say otherwise");
    }
    answer(session, packet.qos() == 2 ? PUBREC : PUBACK, packet.packetId(), reason);
    return FINE;
  }

  private void answer(Session session, int type, int packetId, Reason reason) {
    parts.commitments().acknowledge(session, type, packetId, reason.code(), parts.log().mark());
  }

  /** The client lets go of a packet id, which then may name another message. */
  void pubRel(Session session, int packetId) {
    boolean known = session.received().get(packetId);
    session.received().clear(packetId);
    if (known && session.isLasting()) {
      session.exchanges().released(packetId);
    }
    answer(session, PUBCOMP, packetId, known ? Reason.SUCCESS : Reason.PACKET_IDENTIFIER_NOT_FOUND);
  }
}
