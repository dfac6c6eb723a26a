package dev.larder.hub.session;

import dev.larder.common.access.Grants;
import dev.larder.hub.identity.Identity;
import dev.larder.hub.message.Kept;
import dev.larder.hub.wire.Packet;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A client's session (MQTT 5, 4.1): its subscriptions, what is on its way to it and from it, and
 * its connection while it has one.
 */
public final class Session {
  private final String key;
  private final Identity identity;
  private final String clientId;
  private final Outbound outbound;
  private final Exchanges exchanges;
  private final Lifetime lifetime = new Lifetime();
  private final Wanted wanted = new Wanted();
  private BitSet received = new BitSet(0);
  private Optional<Packet.Will> will = Optional.empty();
  private @Nullable Line line;
  private int generation;
  private final Owed owed = new Owed();
  private Map<Integer, String> aliases = Map.of();
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
    lifetime.seen(nowMillis);
    will = connect.will();
    permittedTopic = "";
  }

  void disconnect(long nowMillis) {
    line = null;
    generation++;
    lifetime.disconnectedSince(nowMillis);
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

  /**
   * Whether one and a half keep-alives have passed in silence (MQTT 5, 3.1.2.10), the time left out
   * in which the client was not listened to.
   */
  boolean isSilent(long nowMillis) {
    if (owed.isPaused()) {
      lifetime.seen(nowMillis);
    }
    return lifetime.isSilent(nowMillis);
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

  Lifetime lifetime() {
    return lifetime;
  }

  /** Whether it outlives its connection, and so the process. */
  boolean isLasting() {
    return lifetime.isLasting();
  }

  /** Whether it is to be ended now. */
  boolean isExpired(long nowMillis) {
    return line == null && lifetime.isExpired(nowMillis);
  }

  // ---- subscriptions

  Wanted wanted() {
    return wanted;
  }

  Map<String, Subscription> subscriptions() {
    return wanted.subscriptions();
  }

  /**
   * How the client wants messages of a topic, by its own subscriptions; shared ones do not count.
   * Empty when none matches.
   */
  public Optional<Grant> find(String topic) {
    return wanted.find(topic);
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
