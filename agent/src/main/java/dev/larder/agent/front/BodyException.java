package dev.larder.agent.front;

import java.io.IOException;

/** A registry's answer broke off. */
final class BodyException extends IOException {
  BodyException(String message) {
    super(message);
  }

  BodyException(String message, Throwable cause) {
    super(message, cause);
  }
}
