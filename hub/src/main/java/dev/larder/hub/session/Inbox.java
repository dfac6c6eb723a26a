package dev.larder.hub.session;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * PUBLISH packets that are not answered yet. Answers leave in the order in which the packets came
 * (MQTT 5, 4.6), whatever order the work on them ends in.
 */
final class Inbox {
  private static final int COUNT_MAXIMUM = 4_096;

  /** Room for a whole {@link Session#RECEIVE_MAXIMUM} of the largest packets, twice. */
  private static final int WEIGHT_MAXIMUM = 40 << 20;

  /** An answer that may leave now; packet id 0 needs none. */
  record Answer(int packetId, Reason reason) {}

  private static final class Pending {
    private final long token;
    private final int packetId;
    private final int weight;
    private Reason reason = Reason.SUCCESS;
    private boolean settled;

    Pending(long token, int packetId, int weight) {
      this.token = token;
      this.packetId = packetId;
      this.weight = weight;
    }
  }

  private final Deque<Pending> pending = new ArrayDeque<>();
  private long tokens;
  private long weight;

  /** Whether one more of this weight keeps both bounds; QoS 0 has half of each. */
  boolean hasRoom(int qos, int more) {
    int share = qos == 0 ? 2 : 1;
    return pending.size() < COUNT_MAXIMUM / share && weight + more <= WEIGHT_MAXIMUM / share;
  }

  /** Puts a packet in; the token names it when it is settled. */
  long await(int packetId, int itsWeight) {
    tokens++;
    weight += itsWeight;
    pending.add(new Pending(tokens, packetId, itsWeight));
    return tokens;
  }

  /** Notes that a packet is done with; answers with all that may leave now. */
  List<Answer> settle(long token, Reason reason) {
    for (var one : pending) {
      if (one.token == token) {
        one.settled = true;
        one.reason = reason;
        break;
      }
    }
    var answers = new ArrayList<Answer>();
    while (!pending.isEmpty() && pending.getFirst().settled) {
      var first = pending.removeFirst();
      weight -= first.weight;
      answers.add(new Answer(first.packetId, first.reason));
    }
    return answers;
  }
}
