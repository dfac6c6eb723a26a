package dev.larder.common.access;

import java.util.List;
import java.util.Optional;

/** IoT Edge's variables in identities and resources: {@code {{iot:module_id}}} and its like. */
final class Variables {
  static final String IDENTITY = "{{iot:identity}}";
  private static final String DEVICE = "{{iot:device_id}}";
  private static final String MODULE = "{{iot:module_id}}";
  private static final String NODE = "{{iot:this_device_id}}";
  private static final String CLIENT_ID = "{{mqtt:client_id}}";

  static final List<String> ALL = List.of(IDENTITY, DEVICE, MODULE, NODE, CLIENT_ID);

  private Variables() {}

  /** The text with a harmless word for each variable. */
  static String without(String text) {
    var plain = text;
    for (var variable : ALL) {
      plain = plain.replace(variable, "x");
    }
    return plain;
  }

  static boolean hasAny(String text) {
    return text.contains("{{");
  }

  /**
   * The text for one client; empty when a value that the client chose would read as a wildcard or
   * as a part of a text's form.
   */
  static Optional<String> filled(String text, Client client) {
    if (!hasAny(text)) {
      return Optional.of(text);
    }
    if (text.contains(CLIENT_ID) && !isPlain(client)) {
      return Optional.empty();
    }
    return Optional.of(
        text.replace(IDENTITY, client.iotIdentity())
            .replace(DEVICE, client.device())
            .replace(MODULE, client.module())
            .replace(NODE, client.node())
            .replace(CLIENT_ID, client.clientId()));
  }

  /** A client id that IoT Edge's rule makes has a slash in it, and no other may. */
  private static boolean isPlain(Client client) {
    return client.clientId().equals(client.iotIdentity())
        || client.clientId().chars().noneMatch(c -> "/+#\0{}$".indexOf(c) >= 0);
  }
}
