package dev.larder.hub.session;

import dev.larder.hub.log.MessageQueue;
import dev.larder.hub.message.Kept;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

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
  private int turn;

  SharedGroup(String filter, MessageQueue queue) {
    this.filter = filter;
    this.queue = queue;
    this.cursor = new Cursor(queue);
  }

  /** A session's part in it. */
  private static final class Member extends Feed {
    private final SharedGroup group;
    private final Session session;
    private Grant grant;

    Member(SharedGroup group, Session session, Grant grant) {
      super(group.queue);
      this.group = group;
      this.session = session;
      this.grant = grant;
    }

    @Override
    protected long next() {
      return group.next();
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

  boolean isEmpty() {
    return members.isEmpty();
  }

  /** Gives what waits to the members in turn, as far as they have room. */
  void dispatch(long nowMillis) {
    int unable = 0;
    while (unable < members.size()) {
      turn = turn + 1 >= members.size() ? 0 : turn + 1;
      var member = members.get(turn);
      if (member.next() < 0) {
        return;
      }
      unable = member.session.outbound().startOne(member, nowMillis) ? 0 : unable + 1;
    }
  }

  /** A QoS 0 message: the next connected member that reads gets it; false when there is none. */
  boolean sendNow(Kept message, byte[] topicUtf8, long nowMillis) {
    for (int i = 0; i < members.size(); i++) {
      turn = turn + 1 >= members.size() ? 0 : turn + 1;
      var member = members.get(turn);
      if (member.session.outbound().isReady()) {
        member.session.outbound().sendNow(message, topicUtf8, member.grant, nowMillis);
        return true;
      }
    }
    return false;
  }
}
