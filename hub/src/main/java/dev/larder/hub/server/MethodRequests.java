package dev.larder.hub.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.larder.common.id.CacheNodeId;
import dev.larder.common.json.Json;
import dev.larder.common.topic.DirectMethod;
import dev.larder.common.trust.SasToken;
import dev.larder.hub.identity.Credentials;
import dev.larder.hub.identity.Identity;
import dev.larder.hub.iothub.IotHubDesk;
import dev.larder.hub.iothub.MethodDesk;
import dev.larder.hub.message.Payload;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * Direct methods that modules of the node ask of one another and of leaf devices, over HTTPS as IoT
 * Edge has it: {@code POST /twins/<node>/modules/<module>/methods} or {@code
 * /twins/<device>/methods} with {@code {"methodName", "payload", "responseTimeoutInSeconds"}}; the
 * answer is {@code {"status", "payload"}}. The caller is a module of this node, by its certificate
 * or its token; the query names the generation of the key that the token was made with.
 */
public final class MethodRequests implements WebRequests {
  private static final Pattern PATH =
      Pattern.compile("/twins/([^/]+)(?:/modules/([^/]+))?/methods/?");
  private static final Pattern RESOURCE = Pattern.compile("[^/]+/devices/([^/]+)/modules/([^/]+)");
  private static final int PATIENCE_SECONDS = 30;
  private static final int PATIENCE_MAXIMUM_SECONDS = 300;

  private final CacheNodeId node;
  private final Logins logins;
  private final IotHubDesk desk;
  private final Turn turn;

  public MethodRequests(CacheNodeId node, Logins logins, IotHubDesk desk, Turn turn) {
    this.node = node;
    this.logins = logins;
    this.desk = desk;
    this.turn = turn;
  }

  @Override
  public void handle(Request request, Consumer<Answer> answer) {
    var path = PATH.matcher(request.path());
    if (!path.matches()) {
      answer.accept(problem(404, "There is POST /twins/<node>/modules/<module>/methods, and MQTT"));
      return;
    }
    if (!request.method().equals("POST")) {
      answer.accept(problem(405, "Methods are called with POST"));
      return;
    }
    if (request.authorization().isEmpty() && request.certificate().isEmpty()) {
      answer.accept(
          problem(
              401, "Give the token of a module of this node as Authorization, or its certificate"));
      return;
    }
    var credentials = credentials(request);
    logins.judge(
        request.from(),
        credentials.clientId(),
        credentials,
        outcome -> {
          switch (outcome) {
            case Logins.Known(Identity.Module _, var _) -> ask(path, request.body(), answer);
            case Logins.Known(var _, var _) ->
                answer.accept(problem(403, "Only modules of this node call methods"));
            case Logins.Wrong(var detail) -> answer.accept(problem(401, detail));
            case Logins.TooMany() ->
                answer.accept(problem(429, "Too many wrong logins from this address: wait"));
          }
        });
  }

  private void ask(MatchResult path, String body, Consumer<Answer> answer) {
    boolean module = path.group(2) != null;
    if (module && !path.group(1).equals(node.toString())) {
      answer.accept(problem(404, "This is the hub of node " + node));
      return;
    }
    call(module ? path.group(2) : Identity.PREFIX + path.group(1), body, answer);
  }

  /** Whom a request claims to come from is in its token, or its certificate. */
  private static Credentials credentials(Request request) {
    var token = request.authorization();
    var clientId =
        token
            .flatMap(SasToken::parse)
            .flatMap(parsed -> clientId(parsed.resource()))
            .or(() -> request.certificate().map(shown -> shown.commonName()))
            .orElse("");
    return new Credentials(
        clientId,
        token.map(_ -> "hub/" + clientId + "/?generation=" + request.generation()),
        token.map(text -> Payload.of(text.getBytes(StandardCharsets.UTF_8))),
        request.certificate(),
        false);
  }

  private static Optional<String> clientId(String resource) {
    var matcher = RESOURCE.matcher(resource);
    return matcher.matches()
        ? Optional.of(matcher.group(1) + "/" + matcher.group(2))
        : Optional.empty();
  }

  private void call(String target, String body, Consumer<Answer> answer) {
    if (!(read(body) instanceof ObjectNode call) || !call.path("methodName").isTextual()) {
      answer.accept(
          problem(400, "methodName is missing: write {\"methodName\": \"…\", \"payload\": …}"));
      return;
    }
    var name = call.path("methodName").textValue();
    if (!DirectMethod.NAME.matcher(name).matches()) {
      answer.accept(
          problem(400, "methodName is 1 to 100 letters, digits, '_', '.' and '-': " + name));
      return;
    }
    int seconds = call.path("responseTimeoutInSeconds").asInt(PATIENCE_SECONDS);
    var patience = Duration.ofSeconds(Math.clamp(seconds, 1, PATIENCE_MAXIMUM_SECONDS));
    desk.invoke(
        target,
        name,
        new DirectMethod.Request(patience, call.path("payload")),
        new MethodDesk.Answer(response -> answer.accept(of(response))),
        turn.nowMillis());
    turn.schedule();
  }

  private static Answer of(DirectMethod.Response response) {
    if (response.refused().isPresent()) {
      return problem(response.status(), response.refused().get());
    }
    var body = Json.object().put("status", response.status());
    body.set("payload", response.payload());
    return new Answer(200, Json.write(body));
  }

  private static JsonNode read(String body) {
    try {
      return Json.mapper().readTree(body);
    } catch (IOException _) {
      return Json.mapper().missingNode();
    }
  }

  private static Answer problem(int status, String message) {
    return new Answer(status, Json.write(Json.object().put("message", message)));
  }
}
