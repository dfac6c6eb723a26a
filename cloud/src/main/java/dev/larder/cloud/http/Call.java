package dev.larder.cloud.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.larder.cloud.access.Administrators.Principal;
import dev.larder.cloud.authority.NodeCertificate;
import dev.larder.cloud.refusal.Refusal;
import dev.larder.cloud.refusal.Refusal.Reason;
import dev.larder.common.id.DeviceId;
import dev.larder.common.id.Name;
import dev.larder.common.json.Json;
import dev.larder.common.problem.ProblemException;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A request as an action sees it, read on the event loop so that the action can run elsewhere.
 *
 * @param path the values of the path's placeholders
 * @param from the address of the peer
 * @param principal who asks, where the action needs somebody
 */
@SuppressWarnings("ArrayRecordComponent") // Made for one request and shared with nobody.
record Call(
    Map<String, String> path,
    Map<String, String> query,
    byte[] body,
    String from,
    Optional<NodeCertificate> certificate,
    Optional<Principal> principal) {

  static Call of(RoutingContext context) {
    var query = new HashMap<String, String>();
    context.queryParams().forEach(entry -> query.putIfAbsent(entry.getKey(), entry.getValue()));
    var body = Optional.ofNullable(context.body()).map(b -> b.buffer()).orElseGet(Buffer::buffer);
    return new Call(
        Map.copyOf(context.pathParams()),
        query,
        body.getBytes(),
        context.request().remoteAddress().host(),
        NodeCertificate.of(context.request().sslSession()),
        Optional.empty());
  }

  Call by(Principal who) {
    return new Call(path, query, body, from, certificate, Optional.of(who));
  }

  /** Who asks, in an action that is for administrators only. */
  Principal asker() {
    return principal.orElseThrow();
  }

  /** A name in the path; one that cannot be a name is nobody's. */
  Name name(String placeholder) {
    var text = path.getOrDefault(placeholder, "");
    try {
      return Name.of(text);
    } catch (IllegalArgumentException _) {
      throw new Refusal(
          Reason.ABSENT,
          "There is no "
              + placeholder
              + " named \""
              + text
              + "\". Names are 1 to 90 letters, digits, hyphens and underscores.");
    }
  }

  /** The leaf device in the path; what cannot be one's id is nobody's. */
  DeviceId device() {
    var text = path.getOrDefault("device", "");
    try {
      return DeviceId.of(text);
    } catch (IllegalArgumentException e) {
      throw new Refusal(Reason.ABSENT, "There is no such device. " + e.getMessage());
    }
  }

  JsonNode json() {
    try {
      return Json.mapper().readTree(body);
    } catch (JsonProcessingException e) {
      throw new ProblemException("", "is not JSON: " + e.getOriginalMessage(), "send JSON");
    } catch (IOException e) {
      throw new ProblemException("", "cannot be read: " + e.getMessage(), "send JSON");
    }
  }

  ObjectNode object() {
    if (json() instanceof ObjectNode object) {
      return object;
    }
    throw new ProblemException("", "is not an object", "send a JSON object: {…}");
  }
}
