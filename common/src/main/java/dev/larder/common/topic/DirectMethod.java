package dev.larder.common.topic;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A direct method between cloud and hub: the cloud asks a module of a node to do something, and the
 * module answers while it waits.
 */
public final class DirectMethod {
  /** The names that a method may have. */
  public static final Pattern NAME = Pattern.compile("[a-zA-Z0-9_.-]{1,100}");

  /** What a payload may take, bytes; IoT Hub's bound. */
  public static final int LARGEST_PAYLOAD_BYTES = 128 << 10;

  private DirectMethod() {}

  /**
   * What is asked.
   *
   * @param responseTimeout how long the cloud waits; after it the hub forgets the request
   */
  public record Request(Duration responseTimeout, JsonNode payload) {}

  /**
   * What came of it.
   *
   * @param status as the module chose it, in the manner of HTTP's; 0 when the module was not asked
   * @param refused why the hub could not ask the module
   */
  public record Response(int status, JsonNode payload, Optional<String> refused) {}
}
