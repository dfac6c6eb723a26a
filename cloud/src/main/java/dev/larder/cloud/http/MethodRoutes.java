package dev.larder.cloud.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.larder.cloud.fleet.Methods;
import dev.larder.cloud.fleet.Nodes;
import dev.larder.cloud.refusal.Refusal;
import dev.larder.cloud.refusal.Refusal.Reason;
import dev.larder.common.id.CacheNodeId;
import dev.larder.common.id.ModuleId;
import dev.larder.common.json.Json;
import dev.larder.common.problem.ProblemException;
import dev.larder.common.topic.DirectMethod;
import io.vertx.core.http.HttpMethod;
import java.time.Duration;
import java.util.function.Predicate;

/**
 * Direct methods: the body goes to the module or leaf device as it is, and its answer comes back.
 * The agent's go to the agent itself, all others by way of the node's hub.
 */
final class MethodRoutes {
  private static final String NODE = "/api/v1/resources/{resource}/nodes/{node}";

  /** What IoT Edge's tools call it. */
  private static final String AGENT_AS_TWIN = "$edgeAgent";

  private static final String TIMEOUT = "responseTimeout";
  private static final int LEAST_SECONDS = 5;
  private static final int MOST_SECONDS = 300;
  private static final int USUAL_SECONDS = 20;

  private final Nodes nodes;
  private final Predicate<CacheNodeId> connected;
  private final Methods hubs;
  private final Methods agents;

  MethodRoutes(Nodes nodes, Predicate<CacheNodeId> connected, Methods hubs, Methods agents) {
    this.nodes = nodes;
    this.connected = connected;
    this.hubs = hubs;
    this.agents = agents;
  }

  void add(Api api) {
    api.admin(
        HttpMethod.POST,
        NODE + "/modules/{module}/methods/{name}",
        call -> invoke(call, module(call)));
    api.admin(
        HttpMethod.POST,
        NODE + "/devices/{device}/methods/{name}",
        call -> invoke(call, call.device().name()));
  }

  private Answer invoke(Call call, String target) {
    var method = call.path().getOrDefault("name", "");
    if (!DirectMethod.NAME.matcher(method).matches()) {
      throw new ProblemException(
          "name", "is no method's name", "use 1 to 100 letters, digits, '-', '_' and '.'");
    }
    if (call.body().length > DirectMethod.LARGEST_PAYLOAD_BYTES) {
      throw new ProblemException("", "is more than 128 KiB", "send less, in more calls");
    }
    JsonNode payload = call.body().length == 0 ? Json.object() : call.json();
    var patience = patience(call);
    var node = nodes.get(call.name("resource"), call.name("node"), connected).standing().node();
    var methods = target.equals(ModuleId.AGENT.value()) ? agents : hubs;
    var response = methods.call(node.id(), target, method, payload, patience);
    if (response.refused().isPresent()) {
      throw new Refusal(reason(response.status()), response.refused().get());
    }
    var answer = Json.object().put("status", response.status());
    answer.set("payload", response.payload());
    return Answer.ok(answer);
  }

  /** Hubs of earlier releases name no status. */
  private static Reason reason(int status) {
    return switch (status) {
      case DirectMethod.LATE -> Reason.LATE;
      case DirectMethod.TOO_MANY -> Reason.TOO_MANY;
      default -> Reason.CONFLICT;
    };
  }

  private static String module(Call call) {
    var text = call.path().getOrDefault("module", "");
    if (text.equals(AGENT_AS_TWIN)) {
      return ModuleId.AGENT.value();
    }
    if (!ModuleId.isOne(text)) {
      throw new Refusal(Reason.ABSENT, "There is no module named \"" + text + "\".");
    }
    return text;
  }

  private static Duration patience(Call call) {
    var text = call.query().getOrDefault(TIMEOUT, String.valueOf(USUAL_SECONDS));
    try {
      int seconds = Integer.parseInt(text);
      if (seconds >= LEAST_SECONDS && seconds <= MOST_SECONDS) {
        return Duration.ofSeconds(seconds);
      }
    } catch (NumberFormatException _) {
      // Told below.
    }
    throw new ProblemException(
        TIMEOUT,
        "is not " + LEAST_SECONDS + " to " + MOST_SECONDS + " seconds",
        "leave it out for " + USUAL_SECONDS);
  }
}
