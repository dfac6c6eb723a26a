package dev.larder.agent.workload;

import java.util.Locale;
import java.util.Optional;

/**
 * A whole request.
 *
 * @param target path and query, as written
 * @param contentType as written; empty when it is not said
 * @param body empty for none
 */
record Request(String method, String target, Optional<String> contentType, String body) {
  /** As IoT Edge has it: a body of another type is as none, one of no said type is JSON. */
  Optional<String> json() {
    var isJson =
        contentType
            .map(type -> type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT))
            .map("application/json"::equals)
            .orElse(true);
    return isJson && !body.isEmpty() ? Optional.of(body) : Optional.empty();
  }
}
