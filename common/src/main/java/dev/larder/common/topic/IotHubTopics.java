package dev.larder.common.topic;

import dev.larder.common.id.CacheNodeId;
import dev.larder.common.id.ModuleId;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** The topics that modules speak to the hub: IoT Hub's, as IoT Edge's modules use them. */
public final class IotHubTopics {
  /** Subscribe: answers to twin requests. */
  public static final String TWIN_RESPONSES = "$iothub/twin/res/#";

  /** Subscribe: changes of desired properties. */
  public static final String DESIRED_PATCHES = "$iothub/twin/PATCH/properties/desired/#";

  /** Subscribe: direct methods. */
  public static final String METHODS = "$iothub/methods/POST/#";

  /** The system property that names a message's output. */
  public static final String OUTPUT = "$.on";

  /** The system property that holds a message's id. */
  public static final String MESSAGE_ID = "$.mid";

  /** The system property that holds the content type. */
  public static final String CONTENT_TYPE = "$.ct";

  private static final String EVENTS = "/messages/events/";
  private static final Pattern EVENT =
      Pattern.compile("devices/([^/]+)(?:/modules/([^/]+))?/messages/events(?:/(.*))?");
  private static final Pattern TWIN_GET = Pattern.compile("\\$iothub/twin/GET/\\?(.*)");
  private static final Pattern TWIN_REPORTED =
      Pattern.compile("\\$iothub/twin/PATCH/properties/reported/\\?(.*)");
  private static final Pattern METHOD_REQUEST =
      Pattern.compile("\\$iothub/methods/POST/([^/]+)/\\?(.*)");
  private static final Pattern METHOD_RESPONSE =
      Pattern.compile("\\$iothub/methods/res/(-?\\d{1,9})/\\?(.*)");
  private static final Pattern TWIN_RESPONSE = Pattern.compile("\\$iothub/twin/res/(\\d+)/\\?(.*)");

  private IotHubTopics() {}

  /** What a module's PUBLISH means, by its topic. */
  public sealed interface FromModule {}

  /**
   * Telemetry on an output.
   *
   * @param module empty where a leaf device sent it
   * @param properties the system ones ({@code $.…}) among them
   */
  public record Event(String device, String module, Map<String, String> properties)
      implements FromModule {
    public Event {
      properties = Map.copyOf(properties);
    }

    /** The output's name; empty for the unnamed one. */
    public String output() {
      return properties.getOrDefault(OUTPUT, "");
    }
  }

  public record TwinGet(String requestId) implements FromModule {}

  public record ReportedPatch(String requestId) implements FromModule {}

  /** The answer to a {@link MethodRequest}, which has the same id; the payload is its body. */
  public record MethodResponse(int status, String requestId) implements FromModule {}

  /** A direct method that a module is asked to carry out. */
  public record MethodRequest(String name, String requestId) {}

  /** An answer to {@link TwinGet} (200, the payload a twin) or {@link ReportedPatch} (204). */
  public record TwinResponse(int status, String requestId, Optional<Long> version) {}

  /** Reads the topic of a module's PUBLISH; empty when it is none of IoT Hub's. */
  public static Optional<FromModule> parse(String topic) {
    var event = EVENT.matcher(topic);
    if (event.matches()) {
      var properties = event.group(3) == null ? "" : event.group(3);
      var module = event.group(2) == null ? "" : event.group(2);
      return Optional.of(new Event(event.group(1), module, decode(properties)));
    }
    var get = TWIN_GET.matcher(topic);
    if (get.matches()) {
      return Optional.of(new TwinGet(decode(get.group(1)).getOrDefault("$rid", "")));
    }
    var patch = TWIN_REPORTED.matcher(topic);
    if (patch.matches()) {
      return Optional.of(new ReportedPatch(decode(patch.group(1)).getOrDefault("$rid", "")));
    }
    var method = METHOD_RESPONSE.matcher(topic);
    if (method.matches()) {
      return Optional.of(
          new MethodResponse(
              Integer.parseInt(method.group(1)), decode(method.group(2)).getOrDefault("$rid", "")));
    }
    return Optional.empty();
  }

  public static String methodRequest(String name, String requestId) {
    return "$iothub/methods/POST/" + name + "/?$rid=" + requestId;
  }

  public static String methodResponse(int status, String requestId) {
    return "$iothub/methods/res/" + status + "/?$rid=" + requestId;
  }

  /** The method that a message from the hub asks for; empty when the topic is none of a method. */
  public static Optional<MethodRequest> parseMethodRequest(String topic) {
    var request = METHOD_REQUEST.matcher(topic);
    return request.matches()
        ? Optional.of(
            new MethodRequest(request.group(1), decode(request.group(2)).getOrDefault("$rid", "")))
        : Optional.empty();
  }

  public static String event(CacheNodeId node, ModuleId module, Map<String, String> properties) {
    return "devices/" + node + "/modules/" + module + EVENTS + encode(properties);
  }

  /** Where the hub delivers to a module's input. */
  public static String input(
      CacheNodeId node, ModuleId module, String input, Map<String, String> properties) {
    return "devices/" + node + "/modules/" + module + "/inputs/" + input + "/" + encode(properties);
  }

  /** What a module subscribes to for its inputs. */
  public static String inputs(CacheNodeId node, ModuleId module) {
    return "devices/" + node + "/modules/" + module + "/#";
  }

  public static String twinGet(String requestId) {
    return "$iothub/twin/GET/?$rid=" + requestId;
  }

  public static String reportedPatch(String requestId) {
    return "$iothub/twin/PATCH/properties/reported/?$rid=" + requestId;
  }

  public static String twinResponse(int status, String requestId, Optional<Long> version) {
    return "$iothub/twin/res/"
        + status
        + "/?$rid="
        + requestId
        + version.map(v -> "&$version=" + v).orElse("");
  }

  public static Optional<TwinResponse> parseTwinResponse(String topic) {
    var response = TWIN_RESPONSE.matcher(topic);
    if (!response.matches()) {
      return Optional.empty();
    }
    var query = decode(response.group(2));
    return Optional.of(
        new TwinResponse(
            Integer.parseInt(response.group(1)),
            query.getOrDefault("$rid", ""),
            Optional.ofNullable(query.get("$version")).map(Long::valueOf)));
  }

  public static String desiredPatch(long version) {
    return "$iothub/twin/PATCH/properties/desired/?$version=" + version;
  }

  /** The properties of an event's topic; none where it is no event's. */
  public static Map<String, String> eventProperties(String topic) {
    int events = topic.indexOf(EVENTS);
    return events < 0 ? Map.of() : decode(topic.substring(events + EVENTS.length()));
  }

  /** Properties as they stand in a topic: percent-encoded, {@code a=1&b=2}. */
  public static String encode(Map<String, String> properties) {
    var text = new StringBuilder();
    properties.forEach((name, value) ->
        text.append(text.isEmpty() ? "" : "&")
            .append(URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20"))
            .append('=')
            .append(URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20")));
    return text.toString();
  }

  private static Map<String, String> decode(String text) {
    var properties = new LinkedHashMap<String, String>();
    for (var pair : text.split("[&/]", -1)) {
      if (!pair.isEmpty()) {
        int equals = pair.indexOf('=');
        var name = equals < 0 ? pair : pair.substring(0, equals);
        var value = equals < 0 ? "" : pair.substring(equals + 1);
        properties.put(decodePart(name), decodePart(value));
      }
    }
    return properties;
  }

  private static String decodePart(String text) {
    try {
      return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException _) {
      return text;
    }
  }
}
