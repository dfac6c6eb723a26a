package dev.larder.agent.cloud;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;

/**
 * Still hears what the other side said before it closed when nothing can be sent to it any more.
 *
 * <p>A server that does not take a client's certificate sends an alert and closes, while the client
 * is still writing the rest of its flight (RFC 8446, 6.2). The JDK gives up at the write that fails
 * and never reads the alert that came. Here such a write is passed over: the read that follows has
 * the alert, or fails as the write did.
 */
final class HearingSocket extends Socket {
  @Override
  public OutputStream getOutputStream() throws IOException {
    return new FilterOutputStream(super.getOutputStream()) {
      @Override
      public void write(byte[] bytes, int offset, int length) throws IOException {
        try {
          out.write(bytes, offset, length);
        } catch (SocketException _) {
          // The next read says why.
        }
      }
    };
  }
}
