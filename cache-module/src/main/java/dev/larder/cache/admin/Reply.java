package dev.larder.cache.admin;

import com.fasterxml.jackson.databind.JsonNode;
import dev.larder.common.json.Json;
import dev.larder.common.problem.Problem;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The answer to an administrator.
 *
 * @param status as HTTP's
 */
public record Reply(int status, JsonNode body) {
  static final int OK = 200;
  static final int ACCEPTED = 202;
  static final int BAD_REQUEST = 400;
  static final int UNAUTHORIZED = 401;
  static final int NOT_FOUND = 404;
  static final int NOT_ALLOWED = 405;
  static final int CONFLICT = 409;
  static final int TOO_LARGE = 413;
  static final int FAILED = 500;
  static final int UNAVAILABLE = 503;

  static Reply of(int status, Object body) {
    return new Reply(status, Json.mapper().valueToTree(body));
  }

  /** Something is wrong with what was asked: every problem, with its field and its mend. */
  static Reply invalid(List<Problem> problems) {
    var detail = problems.stream().map(Problem::toString).collect(Collectors.joining("; "));
    return problem(BAD_REQUEST, detail, problems);
  }

  static Reply problem(int status, String detail) {
    return problem(status, detail, List.of());
  }

  static Reply problem(int status, String detail, List<Problem> problems) {
    var body = Json.object().put("status", status).put("detail", detail);
    body.set("problems", Json.mapper().valueToTree(problems));
    return new Reply(status, body);
  }
}
