package dev.larder.system;

import java.io.IOException;
import java.net.ServerSocket;

/** TCP ports that are free now. */
final class Ports {
  private Ports() {}

  static int free() throws IOException {
    try (var socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
