package dev.larder.common.route;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** IoT Hub's system properties: the names that conditions use, and those that MQTT carries. */
public final class SystemProperties {
  static final String DEVICE = "connectionDeviceId";
  static final String MODULE = "connectionModuleId";
  static final String OUTPUT = "outputName";

  private static final Map<String, String> WIRE =
      Map.ofEntries(
          Map.entry("messageId", "$.mid"),
          Map.entry("correlationId", "$.cid"),
          Map.entry("userId", "$.uid"),
          Map.entry("to", "$.to"),
          Map.entry("contentType", "$.ct"),
          Map.entry("contentEncoding", "$.ce"),
          Map.entry("messageSchema", "$.schema"),
          Map.entry("creationTime", "$.ctime"),
          Map.entry("absolute-expiry-time", "$.exp"),
          Map.entry("iothub-interface-id", "$.ifid"),
          Map.entry("dt-subject", "$.sub"),
          Map.entry("operation", "iothub-operation"),
          Map.entry("ack", "ack"),
          Map.entry(OUTPUT, "$.on"),
          Map.entry(DEVICE, "$.cdid"),
          Map.entry(MODULE, "$.cmid"));

  private static final Map<String, String> SPELLING = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);

  static {
    WIRE.keySet().forEach(name -> SPELLING.put(name, name));
  }

  private SystemProperties() {}

  /** The name in a topic ({@code $.mid}) of a property's long name ({@code messageId}). */
  public static Optional<String> onTheWire(String name) {
    return Optional.ofNullable(WIRE.get(name));
  }

  /** A known name as IoT Hub spells it, whatever its case; any other as it is. */
  static String spelt(String name) {
    return SPELLING.getOrDefault(name, name);
  }
}
