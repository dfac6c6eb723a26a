package dev.larder.hub.message;

/**
 * A message as it is kept: once, whatever the number of queues it waits in.
 *
 * @param sender the sender's name
 * @param atMillis when the hub took it, ms since 1970
 * @param expiryMillis when it is of no use any more, ms since 1970; {@link #NEVER} for never
 * @param topic that it was published to
 * @param qos that it was published with
 * @param retain what the retain flag says of it
 * @param properties of the PUBLISH, as on the wire; empty for none
 */
public record Kept(
    String sender,
    long atMillis,
    long expiryMillis,
    String topic,
    int qos,
    Retain retain,
    Payload properties,
    Payload payload) {
  public static final long NEVER = 0;

  /** What the retain flag says (MQTT 5, 3.3.1.3). */
  public enum Retain {
    /** It was published without. */
    NO,
    /** It was published with it, to be retained. */
    PUBLISHED,
    /** It is the retained message of its topic, sent because of a new subscription. */
    STORED
  }

  /** Whether it is of no use any more. */
  public boolean isExpired(long nowMillis) {
    return expiryMillis != NEVER && expiryMillis <= nowMillis;
  }

  /** What it takes of a bound on memory, bytes: its content and a flat sum for the rest. */
  public int weight() {
    return 96 + topic.length() + properties.size() + payload.size();
  }
}
