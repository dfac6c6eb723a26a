package dev.larder.hub.session;

import dev.larder.common.id.CacheNodeId;
import dev.larder.common.id.ModuleId;
import dev.larder.common.manifest.Route;
import dev.larder.common.topic.IotHubTopics;
import dev.larder.hub.message.Batch;
import dev.larder.hub.message.Message;
import dev.larder.hub.message.Stored;
import dev.larder.hub.window.PacketIds;
import dev.larder.hub.window.Window;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One connection of one module, from its CONNACK on. Nothing of it outlives the connection: what is
 * for the module waits in the store's queues, and a client subscribes anew, as "session present" 0
 * tells it to.
 *
 * <p>QoS 2 is not offered: MQTT 5 clients are told so in CONNACK, a subscription is granted QoS 1,
 * and a PUBLISH with it ends the connection (MQTT 5, 3.2.2.3.4).
 */
public final class Session {
  /**
   * QoS 1 PUBLISH packets that an MQTT 5 client may leave unanswered. One of 3.1.1 cannot be told;
   * for it the {@link Inbox}'s bound holds.
   */
  public static final int RECEIVE_MAXIMUM = 64;

  static final int SUBSCRIPTIONS_MAXIMUM = 64;

  /** Leaves room in MQTT's 65,535 bytes for what delivery puts in front. */
  static final int TOPIC_MAXIMUM = 16_000;

  private static final int DELIVERIES_MAXIMUM = 64;

  private final CacheNodeId node;
  private final ModuleId module;
  private final boolean mqtt5;
  private final int deliveries;
  private final Inbox inbox = new Inbox();
  private final PacketIds packetIds = new PacketIds();
  private final Map<String, Integer> subscriptions = new LinkedHashMap<>();
  private final Map<Route.Input, Window> windows = new LinkedHashMap<>();

  /**
   * @param mqtt5 whether refusals can be told by a reason code; otherwise they close
   * @param receiveMaximum how many unacknowledged messages the module takes
   */
  public Session(CacheNodeId node, ModuleId module, boolean mqtt5, int receiveMaximum) {
    this.node = node;
    this.module = module;
    this.mqtt5 = mqtt5;
    this.deliveries = Math.min(DELIVERIES_MAXIMUM, receiveMaximum);
  }

  public List<Output> on(Input input) {
    return switch (input) {
      case Input.Publish publish -> publish(publish);
      case Input.Subscribe(int packetId, var wishes) -> subscribe(packetId, wishes);
      case Input.Unsubscribe(int packetId, var filters) -> {
        filters.forEach(subscriptions::remove);
        yield List.of(new Output.UnsubAck(packetId, filters.size()));
      }
      case Input.Acknowledged(int packetId) -> acknowledged(packetId);
      case Input.Kept(long token, var reason) -> kept(token, reason);
      case Input.Wake(var queue) -> wake(queue);
      case Input.Loaded(var queue, var read, var batch) -> loaded(queue, read, batch);
      case Input.Tell(var topic, var payload) ->
          granted(topic).isPresent() ? List.of(new Output.Send(topic, payload, 0, 0)) : List.of();
    };
  }

  private List<Output> publish(Input.Publish publish) {
    if (publish.qos() > 1) {
      return List.of(new Output.Close(Reason.QOS_NOT_SUPPORTED));
    }
    if (publish.retain() && mqtt5) {
      return List.of(new Output.Close(Reason.RETAIN_NOT_SUPPORTED));
    }
    var topic = publish.topic();
    if (topic.isEmpty()
        || topic.length() > TOPIC_MAXIMUM
        || topic.chars().anyMatch(c -> c == '#' || c == '+' || c == 0)) {
      return List.of(new Output.Close(Reason.TOPIC_NAME_INVALID));
    }
    var meaning = IotHubTopics.parse(topic);
    if (meaning.isEmpty()) {
      return refused(publish);
    }
    return switch (meaning.get()) {
      case IotHubTopics.Event event -> event(publish, event);
      case IotHubTopics.TwinGet(var requestId) -> request(publish, new Output.GetTwin(requestId));
      case IotHubTopics.ReportedPatch(var requestId) ->
          request(publish, new Output.PatchReported(requestId, publish.payload()));
      case IotHubTopics.MethodResponse(int status, var requestId) ->
          request(publish, new Output.AnswerMethod(status, requestId, publish.payload()));
    };
  }

  private List<Output> event(Input.Publish publish, IotHubTopics.Event event) {
    if (!event.device().equals(node.toString()) || !event.module().equals(module.value())) {
      return refused(publish);
    }
    var message = new Message(module, publish.at(), event.properties(), publish.payload());
    if (!inbox.hasRoom(publish.qos(), message.weight())) {
      return publish.qos() == 0
          ? List.of(new Output.Dropped(Reason.QUOTA_EXCEEDED))
          : List.of(new Output.Close(Reason.RECEIVE_MAXIMUM_EXCEEDED));
    }
    long token = inbox.await(publish.packetId(), message.weight());
    return List.of(new Output.Persist(token, message));
  }

  /** A request is acknowledged in its turn, and at once; its answer is a message of its own. */
  private List<Output> request(Input.Publish publish, Output request) {
    if (!inbox.hasRoom(publish.qos(), publish.payload().size())) {
      return List.of(new Output.Close(Reason.RECEIVE_MAXIMUM_EXCEEDED));
    }
    long token = inbox.await(publish.packetId(), publish.payload().size());
    var outputs = new ArrayList<>(kept(token, Reason.SUCCESS));
    outputs.add(request);
    return outputs;
  }

  private List<Output> refused(Input.Publish publish) {
    if (mqtt5 && publish.qos() == 1) {
      long token = inbox.await(publish.packetId(), 0);
      return kept(token, Reason.NOT_AUTHORIZED);
    }
    return List.of(new Output.Close(Reason.NOT_AUTHORIZED));
  }

  private List<Output> kept(long token, Reason reason) {
    var outputs = new ArrayList<Output>();
    for (var answer : inbox.settle(token, reason)) {
      if (answer.packetId() == 0) {
        if (answer.reason() != Reason.SUCCESS) {
          outputs.add(new Output.Dropped(answer.reason()));
        }
      } else if (mqtt5 || answer.reason() == Reason.SUCCESS) {
        outputs.add(new Output.PubAck(answer.packetId(), answer.reason()));
      } else {
        // MQTT 3.1.1 has no refusing PUBACK; without one the client sends it again.
        outputs.add(new Output.Close(answer.reason()));
        break;
      }
    }
    return outputs;
  }

  private List<Output> subscribe(int packetId, List<Input.Wish> wishes) {
    var codes = new ArrayList<Integer>();
    for (var wish : wishes) {
      codes.add(grant(wish));
    }
    return List.of(new Output.SubAck(packetId, codes), new Output.Listen());
  }

  private int grant(Input.Wish wish) {
    var filter = wish.filter();
    if (!TopicFilter.valid(filter)) {
      return mqtt5 ? 0x8F : 0x80;
    }
    boolean own =
        filter.startsWith("devices/" + node + "/modules/" + module + "/")
            || filter.startsWith("$iothub/methods/POST/")
            || filter.startsWith("$iothub/twin/res/")
            || filter.startsWith("$iothub/twin/PATCH/properties/desired/");
    if (!own) {
      return mqtt5 ? 0x87 : 0x80;
    }
    if (subscriptions.size() >= SUBSCRIPTIONS_MAXIMUM && !subscriptions.containsKey(filter)) {
      return mqtt5 ? 0x97 : 0x80;
    }
    int qos = Math.min(1, wish.qos());
    subscriptions.put(filter, qos);
    return qos;
  }

  /** The highest QoS granted by any subscription that matches; empty when none does. */
  private Optional<Integer> granted(String topic) {
    return subscriptions.entrySet().stream()
        .filter(s -> new TopicFilter(s.getKey()).matches(topic))
        .map(Map.Entry::getValue)
        .max(Integer::compare);
  }

  /** Whether the module has subscribed to this topic. */
  public boolean listensTo(String topic) {
    return granted(topic).isPresent();
  }

  private Optional<Integer> granted(Route.Input queue) {
    return granted(IotHubTopics.input(node, module, queue.input(), Map.of()));
  }

  private List<Output> wake(Route.Input queue) {
    if (granted(queue).isEmpty()) {
      return List.of();
    }
    var window =
        windows.computeIfAbsent(
            queue,
            _ -> {
              var made = new Window(deliveries);
              made.open();
              return made;
            });
    return window
        .wake()
        .<List<Output>>map(r -> List.of(new Output.Read(queue, r)))
        .orElse(List.of());
  }

  private List<Output> loaded(Route.Input queue, Window.Read read, Batch batch) {
    var window = windows.get(queue);
    if (window == null) {
      return List.of();
    }
    // Unsubscribed meanwhile: what was read waits in the store for the next connection.
    var qos = granted(queue);
    if (qos.isEmpty()) {
      windows.remove(queue);
      return List.of();
    }
    var outputs = new ArrayList<Output>();
    for (var sending : window.loaded(read, batch, packetIds::take)) {
      outputs.add(
          new Output.Send(
              topic(queue, sending.stored()),
              sending.stored().message().payload(),
              qos.get(),
              sending.packetId()));
    }
    advance(queue, window, outputs);
    return outputs;
  }

  private String topic(Route.Input queue, Stored stored) {
    return IotHubTopics.input(node, module, queue.input(), stored.message().properties());
  }

  private List<Output> acknowledged(int packetId) {
    var outputs = new ArrayList<Output>();
    if (packetIds.free(packetId)) {
      windows.forEach((queue, window) -> {
        if (window.owns(packetId)) {
          window.acknowledged(packetId);
          advance(queue, window, outputs);
        }
      });
    }
    return outputs;
  }

  private static void advance(Route.Input queue, Window window, List<Output> outputs) {
    window.advance().ifPresent(position -> outputs.add(new Output.Consume(queue, position)));
    window.more().ifPresent(read -> outputs.add(new Output.Read(queue, read)));
  }
}
