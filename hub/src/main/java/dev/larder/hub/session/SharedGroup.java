package dev.larder.hub.session;

import dev.larder.common.access.Grants;
import dev.larder.common.access.Operation;
import dev.larder.hub.log.MessageQueue;
import dev.larder.hub.message.Kept;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The members of a shared subscription (MQTT 5, 4.8.2). Each message goes to one of them, in turn,
 * who has room; what a member leaves unacknowledged when its connection ends goes to another.
 */
final class SharedGroup {
  private final String filter;
  private final MessageQueue queue;
  private final List<Member> members = new ArrayList<>();
  private final TreeSet<Long> returned = new TreeSet<>();
  private final Cursor cursor;
  private final Permissions permissions;
  private int turn;

  SharedGroup(String filter, MessageQueue queue, Permissions permissions) {
    this.filter = filter;
    this.queue = queue;
    this.permissions = permissions;
    this.cursor = new Cursor(queue);
  }

  /** A session's part in it. */
  private static final class Member extends Feed {
    private final SharedGroup group;
    private final Session session;
    private Grant grant;
    private @Nullable Grants grants;
    private boolean subscribes;

    Member(SharedGroup group, Session session, Grant grant) {
      super(group.queue);
      this.group = group;
      this.session = session;
      this.grant = grant;
    }

    /** Whether the access list lets it have messages of a topic. */
    boolean may(String topic) {
      var current = session.grants(group.permissions);
      if (grants != current) {
        grants = current;
        subscribes = current.allows(Operation.SUBSCRIBE, Subscription.topics(group.filter));
      }
      return subscribes && current.delivers(topic);
    }

    @Override
    protected long next() {
      long next = group.next();
      var message = next < 0 ? null : queue.message(next);
      return message == null || may(message.topic()) ? next : -1;
    }

    @Override
    protected void taken(long sequence) {
      if (!group.returned.remove(sequence)) {
        group.cursor.taken(sequence);
      }
    }

    @Override
    protected void skip(long sequence) {
      group.cursor.skip(sequence);
    }

    @Override
    protected boolean giveBack(long sequence) {
      group.returned.add(sequence);
      return true;
    }

    /** It must not go to another, who would have it a second time (MQTT-4.8.2-5). */
    @Override
    protected void giveUp(long sequence) {
      queue.remove(sequence);
    }

    @Override
    protected Grant grant(Kept message) {
      return grant;
    }

    @Override
    protected byte[] topic(Kept message) {
      return message.topic().getBytes(StandardCharsets.UTF_8);
    }

    @Override
    protected boolean isWanted() {
      return true;
    }
  }

  private long next() {
    while (!returned.isEmpty()) {
      long first = returned.first();
      if (queue.nextAfter(first - 1) == first) {
        return first;
      }
      // It has expired or given way meanwhile.
      returned.remove(first);
    }
    return cursor.next();
  }

  /** As it was asked for, {@code $share/…} included. */
  String filter() {
    return filter;
  }

  MessageQueue queue() {
    return queue;
  }

  /** Adds a session, or changes how it wants messages; answers with its feed. */
  Feed join(Session session, Grant grant) {
    for (var member : members) {
      if (member.session == session) {
        member.grant = grant;
        return member;
      }
    }
    var member = new Member(this, session, grant);
    members.add(member);
    return member;
  }

  void leave(Session session) {
    members.removeIf(member -> member.session == session);
  }

  /** Whether any member may have messages of a topic. */
  boolean isFor(String topic) {
    return members.stream().anyMatch(member -> member.may(topic));
  }

  boolean isEmpty() {
    return members.isEmpty();
  }

  /** Gives what waits to the members in turn, as far as they have room. */
  void dispatch(long nowMillis) {
    int unable = 0;
    while (unable < members.size() && next() >= 0) {
      var member = nextMember();
      boolean started = member.next() >= 0 && member.session.outbound().startOne(member, nowMillis);
      unable = started ? 0 : unable + 1;
    }
  }

  private Member nextMember() {
    turn = turn + 1 >= members.size() ? 0 : turn + 1;
    return members.get(turn);
  }

  /** A QoS 0 message: the next connected member that reads gets it; false when there is none. */
  boolean sendNow(Kept message, byte[] topicUtf8, long nowMillis) {
    for (int i = 0; i < members.size(); i++) {
      var member = nextMember();
      if (member.session.outbound().isReady() && member.may(message.topic())) {
        member.session.outbound().sendNow(message, topicUtf8, member.grant, nowMillis);
        return true;
      }
    }
    return false;
  }
}
