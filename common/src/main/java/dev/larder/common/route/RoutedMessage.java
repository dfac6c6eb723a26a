package dev.larder.common.route;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;

/** What a route sees of a message. */
public interface RoutedMessage {
  /** The id of the module that sent it; empty for a leaf device. */
  String sender();

  /** The id of the device that sent it: of the node for a module. */
  String device();

  /** The output it was sent on; empty for the unnamed one. */
  String output();

  /** An application property, by its name as it was sent. */
  Optional<String> property(String name);

  /**
   * A system property by its long name ({@code messageId}); {@link SystemProperties} has the names
   * on the wire. Sender, device and output are not asked for here.
   */
  Optional<String> systemProperty(String name);

  /**
   * The body as {@link MessageBody} reads it, a missing node when it is not JSON. Asked for by
   * routes that name {@code $body} alone, maybe more than once: whoever answers parses once.
   */
  JsonNode body();
}
