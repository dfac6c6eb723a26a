package dev.larder.hub.session;

import dev.larder.common.access.Grants;
import dev.larder.hub.identity.Identity;
import dev.larder.hub.message.Kept;
import dev.larder.hub.wire.Packet;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A client's session (MQTT 5, 4.1): its subscriptions, what is on its way to it and from it, and
 * its connection while it has one.
 */
public final class Session {
  /** For a session that the client wants kept for ever; also 3.1.1's, which has no other. */
  static final long FOR_EVER = 0xFFFF_FFFFL;

  /** The longest that a session is kept without its client, seconds. */
  static final long EXPIRY_MAXIMUM_SECONDS = 14 * 24 * 3_600;

  private final String key;
  private final Identity identity;
  private final String clientId;
  private final Outbound outbound;
  private final Exchanges exchanges;
  private Map<String, Subscription> subscriptions = Map.of();
  private BitSet received = new BitSet(0);
  private long expirySeconds;
  private Optional<Packet.Will> will = Optional.empty();
  private long disconnectedMillis;
  private @Nullable Line line;
  private int generation;
  private final Owed owed = new Owed();
  private Map<Integer, String> aliases = Map.of();
  private long seenMillis;
  private int keepAliveSeconds;
  private long untilMillis = Long.MAX_VALUE;
  private String grantedTopic = "";
  private @Nullable Grant granted;
  private String permittedTopic = "";
  private @Nullable Runnable pumping;
  private @Nullable OwnFeed own;
  private @Nullable Grants grants;

  /** Whether there was no room to keep it as it is. */
  boolean recordIsBehind;

  Session(String key, Identity identity, String clientId, Parts parts) {
    this.key = key;
    this.identity = identity;
    this.clientId = clientId;
    this.outbound = new Outbound(this, parts);
    this.exchanges = new Exchanges(parts.log(), key);
  }

  /** Its name among all sessions. */
  public String key() {
    return key;
  }

  public Identity identity() {
    return identity;
  }

  public String clientId() {
    return clientId;
  }

  Outbound outbound() {
    return outbound;
  }

  Exchanges exchanges() {
    return exchanges;
  }

  // ---- the connection

  void connect(Line opened, Packet.Connect connect, long nowMillis) {
    line = opened;
    generation++;
    owed.reset();
    aliases = Map.of();
    seenMillis = nowMillis;
    will = connect.will();
    permittedTopic = "";
  }

  void disconnect(long nowMillis) {
    line = null;
    generation++;
    disconnectedMillis = nowMillis;
    aliases = Map.of();
  }

  /** Counts up with each connection and disconnection. */
  int generation() {
    return generation;
  }

  @Nullable Line line() {
    return line;
  }

  public boolean isConnected() {
    return line != null;
  }

  void keepAlive(int seconds) {
    keepAliveSeconds = seconds;
  }

  void until(long millis) {
    untilMillis = millis;
  }

  /** Whether its credentials have run out. */
  boolean isOverdue(long nowMillis) {
    return nowMillis >= untilMillis;
  }

  void seen(long nowMillis) {
    seenMillis = nowMillis;
  }

  /**
   * Whether one and a half keep-alives have passed in silence (MQTT 5, 3.1.2.10), the time left out
   * in which the client was not listened to.
   */
  boolean isSilent(long nowMillis) {
    if (owed.isPaused()) {
      seenMillis = nowMillis;
    }
    return keepAliveSeconds > 0 && nowMillis - seenMillis > keepAliveSeconds * 1_500L;
  }

  Optional<Packet.Will> will() {
    return will;
  }

  void forgetWill() {
    will = Optional.empty();
  }

  void restoreWill(Optional<Packet.Will> kept) {
    will = kept;
  }

  // ---- how long it lasts

  /** Whether it outlives its connection, and so the process. */
  boolean isLasting() {
    return expirySeconds > 0;
  }

  long expirySeconds() {
    return expirySeconds;
  }

  void expire(long seconds) {
    expirySeconds = Math.min(seconds, EXPIRY_MAXIMUM_SECONDS);
  }

  long disconnectedMillis() {
    return disconnectedMillis;
  }

  void disconnectedSince(long millis) {
    disconnectedMillis = millis;
  }

  /** Whether it is to be ended now. */
  boolean isExpired(long nowMillis) {
    return line == null && nowMillis - disconnectedMillis >= expirySeconds * 1_000;
  }

  // ---- subscriptions

  Map<String, Subscription> subscriptions() {
    return subscriptions;
  }

  /** Adds or replaces one; the one before it, if any. */
  @Nullable Subscription subscribe(Subscription subscription) {
    if (subscriptions.isEmpty()) {
      subscriptions = new LinkedHashMap<>(2);
    }
    grantedTopic = "";
    return subscriptions.put(subscription.filter(), subscription);
  }

  @Nullable Subscription unsubscribe(String filter) {
    grantedTopic = "";
    return subscriptions.isEmpty() ? null : subscriptions.remove(filter);
  }

  /** How it wants messages of a topic, by its own subscriptions; shared ones do not count. */
  @SuppressWarnings("ReferenceEquality") // The decoder gives equal topics as one object, mostly.
  Grant grant(String topic) {
    if (grantedTopic != topic || granted == null) {
      granted = find(topic).orElse(Grant.LEFT_OVER);
      grantedTopic = topic;
    }
    return granted;
  }

  /** The same; empty when none matches. */
  public Optional<Grant> find(String topic) {
    Grant found = null;
    for (var subscription : subscriptions.values()) {
      if (subscription.group().isEmpty() && subscription.topics().matches(topic)) {
        found = found == null ? subscription.grant() : found.and(subscription.grant());
      }
    }
    return Optional.ofNullable(found);
  }

  /** Whether it subscribes to a topic. */
  public boolean listensTo(String topic) {
    return line != null && find(topic).isPresent();
  }

  // ---- from the client

  BitSet received() {
    return received;
  }

  void restoreReceived(BitSet ids) {
    received = ids;
  }

  /** The answers that its present connection is owed. */
  Owed owed() {
    return owed;
  }

  void pauseBeyond(int unanswered) {
    if (line != null && owed.pauses(unanswered)) {
      line.wire().pause();
    }
  }

  /** A promise to the client may be kept now. */
  void acknowledged(int ofGeneration, int type, int packetId, int code) {
    if (line == null || ofGeneration != generation) {
      return;
    }
    line.wire().acknowledge(type, packetId, code);
    if (owed.answered(type, code)) {
      line.wire().resume();
    }
  }

  @Nullable String alias(int number) {
    return aliases.get(number);
  }

  void alias(int number, String topic) {
    if (aliases.isEmpty()) {
      aliases = new HashMap<>();
    }
    aliases.put(number, topic);
  }

  /** Whether it was found before that the client may publish to this topic. */
  @SuppressWarnings("ReferenceEquality") // The decoder gives equal topics as one object, mostly.
  boolean wasPermitted(String topic) {
    return permittedTopic == topic;
  }

  void permitted(String topic) {
    permittedTopic = topic;
  }

  /** What it may do on the open topics. */
  Grants grants(Permissions permissions) {
    if (grants == null) {
      grants = permissions.of(this);
    }
    return grants;
  }

  /** The access list has changed. */
  void forgetGrants() {
    grants = null;
    permittedTopic = "";
  }

  // ---- to the client

  /** Draws from a feed as well, from now on. */
  public void draw(Feed feed) {
    outbound.turns().add(feed);
  }

  public List<Feed> feeds() {
    return outbound.turns().feeds();
  }

  /** Sends what waits, as far as there is room. */
  public void pump(long nowMillis) {
    outbound.pump(nowMillis);
  }

  /** Sends a message at QoS 0 if the client subscribes to its topic; whether it does. */
  public boolean tell(Kept message, long nowMillis) {
    var wish = line == null ? Optional.<Grant>empty() : find(message.topic());
    wish.ifPresent(how ->
        outbound.sendNow(
            message, message.topic().getBytes(StandardCharsets.UTF_8), how, nowMillis));
    return wish.isPresent();
  }

  /** The queue for what it subscribes to on the open topics; there from its first subscription. */
  OwnFeed own() {
    if (own == null) {
      throw new IllegalStateException("No subscription: " + key);
    }
    return own;
  }

  Optional<OwnFeed> ownIfAny() {
    return Optional.ofNullable(own);
  }

  void own(OwnFeed feed) {
    own = feed;
    outbound.turns().add(feed);
  }

  void onPump(Runnable pump) {
    pumping = pump;
  }

  /** Goes on sending, once what was waited for is there. */
  void resumePumping() {
    if (pumping != null) {
      pumping.run();
    }
  }

  @Override
  public String toString() {
    return key;
  }
}
