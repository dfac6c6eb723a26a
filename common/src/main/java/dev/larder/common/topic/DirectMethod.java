package dev.larder.common.topic;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A direct method between cloud and hub, or cloud and agent: the cloud asks a module of a node to
 * do something, and the module answers while it waits.
 */
public final class DirectMethod {
  /** The names that a method may have. */
  public static final Pattern NAME = Pattern.compile("[a-zA-Z0-9_.-]{1,100}");

  /** What a payload may take, bytes; IoT Hub's bound. */
  public static final int LARGEST_PAYLOAD_BYTES = 128 << 10;

  /** The status of a refusal because the target is not connected or takes no methods. */
  public static final int AWAY = 404;

  /** The status of a refusal because the hub awaits too many answers. */
  public static final int TOO_MANY = 429;

  /** The status of a refusal because the answer did not come in time. */
  public static final int LATE = 504;

  private DirectMethod() {}

  /**
   * What is asked.
   *
   * @param responseTimeout how long the cloud waits; after it the hub forgets the request
   */
  public record Request(Duration responseTimeout, JsonNode payload) {}

  /**
   * What is asked of a node's agent, as the cloud hands it out once.
   *
   * @param requestId what the answer goes by
   * @param responseTimeout how long the cloud waits from now on; a node's clock may be wrong, so it
   *     is no time of day
   */
  public record Handed(String requestId, String name, JsonNode payload, Duration responseTimeout) {
    public Handed {
      requireNonNull(requestId, "requestId");
      requireNonNull(name, "name");
      requireNonNull(payload, "payload");
      requireNonNull(responseTimeout, "responseTimeout");
    }
  }

  /**
   * What came of it.
   *
   * @param status in the manner of HTTP's: as the module chose it or, when refused, the hub's
   * @param refused why there is no answer of the module's
   */
  public record Response(int status, JsonNode payload, Optional<String> refused) {}
}
