package dev.larder.common.topic;

import dev.larder.common.id.CacheNodeId;
import dev.larder.common.id.DeviceId;
import dev.larder.common.id.ModuleId;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The topics that a hub and the cloud speak on the node's one connection. All are QoS 1 but those
 * of direct methods, which are QoS 0: a method is carried out at most once, and who waits hears of
 * a loss by the time that has passed.
 *
 * <ul>
 *   <li>{@code larder/<node>/telemetry/<sender>/<epoch>/<sequence>} up: {@link TelemetryEnvelope}.
 *       Epoch and sequence name the message. An epoch is one ordered stream, {@link #epoch a
 *       store's of one priority}; within it sequences rise, with gaps. The cloud remembers, per
 *       node and epoch, the last sequence it stored and passes over what comes again.
 *   <li>{@code larder/<node>/reported/<twin>} up: {@code {"version": n, "reported": {…}}}, the
 *       whole document. The cloud keeps the highest version.
 *   <li>{@code larder/<node>/desired/<twin>} down: {@code {"version": n, "desired": {…}}}, the
 *       whole document, sent for every twin of the node when the hub has subscribed to {@link
 *       #desiredFilter} and again at each change. A twin that the node lost comes as {@code
 *       {"version": n, "desired": null}}.
 *   <li>{@code larder/<node>/methods/<target>/<method>/<request>} down: {@link
 *       DirectMethod.Request}; the hub subscribes to {@link #methodsFilter}.
 *   <li>{@code larder/<node>/methodresponses/<request>} up: {@link DirectMethod.Response}.
 *   <li>{@code larder/<node>/devicebound/<device>/<message id>} down: {@link DeviceboundEnvelope};
 *       the hub subscribes to {@link #deviceboundFilter}, and acknowledges what it keeps on disk.
 * </ul>
 *
 * Sender, twin and target are a module's id or a leaf device's {@link DeviceId#name()}.
 */
public final class NodeTopics {
  private static final Pattern TELEMETRY =
      Pattern.compile("larder/([^/]+)/telemetry/([^/]+)/([^/]+)/(\\d{1,18})");
  private static final Pattern TWIN = Pattern.compile("larder/([^/]+)/(reported|desired)/([^/]+)");

  private static final Pattern METHOD_REQUEST =
      Pattern.compile("larder/[^/]+/methods/([^/]+)/([^/]+)/([a-zA-Z0-9-]{1,64})");
  private static final Pattern METHOD_RESPONSE =
      Pattern.compile("larder/([^/]+)/methodresponses/([a-zA-Z0-9-]{1,64})");

  private static final Pattern DEVICEBOUND =
      Pattern.compile("larder/[^/]+/devicebound/([^/]+)/([^/]+)");

  private NodeTopics() {}

  /** A message for a leaf device of this node. */
  public record Devicebound(String device, String messageId) {}

  /** A direct method for {@code module}, which is a module's id or a leaf device's name. */
  public record MethodRequest(String module, String method, String requestId) {}

  /** A node's answer to a {@link MethodRequest}. */
  public record MethodResponse(String node, String requestId) {}

  public sealed interface Up {
    String node();
  }

  public record Telemetry(String node, String sender, String epoch, long sequence) implements Up {}

  /** {@code twin} is a module's id, a leaf device's name or {@code $edgeHub}. */
  public record Reported(String node, String twin) implements Up {}

  /** The epoch of a priority's messages in a store: each priority is a stream of its own. */
  public static String epoch(String storeId, int priority) {
    return storeId + "." + priority;
  }

  /** Where a message of a module or, by its {@link DeviceId#name()}, of a leaf device goes. */
  public static String telemetry(CacheNodeId node, String sender, String epoch, long sequence) {
    return "larder/" + node + "/telemetry/" + sender + "/" + epoch + "/" + sequence;
  }

  public static String telemetry(CacheNodeId node, ModuleId module, String epoch, long sequence) {
    return telemetry(node, module.value(), epoch, sequence);
  }

  public static String reported(CacheNodeId node, String twin) {
    return "larder/" + node + "/reported/" + twin;
  }

  public static String desired(CacheNodeId node, String twin) {
    return "larder/" + node + "/desired/" + twin;
  }

  public static String desiredFilter(CacheNodeId node) {
    return "larder/" + node + "/desired/+";
  }

  /** Reads what a hub published; empty when it is none of these. */
  public static Optional<Up> parseUp(String topic) {
    var telemetry = TELEMETRY.matcher(topic);
    if (telemetry.matches()) {
      return Optional.of(
          new Telemetry(
              telemetry.group(1),
              telemetry.group(2),
              telemetry.group(3),
              Long.parseLong(telemetry.group(4))));
    }
    var twin = TWIN.matcher(topic);
    return twin.matches() && twin.group(2).equals("reported")
        ? Optional.of(new Reported(twin.group(1), twin.group(3)))
        : Optional.empty();
  }

  /** The twin that a message from the cloud is for; empty when the topic is not a desired one. */
  public static Optional<String> parseDesired(String topic) {
    var twin = TWIN.matcher(topic);
    return twin.matches() && twin.group(2).equals("desired")
        ? Optional.of(twin.group(3))
        : Optional.empty();
  }

  /** Asks a module or, by its {@link DeviceId#name()}, a leaf device. */
  public static String methodRequest(
      CacheNodeId node, String target, String method, String requestId) {
    return "larder/" + node + "/methods/" + target + "/" + method + "/" + requestId;
  }

  public static String methodRequest(
      CacheNodeId node, ModuleId module, String method, String requestId) {
    return methodRequest(node, module.value(), method, requestId);
  }

  public static String methodsFilter(CacheNodeId node) {
    return "larder/" + node + "/methods/#";
  }

  public static String methodResponse(CacheNodeId node, String requestId) {
    return "larder/" + node + "/methodresponses/" + requestId;
  }

  public static String devicebound(CacheNodeId node, DeviceId device, String messageId) {
    return "larder/" + node + "/devicebound/" + device + "/" + messageId;
  }

  public static String deviceboundFilter(CacheNodeId node) {
    return "larder/" + node + "/devicebound/#";
  }

  /** The device and message that a topic from the cloud is of; empty when it is none of these. */
  public static Optional<Devicebound> parseDevicebound(String topic) {
    var message = DEVICEBOUND.matcher(topic);
    return message.matches()
        ? Optional.of(new Devicebound(message.group(1), message.group(2)))
        : Optional.empty();
  }

  /** What the cloud asks of a module; empty when the topic is not a method's. */
  public static Optional<MethodRequest> parseMethodRequest(String topic) {
    var request = METHOD_REQUEST.matcher(topic);
    return request.matches()
        ? Optional.of(new MethodRequest(request.group(1), request.group(2), request.group(3)))
        : Optional.empty();
  }

  /** What a hub answers; empty when the topic is not a method's answer. */
  public static Optional<MethodResponse> parseMethodResponse(String topic) {
    var response = METHOD_RESPONSE.matcher(topic);
    return response.matches()
        ? Optional.of(new MethodResponse(response.group(1), response.group(2)))
        : Optional.empty();
  }
}
