package dev.larder.cloud.http;

import dev.larder.cloud.fleet.Devicebound;
import dev.larder.cloud.fleet.Nodes;
import dev.larder.common.json.Json;
import io.vertx.core.http.HttpMethod;
import java.time.Clock;
import java.util.UUID;

/** Messages for leaf devices, and the twins of whatever has one at a node. */
final class DeviceRoutes {
  private static final String NODE = "/api/v1/resources/{resource}/nodes/{node}";

  private final Nodes nodes;
  private final Devicebound devicebound;
  private final Clock clock;

  DeviceRoutes(Nodes nodes, Devicebound devicebound, Clock clock) {
    this.nodes = nodes;
    this.devicebound = devicebound;
    this.clock = clock;
  }

  void add(Api api) {
    api.admin(HttpMethod.POST, NODE + "/devices/{device}/messages", this::send);
    api.admin(HttpMethod.GET, NODE + "/twins/{twin}", this::twin);
  }

  /** Answers once the node's hub has the message on disk. */
  private Answer send(Call call) {
    var device = call.device();
    var message =
        DeviceMessage.read(call.object(), clock.instant(), UUID.randomUUID().toString()).orThrow();
    var node = nodes.nodeOf(call.name("resource"), call.name("node"), device);
    devicebound.send(node, device, message);
    var answer = Json.object().put("messageId", message.messageId());
    message.expiry().ifPresent(at -> answer.put("expiresAt", at.toString()));
    return Answer.accepted(answer);
  }

  private Answer twin(Call call) {
    var name = call.path().getOrDefault("twin", "");
    return Answer.ok(Views.twin(nodes.twin(call.name("resource"), call.name("node"), name)));
  }
}
