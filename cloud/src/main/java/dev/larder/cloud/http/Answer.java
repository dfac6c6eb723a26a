package dev.larder.cloud.http;

import dev.larder.common.json.Json;
import java.util.Map;

/** What a request is answered with. */
@SuppressWarnings("ArrayRecordComponent") // Made for one request and shared with nobody.
record Answer(int status, String contentType, Map<String, String> headers, byte[] body) {
  static final String JSON = "application/json";

  Answer {
    headers = Map.copyOf(headers);
  }

  static Answer ok(Object value) {
    return new Answer(200, JSON, Map.of(), Json.writeBytes(value));
  }

  static Answer created(String location, Object value) {
    return new Answer(201, JSON, Map.of("Location", location), Json.writeBytes(value));
  }

  /** Taken, and to be done by somebody else. */
  static Answer accepted(Object value) {
    return new Answer(202, JSON, Map.of(), Json.writeBytes(value));
  }

  static Answer bytes(String contentType, byte[] body) {
    return new Answer(200, contentType, Map.of(), body);
  }

  static Answer noContent() {
    return new Answer(204, "", Map.of(), new byte[0]);
  }

  Answer with(String header, String value) {
    var all = new java.util.HashMap<>(headers);
    all.put(header, value);
    return new Answer(status, contentType, all, body);
  }
}
