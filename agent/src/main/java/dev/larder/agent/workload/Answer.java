package dev.larder.agent.workload;

import dev.larder.common.json.Json;
import java.nio.charset.StandardCharsets;

/**
 * What a request is answered with. It is the only one of its connection, so that no request can
 * hide behind another.
 *
 * @param json the body
 */
record Answer(Status status, String json) {
  /** IoT Edge's form of errors. */
  static Answer error(Status status, String message) {
    return new Answer(status, Json.write(Json.object().put("message", message)));
  }

  /** As it goes over the wire (RFC 9112). */
  byte[] bytes() {
    var body = json.getBytes(StandardCharsets.UTF_8);
    var head =
        "HTTP/1.1 "
            + status.code()
            + " "
            + status.reason()
            + "\r\nContent-Type: application/json\r\nContent-Length: "
            + body.length
            + "\r\nConnection: close\r\n\r\n";
    return (head + json).getBytes(StandardCharsets.UTF_8);
  }
}
