package dev.larder.agent.front;

import java.io.IOException;

/** A registry could not be read from; the message is for an administrator. */
final class RegistryException extends IOException {
  RegistryException(String message) {
    super(message);
  }

  RegistryException(String message, Throwable cause) {
    super(message, cause);
  }

  String reason() {
    return String.valueOf(getMessage());
  }
}
