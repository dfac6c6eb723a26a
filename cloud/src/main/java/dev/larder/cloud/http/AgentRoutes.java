package dev.larder.cloud.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.larder.cloud.authority.NodeCertificate;
import dev.larder.cloud.fleet.AgentMethods;
import dev.larder.cloud.fleet.NodeLink;
import dev.larder.cloud.refusal.Refusal;
import dev.larder.cloud.refusal.Refusal.Reason;
import dev.larder.cloud.store.NodeRow;
import dev.larder.common.problem.ProblemException;
import dev.larder.common.topic.DirectMethod;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.util.Optional;

/** The direct methods that a node's agent comes for, and its answers. */
record AgentRoutes(NodeLink link, AgentMethods methods) implements HeldRequests.Kind<NodeRow> {
  static final String PATH = "/node/v1/methods";

  private static final int LEAST_STATUS = 100;
  private static final int MOST_STATUS = 599;

  void add(Api api) {
    api.open(HttpMethod.POST, PATH + "/{requestId}", this::answered);
  }

  @Override
  public NodeRow look(NodeCertificate certificate) {
    return link.authenticate(certificate);
  }

  /** Not before here, where the request is known to be held still: a method is handed out once. */
  @Override
  public Optional<Answer> answer(
      NodeCertificate certificate, HttpServerRequest request, NodeRow seen) {
    return methods.next(certificate.node()).map(Answer::ok);
  }

  @Override
  public Answer nothing(HttpServerRequest request) {
    return Answer.noContent();
  }

  private Answer answered(Call call) {
    var node = link.authenticate(NodeRoutes.certificate(call.certificate())).id();
    var answer = call.object();
    var status = answer.path("status");
    if (!status.isInt() || status.asInt() < LEAST_STATUS || status.asInt() > MOST_STATUS) {
      throw new ProblemException(
          "status", "is not a whole number from 100 to 599", "send {\"status\": 200, …}");
    }
    var response = new DirectMethod.Response(status.asInt(), payload(answer), Optional.empty());
    if (!methods.answered(node, call.path().getOrDefault("requestId", ""), response)) {
      throw new Refusal(Reason.ABSENT, "Nobody waits for the answer to this request any more.");
    }
    return Answer.noContent();
  }

  private static JsonNode payload(ObjectNode answer) {
    return answer.path("payload").isMissingNode() ? answer.nullNode() : answer.path("payload");
  }
}
