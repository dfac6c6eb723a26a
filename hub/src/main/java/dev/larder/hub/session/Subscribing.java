package dev.larder.hub.session;

import dev.larder.common.access.Operation;
import dev.larder.hub.log.MessageQueue;
import dev.larder.hub.message.Kept;
import dev.larder.hub.wire.Packet;
import dev.larder.hub.wire.Properties;
import dev.larder.hub.wire.Reason;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongConsumer;

/** SUBSCRIBE and UNSUBSCRIBE (MQTT 5, 3.8 and 3.10), shared subscriptions among them. */
final class Subscribing {
  static final int SUBSCRIPTIONS_MAXIMUM = 1_000;

  /** Messages on the open topics stand behind all that is routed. */
  private static final int PRIORITY = 9;

  private static final String OWN_QUEUE = "session/";
  private static final String GROUP_QUEUE = "group/";
  private static final int FAILURE_3_1_1 = 0x80;

  private final Parts parts;
  private final Subscriptions subscriptions;
  private final Retained retained;
  private final Permissions permissions;
  private final Desk desk;
  private final Records records;
  private final Map<String, SharedGroup> groups = new HashMap<>();

  Subscribing(
      Parts parts,
      Subscriptions subscriptions,
      Retained retained,
      Permissions permissions,
      Desk desk,
      Records records) {
    this.parts = parts;
    this.subscriptions = subscriptions;
    this.retained = retained;
    this.permissions = permissions;
    this.desk = desk;
    this.records = records;
  }

  void subscribe(Session session, Line line, Packet.Subscribe packet, long nowMillis) {
    var codes = new ArrayList<Integer>();
    var stored = new ArrayList<LongConsumer>();
    var before = new LinkedHashMap<String, Optional<Subscription>>();
    int identifier = (int) packet.properties().number(Properties.SUBSCRIPTION_IDENTIFIER, 0);
    for (var wish : packet.wishes()) {
      var refusal = refusal(session, wish);
      if (refusal.isFailure()) {
        codes.add(line.isMqtt5() ? refusal.code() : FAILURE_3_1_1);
        continue;
      }
      codes.add(wish.qos());
      before.putIfAbsent(
          wish.filter(), Optional.ofNullable(session.subscriptions().get(wish.filter())));
      boolean isNew =
          take(
              session,
              Subscription.of(
                  wish.filter(), wish.qos(), wish.noLocal(), wish.retainAsPublished(), identifier));
      boolean open = !desk.owns(wish.filter()) && !wish.filter().startsWith("$share/");
      if (open && (wish.retainHandling() == 0 || (wish.retainHandling() == 1 && isNew))) {
        stored.add(now -> sendRetained(session, wish.filter(), now));
      }
    }
    if (session.isLasting() && !records.keep(session)) {
      before.forEach((filter, was) -> undo(session, filter, was));
      stored.clear();
      codes.replaceAll(_ -> line.isMqtt5() ? Reason.QUOTA_EXCEEDED.code() : FAILURE_3_1_1);
    }
    answer(session, line, packet.packetId(), codes, stored, nowMillis);
  }

  /** What could not be kept does not hold either. */
  private void undo(Session session, String filter, Optional<Subscription> was) {
    if (was.isPresent()) {
      take(session, was.get());
      return;
    }
    var taken = session.wanted().remove(filter);
    if (taken != null) {
      letGo(session, taken);
    }
  }

  private void answer(
      Session session,
      Line line,
      int packetId,
      List<Integer> codes,
      List<LongConsumer> stored,
      long nowMillis) {
    int generation = session.generation();
    parts
        .commitments()
        .then(
            () -> {
              if (session.generation() == generation) {
                line.wire().send(new Packet.SubAck(packetId, codes, Properties.NONE));
                stored.forEach(one -> one.accept(nowMillis));
                desk.subscribed(session, nowMillis);
                session.resumePumping();
              }
            },
            parts.log().mark());
  }

  private Reason refusal(Session session, Packet.Wish wish) {
    if (!Subscription.isValid(wish.filter())) {
      return Reason.TOPIC_FILTER_INVALID;
    }
    boolean room =
        session.subscriptions().size() < SUBSCRIPTIONS_MAXIMUM
            || session.subscriptions().containsKey(wish.filter());
    if (!room) {
      return Reason.QUOTA_EXCEEDED;
    }
    var topics = Subscription.topics(wish.filter());
    if (desk.owns(topics)) {
      boolean may = topics.equals(wish.filter()) && desk.maySubscribe(session, topics);
      return may ? Reason.SUCCESS : Reason.NOT_AUTHORIZED;
    }
    // What the access list holds is not told, as MQTT 5, 3.9.3 has it for this code.
    return session.grants(permissions).allows(Operation.SUBSCRIBE, topics)
        ? Reason.SUCCESS
        : Reason.UNSPECIFIED_ERROR;
  }

  /** Makes a subscription hold; whether it is a new one. */
  boolean take(Session session, Subscription subscription) {
    var before = session.wanted().add(subscription);
    if (desk.owns(subscription.topics().text())) {
      return before == null;
    }
    if (subscription.group().isPresent()) {
      session.outbound().turns().add(group(subscription).join(session, subscription.grant()));
      subscriptions.forget();
    } else {
      own(session);
      subscriptions.add(session, subscription);
    }
    return before == null;
  }

  private void own(Session session) {
    if (session.ownIfAny().isEmpty()) {
      session.own(
          new OwnFeed(session.wanted(), queue(OWN_QUEUE + session.key(), session.isLasting())));
    }
  }

  /** After a restart: a session's subscriptions, and what waits for it, of former ones as well. */
  void restore(Session session, List<Subscription> kept) {
    kept.forEach(subscription -> take(session, subscription));
    if (parts.log().find(OWN_QUEUE + session.key()).isPresent()) {
      own(session);
    }
  }

  private MessageQueue queue(String name, boolean lasting) {
    return parts.log().open(name, PRIORITY, lasting);
  }

  private SharedGroup group(Subscription subscription) {
    var known = groups.get(subscription.filter());
    if (known != null) {
      return known;
    }
    var group =
        new SharedGroup(
            subscription.filter(), queue(GROUP_QUEUE + subscription.filter(), true), permissions);
    groups.put(subscription.filter(), group);
    subscriptions.add(group);
    return group;
  }

  private void sendRetained(Session session, String filter, long nowMillis) {
    for (var message : retained.matching(filter, nowMillis)) {
      if (!session.grants(permissions).delivers(message.topic())) {
        continue;
      }
      var grant = session.wanted().grant(message.topic());
      // At QoS 0 too where the client does not read as fast, for there may be many.
      boolean kept =
          (Math.min(message.qos(), grant.qos()) > 0 || !session.outbound().isReady())
              && parts.log().append(message, new MessageQueue[] {session.own().queue}, 1, nowMillis)
                  > 0;
      if (!kept) {
        sendNow(session, message, grant, nowMillis);
      }
    }
    session.outbound().pump(nowMillis);
  }

  private static void sendNow(Session session, Kept message, Grant grant, long nowMillis) {
    var topic = message.topic().getBytes(StandardCharsets.UTF_8);
    session.outbound().sendNow(message, topic, grant, nowMillis);
  }

  void unsubscribe(Session session, Line line, Packet.Unsubscribe packet) {
    var codes = new ArrayList<Integer>();
    for (var filter : packet.filters()) {
      var before = session.wanted().remove(filter);
      codes.add((before == null ? Reason.NO_SUBSCRIPTION_EXISTED : Reason.SUCCESS).code());
      if (before != null) {
        letGo(session, before);
      }
    }
    if (session.isLasting()) {
      records.keep(session);
    }
    int generation = session.generation();
    parts
        .commitments()
        .then(
            () -> {
              if (session.generation() == generation) {
                line.wire().send(new Packet.UnsubAck(packet.packetId(), codes, Properties.NONE));
              }
            },
            parts.log().mark());
  }

  private void letGo(Session session, Subscription subscription) {
    if (desk.owns(subscription.topics().text())) {
      return;
    }
    var group = subscription.group().isPresent() ? groups.get(subscription.filter()) : null;
    if (group == null) {
      subscriptions.remove(session, subscription);
      return;
    }
    session.outbound().turns().remove(group.join(session, subscription.grant()));
    group.leave(session);
    subscriptions.forget();
    if (group.isEmpty()) {
      groups.remove(group.filter());
      subscriptions.remove(group);
      parts.log().drop(group.queue());
    }
  }

  /** Gives messages that a lost connection left to other members of its groups. */
  void dispatch(Session session, long nowMillis) {
    for (var subscription : session.subscriptions().values()) {
      var group = groups.get(subscription.filter());
      if (group != null) {
        group.dispatch(nowMillis);
      }
    }
  }

  /** The session is over. */
  void end(Session session, long nowMillis) {
    session.outbound().end();
    var all = List.copyOf(session.subscriptions().values());
    all.forEach(subscription -> letGo(session, subscription));
    dispatch(session, nowMillis);
    all.forEach(subscription -> session.wanted().remove(subscription.filter()));
    session.ownIfAny().ifPresent(own -> parts.log().drop(own.queue));
  }

  /** After a restart: drops the queues of groups and sessions that are no more. */
  void dropOrphans(Set<String> sessions) {
    for (var queue : List.copyOf(parts.log().queues())) {
      if (isOrphan(queue.name(), GROUP_QUEUE, groups.keySet())
          || isOrphan(queue.name(), OWN_QUEUE, sessions)) {
        parts.log().drop(queue);
      }
    }
  }

  private static boolean isOrphan(String queue, String prefix, Set<String> owners) {
    return queue.startsWith(prefix) && !owners.contains(queue.substring(prefix.length()));
  }
}
