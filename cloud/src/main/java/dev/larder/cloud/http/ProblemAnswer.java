package dev.larder.cloud.http;

import dev.larder.cloud.refusal.Refusal;
import dev.larder.common.json.Json;
import dev.larder.common.problem.Problem;
import dev.larder.common.problem.ProblemException;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.vertx.ext.web.handler.HttpException;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Errors as {@code application/problem+json} (RFC 9457). */
final class ProblemAnswer {
  static final String CONTENT_TYPE = "application/problem+json";

  private static final Logger log = LoggerFactory.getLogger(ProblemAnswer.class);

  private ProblemAnswer() {}

  static Answer of(int status, String detail, List<Problem> problems) {
    var body = Json.object();
    body.put("type", "about:blank");
    body.put("title", HttpResponseStatus.valueOf(status).reasonPhrase());
    body.put("status", status);
    body.put("detail", detail);
    body.set("problems", Json.mapper().valueToTree(problems));
    return new Answer(status, CONTENT_TYPE, Map.of(), Json.writeBytes(body));
  }

  /** The answer to a request that ended in this. */
  static Answer of(Throwable failure) {
    return switch (failure) {
      case ProblemException invalid -> of(400, sentence(invalid), invalid.problems());
      case Refusal refusal -> of(status(refusal.reason()), refusal.detail(), List.of());
      case HttpException http -> of(http.getStatusCode(), http(http.getStatusCode()), List.of());
      case Throwable bug -> {
        log.atError().setCause(bug).log("request failed");
        yield of(500, "The cloud failed at this request; its log says why.", List.of());
      }
    };
  }

  private static String sentence(ProblemException invalid) {
    return invalid.problems().stream().map(Problem::toString).collect(Collectors.joining("; "));
  }

  private static String http(int status) {
    return switch (status) {
      case 404 -> "There is nothing at this address. GET /openapi.yaml says what there is.";
      case 405 -> "This address does not take this method. GET /openapi.yaml says what it takes.";
      case 413 -> "The body is more than 1 MiB.";
      default -> HttpResponseStatus.valueOf(status).reasonPhrase();
    };
  }

  private static int status(Refusal.Reason reason) {
    return switch (reason) {
      case UNKNOWN -> 401;
      case FORBIDDEN -> 403;
      case ABSENT -> 404;
      case CONFLICT -> 409;
      case GONE -> 410;
      case TOO_MANY -> 429;
      case LATE -> 504;
    };
  }
}
