package dev.larder.hub.iothub;

import dev.larder.common.json.Json;
import dev.larder.common.topic.DirectMethod;
import dev.larder.common.topic.IotHubTopics;
import dev.larder.hub.identity.Identity;
import dev.larder.hub.log.MessageQueue;
import dev.larder.hub.measure.Histogram;
import dev.larder.hub.message.Kept;
import dev.larder.hub.message.Payload;
import dev.larder.hub.session.Broker;
import dev.larder.hub.session.Desk;
import dev.larder.hub.session.Session;
import dev.larder.hub.twin.NodeTwins;
import dev.larder.hub.wire.Packet;
import dev.larder.hub.wire.Reason;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * IoT Hub's topics, {@code devices/…} and {@code $iothub/…}: each client has its own, and nobody
 * else's.
 */
public final class IotHubDesk implements Desk {
  private static final String DEVICES = "devices/";
  private static final String IOT_HUB = "$iothub/";
  private static final Payload NOTHING = Payload.of(new byte[0]);

  private final String node;
  private final Telemetry telemetry;
  private final Queues queues;
  private final TwinDesk twins;
  private final MethodDesk methods = new MethodDesk();
  private @Nullable Broker broker;

  /**
   * A desk of a node.
   *
   * @param node the id that modules have in their topics
   */
  public IotHubDesk(String node, Queues queues, Telemetry telemetry, TwinDesk twins) {
    this.node = node;
    this.queues = queues;
    this.telemetry = telemetry;
    this.twins = twins;
  }

  /** Joins the broker whose sessions it serves; once, before any client connects. */
  public void join(Broker joined) {
    broker = joined;
    twins.keeper(joined::whenKept);
    telemetry.join(this);
  }

  private Broker broker() {
    if (broker == null) {
      throw new IllegalStateException("Not joined yet");
    }
    return broker;
  }

  @Override
  public boolean owns(String topic) {
    return topic.startsWith(DEVICES) || topic.startsWith(IOT_HUB);
  }

  @Override
  public int copies() {
    return telemetry.copies();
  }

  @Override
  public Reason publish(Session from, Packet.Publish packet, String topic, long nowMillis) {
    var meaning = IotHubTopics.parse(topic);
    if (meaning.isEmpty() || from.identity() instanceof Identity.Anonymous) {
      return Reason.NOT_AUTHORIZED;
    }
    switch (meaning.get()) {
      case IotHubTopics.Event event -> {
        if (!isOwn(from, event)) {
          return Reason.NOT_AUTHORIZED;
        }
        broker().counters().telemetryBytes.add(packet.payload().size());
        return telemetry.take(from, event, packet, nowMillis);
      }
      case IotHubTopics.TwinGet(var requestId) -> {
        broker().counters().twinGets++;
        tell(from, twins.get(from.key(), requestId), nowMillis);
      }
      case IotHubTopics.ReportedPatch(var requestId) -> {
        broker().counters().reportedPatches++;
        twins.patch(
            from.key(), requestId, packet.payload(), answer -> tell(from, answer, nowMillis));
      }
      case IotHubTopics.MethodResponse(int status, var requestId) ->
          methods.answered(from.key(), requestId, status, packet.payload(), nowMillis);
    }
    return Reason.SUCCESS;
  }

  private boolean isOwn(Session from, IotHubTopics.Event event) {
    return switch (from.identity()) {
      case Identity.Module(var id) ->
          event.device().equals(node) && event.module().equals(id.value());
      case Identity.Device(var id) -> event.device().equals(id) && event.module().isEmpty();
      case Identity.Anonymous() -> false;
    };
  }

  private static void tell(Session to, TwinDesk.Answer answer, long nowMillis) {
    to.tell(ephemeral(answer.topic(), answer.payload(), nowMillis), nowMillis);
  }

  private static Kept ephemeral(String topic, Payload payload, long nowMillis) {
    return new Kept("", nowMillis, Kept.NEVER, topic, 0, Kept.Retain.NO, NOTHING, payload);
  }

  /**
   * {@code devices/<node>/modules/<module>/} of a module, {@code devices/<device>/} of a device.
   */
  private String ownPrefix(Identity identity) {
    return switch (identity) {
      case Identity.Module(var id) -> DEVICES + node + "/modules/" + id + "/";
      case Identity.Device(var id) -> DEVICES + id + "/";
      case Identity.Anonymous() -> "";
    };
  }

  @Override
  public boolean maySubscribe(Session session, String filter) {
    var prefix = ownPrefix(session.identity());
    return !prefix.isEmpty()
        && (filter.startsWith(prefix)
            || filter.startsWith("$iothub/methods/POST/")
            || filter.startsWith("$iothub/twin/res/")
            || filter.startsWith("$iothub/twin/PATCH/properties/desired/"));
  }

  @Override
  public void subscribed(Session session, long nowMillis) {
    switch (session.identity()) {
      case Identity.Module(var id) ->
          queues.inputs(id.value()).forEach(input -> inputFeed(session, input));
      case Identity.Device(var id) -> deviceFeed(session, id);
      case Identity.Anonymous() -> {
        return;
      }
    }
    for (var feed : session.feeds()) {
      if (feed instanceof RoutedFeed routed) {
        routed.refresh();
      }
    }
    session.pump(nowMillis);
  }

  private void inputFeed(Session session, Queues.Input input) {
    draw(session, input.queue(), ownPrefix(session.identity()) + "inputs/" + input.input() + "/");
  }

  private void deviceFeed(Session session, String device) {
    draw(session, queues.devicebound(device), DEVICES + device + "/messages/devicebound/");
  }

  private static void draw(Session session, MessageQueue queue, String prefix) {
    for (var feed : session.feeds()) {
      if (feed instanceof RoutedFeed routed && routed.drawsFrom(queue)) {
        return;
      }
    }
    var feed = new RoutedFeed(session, queue, prefix);
    feed.refresh();
    session.draw(feed);
  }

  /** An input of a module has got a message. */
  void wake(String module, Queues.Input input, long nowMillis) {
    broker()
        .session(module)
        .filter(Session::isConnected)
        .ifPresent(session -> {
          inputFeed(session, input);
          session.pump(nowMillis);
        });
  }

  /** Sends a QoS 0 message straight to an input, there being no room to keep it. */
  void pass(String module, String input, Kept message, long nowMillis) {
    broker()
        .session(module)
        .ifPresent(session -> {
          var topic =
              ownPrefix(session.identity())
                  + "inputs/"
                  + input
                  + "/"
                  + Events.properties(message.topic());
          session.tell(ephemeral(topic, message.payload(), nowMillis), nowMillis);
        });
  }

  /** Tells the client whose twin it is what is desired of it now. */
  public void desired(NodeTwins.DesiredChange change, long nowMillis) {
    var patch =
        ephemeral(
            IotHubTopics.desiredPatch(change.twin().desiredVersion()),
            Payload.of(Json.writeBytes(change.patch())),
            nowMillis);
    broker().session(change.name()).ifPresent(session -> session.tell(patch, nowMillis));
  }

  /**
   * Asks a module or a device to carry out a direct method.
   *
   * @param target a session's name
   */
  public void invoke(
      String target,
      String method,
      DirectMethod.Request request,
      MethodDesk.Answer answer,
      long nowMillis) {
    broker().counters().directMethods++;
    var listening =
        broker()
            .session(target)
            .filter(session -> session.listensTo(IotHubTopics.methodRequest(method, "0")));
    if (listening.isEmpty()) {
      answer.refused(
          DirectMethod.AWAY,
          target
              + " is not connected to its hub, or takes no methods. Look at the node's modules.");
      return;
    }
    methods
        .await(target, request.responseTimeout(), answer, nowMillis)
        .ifPresent(id ->
            listening
                .get()
                .tell(
                    ephemeral(
                        IotHubTopics.methodRequest(method, id),
                        Payload.of(Json.writeBytes(request.payload())),
                        nowMillis),
                    nowMillis));
  }

  /**
   * Keeps a message from the cloud for a device; false when there is no room.
   *
   * @param properties the system ones among them
   */
  public boolean devicebound(
      String device,
      Map<String, String> properties,
      Payload payload,
      long expiryMillis,
      long nowMillis) {
    var topic = DEVICES + device + Events.EVENTS + IotHubTopics.encode(properties);
    var message = new Kept("", nowMillis, expiryMillis, topic, 1, Kept.Retain.NO, NOTHING, payload);
    if (!telemetry.keep(queues.devicebound(device), message, nowMillis)) {
      return false;
    }
    broker()
        .session(Identity.PREFIX + device)
        .filter(Session::isConnected)
        .ifPresent(session -> {
          deviceFeed(session, device);
          session.pump(nowMillis);
        });
    return true;
  }

  /** How long modules and devices took to answer direct methods, ms. */
  public Histogram methodMillis() {
    return methods.answerMillis();
  }

  /** Time has passed. */
  public void tick(long nowMillis) {
    methods.tick(nowMillis);
  }
}
