package dev.larder.cloud.http;

import dev.larder.cloud.access.Administrators;
import dev.larder.cloud.access.Administrators.Principal;
import dev.larder.cloud.refusal.Refusal;
import dev.larder.cloud.refusal.Refusal.Reason;
import dev.larder.cloud.thread.Blocking;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.Cookie;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;

/** Puts actions behind addresses: who may ask, where the action runs, how it is answered. */
final class Api {
  static final String COOKIE = "larder_session";

  /** A page of another site cannot send it, so one that has it is from ours. */
  private static final String OWN_REQUEST = "X-Larder-Request";

  private static final String BEARER = "Bearer ";

  private final Router router;
  private final Blocking blocking;
  private final Administrators administrators;

  Api(Router router, Blocking blocking, Administrators administrators) {
    this.router = router;
    this.blocking = blocking;
    this.administrators = administrators;
  }

  /** What is done for a request, on a virtual thread; what it throws is answered as a problem. */
  @FunctionalInterface
  interface Action {
    Answer answer(Call call) throws Exception;
  }

  /** For everybody. */
  void open(HttpMethod method, String path, Action action) {
    route(method, path, (_, call) -> action.answer(call));
  }

  /** For administrators. */
  void admin(HttpMethod method, String path, Action action) {
    route(
        method,
        path,
        (credentials, call) -> action.answer(call.by(principal(credentials, method))));
  }

  private interface Guarded {
    Answer answer(Credentials credentials, Call call) throws Exception;
  }

  private record Credentials(Optional<String> bearer, Optional<String> session, boolean own) {
    static Credentials of(RoutingContext context) {
      var authorization = Optional.ofNullable(context.request().getHeader("Authorization"));
      return new Credentials(
          authorization.filter(a -> a.startsWith(BEARER)).map(a -> a.substring(BEARER.length())),
          Optional.ofNullable(context.request().getCookie(COOKIE)).map(Cookie::getValue),
          "1".equals(context.request().getHeader(OWN_REQUEST)));
    }
  }

  private void route(HttpMethod method, String path, Guarded action) {
    router
        .route(method, path.replaceAll("\\{(\\w+)}", ":$1"))
        .putMetadata("path", path)
        .handler(context -> {
          var call = Call.of(context);
          var credentials = Credentials.of(context);
          blocking
              .call(() -> action.answer(credentials, call))
              .recover(failure -> io.vertx.core.Future.succeededFuture(ProblemAnswer.of(failure)))
              .onSuccess(answer -> send(context, answer));
        });
  }

  private Principal principal(Credentials credentials, HttpMethod method) {
    if (credentials.bearer().isPresent()) {
      return administrators
          .byToken(credentials.bearer().get())
          .orElseThrow(
              () -> new Refusal(Reason.UNKNOWN, "The token is not known. Make a new one."));
    }
    var principal =
        credentials
            .session()
            .flatMap(administrators::bySession)
            .orElseThrow(() ->
                new Refusal(Reason.UNKNOWN, "Sign in first, or send an API token as a bearer."));
    if (!method.equals(HttpMethod.GET) && !credentials.own()) {
      throw new Refusal(
          Reason.FORBIDDEN,
          "A change by session cookie also needs the header " + OWN_REQUEST + ": 1.");
    }
    return principal;
  }

  /** Answers, unless the peer has gone. */
  static void send(RoutingContext context, Answer answer) {
    var response = context.response();
    if (response.ended() || response.closed()) {
      return;
    }
    response.setStatusCode(answer.status());
    if (!answer.contentType().isEmpty()) {
      response.putHeader("Content-Type", answer.contentType());
    }
    answer.headers().forEach(response::putHeader);
    response.end(Buffer.buffer(answer.body()));
  }
}
