package dev.larder.agent.methods;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.larder.common.json.Json;
import dev.larder.common.problem.Problem;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What a direct method is answered with. A refusal says why under {@code message}, where IoT Edge's
 * tools look, and under {@code detail}, where ours do.
 *
 * @param status in the manner of HTTP's
 */
public record Reply(int status, JsonNode payload) {
  private static final int OK = 200;
  private static final int INVALID = 400;
  private static final int ABSENT = 404;
  private static final int TOO_LARGE = 413;
  private static final int FAILED = 500;

  /** Done, with nothing to tell. */
  public static Reply done() {
    return done(Json.mapper().nullNode());
  }

  public static Reply done(JsonNode payload) {
    return new Reply(OK, payload);
  }

  /** Every problem of a request that cannot be carried out. */
  public static Reply invalid(List<Problem> problems) {
    var sentence = problems.stream().map(Problem::toString).collect(Collectors.joining("; "));
    var payload = refusal(sentence);
    payload.set("problems", Json.mapper().valueToTree(problems));
    return new Reply(INVALID, payload);
  }

  /** The node has no such module, but these. */
  public static Reply unknownModule(String id, Collection<String> modules) {
    var payload =
        refusal(
            "The node has no container of a module "
                + id
                + "; it has "
                + (modules.isEmpty() ? "none" : String.join(", ", modules)));
    modules.forEach(payload.putArray("modules")::add);
    return new Reply(ABSENT, payload);
  }

  /** The answer would be longer than a direct method's may be. */
  public static Reply tooLarge(String detail) {
    return new Reply(TOO_LARGE, refusal(detail));
  }

  public static Reply failed(String detail) {
    return new Reply(FAILED, refusal(detail));
  }

  private static ObjectNode refusal(String detail) {
    return Json.object().put("message", detail).put("detail", detail);
  }
}
