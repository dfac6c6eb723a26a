package dev.larder.cloud.http;

import dev.larder.cloud.access.Administrators;
import dev.larder.cloud.access.Administrators.Principal;
import dev.larder.cloud.configuration.Fields;
import dev.larder.cloud.refusal.Refusal;
import dev.larder.cloud.refusal.Refusal.Reason;
import dev.larder.cloud.store.AccessTable.TokenRow;
import dev.larder.common.json.Json;
import dev.larder.common.problem.ProblemException;
import dev.larder.common.problem.Problems;
import io.vertx.core.http.HttpMethod;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Sessions, the password and API tokens. */
final class AccessRoutes {
  private static final int SHORTEST_PASSWORD = 12;
  private static final int LONGEST_PASSWORD = 200;

  private final Administrators administrators;

  AccessRoutes(Administrators administrators) {
    this.administrators = administrators;
  }

  void add(Api api) {
    api.admin(HttpMethod.GET, "/api/v1/session", call -> Answer.ok(session(call.asker())));
    api.open(HttpMethod.POST, "/api/v1/session", this::signIn);
    api.admin(HttpMethod.DELETE, "/api/v1/session", this::signOut);
    api.admin(HttpMethod.POST, "/api/v1/session/password", this::changePassword);
    api.admin(HttpMethod.GET, "/api/v1/tokens", _ -> tokens());
    api.admin(HttpMethod.POST, "/api/v1/tokens", this::newToken);
    api.admin(HttpMethod.DELETE, "/api/v1/tokens/{id}", this::removeToken);
  }

  private record SessionView(
      String via,
      Optional<String> tokenName,
      Optional<String> expiresAt,
      boolean generatedPassword) {}

  private SessionView session(Principal principal) {
    return new SessionView(
        principal.bySession() ? "session" : "token",
        principal.token().map(name -> name.value()),
        principal.sessionEnds().map(ends -> ends.toString()),
        administrators.generatedPassword());
  }

  private Answer signIn(Call call) {
    var problems = new Problems();
    var password = Fields.of(call.json(), problems).required("password", "send the password");
    throwIfAny(problems);
    var session = administrators.signIn(password.orElseThrow(), call.from());
    var view =
        new SessionView(
            "session",
            Optional.empty(),
            Optional.of(session.expiresAt().toString()),
            administrators.generatedPassword());
    return Answer.ok(view)
        .with("Set-Cookie", cookie(session.secret(), Administrators.SESSION_LIFE.toSeconds()));
  }

  private static String cookie(String value, long seconds) {
    return Api.COOKIE
        + "="
        + value
        + "; Path=/; Max-Age="
        + seconds
        + "; HttpOnly; Secure; SameSite=Strict";
  }

  private Answer signOut(Call call) {
    administrators.signOut(call.asker());
    return Answer.noContent().with("Set-Cookie", cookie("", 0));
  }

  private Answer changePassword(Call call) {
    var problems = new Problems();
    var fields = Fields.of(call.json(), problems);
    var current = fields.required("current", "send the password as it is");
    var next = fields.required("new", "send the password as it shall be");
    next.filter(text -> text.length() < SHORTEST_PASSWORD || text.length() > LONGEST_PASSWORD)
        .ifPresent(
            _ -> fields.add("new", "is not 12 to 200 characters", "choose a longer password"));
    throwIfAny(problems);
    administrators.changePassword(
        call.asker(), current.orElseThrow(), next.orElseThrow(), call.from());
    return Answer.noContent();
  }

  private Answer tokens() {
    return Answer.ok(
        Map.of("tokens", administrators.tokens().stream().map(AccessRoutes::view).toList()));
  }

  private static Map<String, String> view(TokenRow token) {
    return Map.of(
        "id", token.id().toString(),
        "name", token.name().value(),
        "createdAt", token.createdAt().toString());
  }

  private Answer newToken(Call call) {
    var name = NameField.read(call.json());
    var made =
        administrators
            .newToken(name)
            .orElseThrow(() ->
                new Refusal(
                    Reason.CONFLICT, "There is a token named " + name + ". Choose another name."));
    var view = Json.object().put("token", made.secret());
    view(made.row()).forEach(view::put);
    return Answer.created("/api/v1/tokens/" + made.row().id(), view);
  }

  private Answer removeToken(Call call) {
    var id = call.path().getOrDefault("id", "");
    try {
      if (administrators.removeToken(UUID.fromString(id))) {
        return Answer.noContent();
      }
    } catch (IllegalArgumentException _) {
      // No UUID is no token's.
    }
    throw new Refusal(Reason.ABSENT, "There is no token with the id " + id + ".");
  }

  private static void throwIfAny(Problems problems) {
    if (!problems.isEmpty()) {
      throw new ProblemException(problems.list());
    }
  }
}
