package dev.larder.hub.session;

import dev.larder.common.access.Operation;
import dev.larder.hub.log.Log;
import dev.larder.hub.log.MessageQueue;
import dev.larder.hub.message.Kept;
import dev.larder.hub.message.Payload;
import dev.larder.hub.wire.Encoder;
import dev.larder.hub.wire.Packet;
import dev.larder.hub.wire.Properties;
import dev.larder.hub.wire.Reason;
import dev.larder.hub.wire.Utf8;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Takes a message that was published, and gives it to all who subscribe to its topic. */
final class Publishing {
  private static final Payload NOTHING = Payload.of(new byte[0]);

  private final Parts parts;
  private final Subscriptions subscriptions;
  private final Retained retained;
  private final Permissions permissions;
  private final Desk desk;
  private long timeToLiveMillis;
  private @Nullable MessageQueue[] queues = new @Nullable MessageQueue[16];

  Publishing(
      Parts parts,
      Subscriptions subscriptions,
      Retained retained,
      Permissions permissions,
      Desk desk) {
    this.parts = parts;
    this.subscriptions = subscriptions;
    this.retained = retained;
    this.permissions = permissions;
    this.desk = desk;
  }

  /**
   * How long messages wait at most.
   *
   * @param millis 0 for as long as there is room
   */
  void timeToLive(long millis) {
    timeToLiveMillis = millis;
  }

  /** Takes a client's message; a failure refuses it whole. */
  Reason publish(Session from, Packet.Publish packet, String topic, long nowMillis) {
    parts.counters().received++;
    if (desk.owns(topic)) {
      return desk.publish(from, packet, topic, nowMillis);
    }
    if (!from.wasPermitted(topic)) {
      if (!from.grants(permissions).allows(Operation.PUBLISH, topic)) {
        return Reason.NOT_AUTHORIZED;
      }
      from.permitted(topic);
    }
    var properties = packet.properties();
    if (!properties.isEmpty()
        && properties.number(Properties.PAYLOAD_FORMAT_INDICATOR, 0) == 1
        && !Utf8.isValid(packet.payload().bytes())) {
      return Reason.PAYLOAD_FORMAT_INVALID;
    }
    var message = kept(from.identity().name(), packet, topic, nowMillis);
    if (!packet.retain()) {
      return distribute(message, from, nowMillis);
    }
    if (!retained.hasRoom(message)) {
      return Reason.QUOTA_EXCEEDED;
    }
    var reason = distribute(message, from, nowMillis);
    if (!reason.isFailure() && !retained.set(message, expiryMillis(packet, nowMillis))) {
      return Reason.QUOTA_EXCEEDED;
    }
    return reason;
  }

  /** A client's will, which it was allowed to publish when it connected. */
  Reason publishWill(Session from, Packet.Will will, long nowMillis) {
    var packet =
        new Packet.Publish(
            will.topic(),
            will.qos(),
            will.retain(),
            false,
            0,
            will.payload(),
            will.properties().without(Properties.WILL_DELAY_INTERVAL));
    return publish(from, packet, will.topic(), nowMillis);
  }

  /** How many times a message is kept at most: once for its queues and, retained, for its topic. */
  int copies(String topic) {
    return desk.owns(topic) ? desk.copies() : 2;
  }

  /** How many sessions and groups a message of a topic may go to. */
  int takers(String topic) {
    if (desk.owns(topic)) {
      return 0;
    }
    var fanout = subscriptions.of(topic);
    return fanout.targets().size() + fanout.groups().size();
  }

  private Kept kept(String sender, Packet.Publish packet, String topic, long nowMillis) {
    var properties = packet.properties();
    var bytes = NOTHING;
    if (!properties.isEmpty()) {
      bytes = Payload.of(Encoder.encodeProperties(properties.without(Properties.TOPIC_ALIAS)));
    }
    long expiry = expiryMillis(packet, nowMillis);
    if (timeToLiveMillis > 0) {
      long latest = nowMillis + timeToLiveMillis;
      expiry = expiry == Kept.NEVER ? latest : Math.min(expiry, latest);
    }
    return new Kept(
        sender,
        nowMillis,
        expiry,
        topic,
        packet.qos(),
        packet.retain() ? Kept.Retain.PUBLISHED : Kept.Retain.NO,
        bytes,
        packet.payload());
  }

  /** When its publisher wants it gone; {@link Kept#NEVER} for never. */
  private static long expiryMillis(Packet.Publish packet, long nowMillis) {
    long seconds =
        packet.properties().isEmpty()
            ? -1
            : packet.properties().number(Properties.MESSAGE_EXPIRY_INTERVAL, -1);
    return seconds < 0 ? Kept.NEVER : nowMillis + seconds * 1_000;
  }

  private Reason distribute(Kept message, Session from, long nowMillis) {
    var fanout = subscriptions.of(message.topic());
    if (fanout.isEmpty()) {
      parts.counters().withoutTaker++;
      return message.qos() == 0 ? Reason.SUCCESS : Reason.NO_MATCHING_SUBSCRIBERS;
    }
    if (message.qos() > 0) {
      int count = gather(fanout, from);
      if (count > 0 && parts.log().append(message, queues, count, nowMillis) == Log.NO_ROOM) {
        return Reason.QUOTA_EXCEEDED;
      }
    }
    deliver(fanout, message, from, nowMillis);
    return Reason.SUCCESS;
  }

  /** The queues of those who want it at QoS 1 or 2. */
  private int gather(Fanout fanout, Session from) {
    int most = fanout.targets().size() + fanout.groups().size();
    if (queues.length < most) {
      queues = Arrays.copyOf(queues, 2 * most);
    }
    int count = 0;
    for (var target : fanout.targets()) {
      var grant = grant(target, from);
      if (grant != null && grant.qos() > 0) {
        queues[count++] = target.session().own().queue;
      }
    }
    for (var group : fanout.groups()) {
      queues[count++] = group.queue();
    }
    return count;
  }

  private static @Nullable Grant grant(Fanout.Target target, Session from) {
    return target.session() == from ? target.own() : target.grant();
  }

  private void deliver(Fanout fanout, Kept message, Session from, long nowMillis) {
    boolean kept = message.qos() > 0;
    for (var target : fanout.targets()) {
      var grant = grant(target, from);
      if (grant == null) {
        continue;
      }
      var outbound = target.session().outbound();
      if (kept && grant.qos() > 0) {
        outbound.pump(nowMillis);
      } else {
        outbound.sendNow(message, fanout.topicUtf8().bytes, grant, nowMillis);
      }
    }
    for (var group : fanout.groups()) {
      if (kept) {
        group.dispatch(nowMillis);
      } else if (!group.sendNow(message, fanout.topicUtf8().bytes, nowMillis)) {
        parts.counters().withoutTaker++;
      }
    }
  }
}
