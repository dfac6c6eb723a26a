package dev.larder.hub.session;

/**
 * Answers to PUBLISH that a connection is owed. Of MQTT 5's clients no more may be incomplete than
 * they were told (MQTT 5, 4.9); from one of 3.1.1, which cannot be told, nothing is read for a
 * while. Those of QoS 2 that wait for the client's PUBREL do not hold it up, for it could not be
 * read.
 */
final class Owed {
  private int incomplete;
  private int unanswered;
  private boolean paused;

  /** A new connection owes and is owed nothing. */
  void reset() {
    incomplete = 0;
    unanswered = 0;
    paused = false;
  }

  /** Notes one more; how many are not complete. */
  int add() {
    unanswered++;
    return ++incomplete;
  }

  /** Notes that one is complete without an answer of its own. */
  void complete() {
    incomplete = Math.max(0, incomplete - 1);
  }

  boolean isPaused() {
    return paused;
  }

  /** Whether nothing more is to be read from now on. */
  boolean pauses(int mostUnanswered) {
    boolean begins = !paused && unanswered > mostUnanswered;
    paused |= begins;
    return begins;
  }

  /** Notes an answer; whether reading is to go on from now on. */
  boolean answered(int type, int code) {
    if (type == Inbound.PUBACK
        || type == Inbound.PUBCOMP
        || (type == Inbound.PUBREC && code >= Inbound.FAILURE)) {
      complete();
    }
    if (type == Inbound.PUBACK || type == Inbound.PUBREC) {
      unanswered--;
    }
    boolean ends = paused && unanswered < Inbound.RESUME_BELOW;
    paused &= !ends;
    return ends;
  }
}
