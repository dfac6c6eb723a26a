package dev.larder.cloud;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A line between a hub and the cloud that loses what it is told to. */
final class Relay implements AutoCloseable {
  private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

  private final ServerSocket listening = new ServerSocket(0, 50, LOOPBACK);
  private final int target;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private volatile boolean losesDown;
  private volatile boolean losesUp;

  Relay(int target) throws IOException {
    this.target = target;
    Thread.startVirtualThread(this::accept);
  }

  int port() {
    return listening.getLocalPort();
  }

  /** From now on nothing that the cloud says arrives. */
  void loseDown() {
    losesDown = true;
  }

  /** From now on nothing arrives on either side, an end neither. */
  void loseAll() {
    losesDown = true;
    losesUp = true;
  }

  /** Ends what is connected; who connects next has a sound line. */
  void cut() throws IOException {
    for (var socket : sockets) {
      socket.close();
    }
    sockets.clear();
    losesDown = false;
    losesUp = false;
  }

  private void accept() {
    try {
      while (true) {
        var hub = listening.accept();
        var cloud = new Socket(LOOPBACK, target);
        hub.setTcpNoDelay(true);
        cloud.setTcpNoDelay(true);
        sockets.add(hub);
        sockets.add(cloud);
        Thread.startVirtualThread(() -> carry(hub, cloud, true));
        Thread.startVirtualThread(() -> carry(cloud, hub, false));
      }
    } catch (IOException _) {
      // Closed.
    }
  }

  private void carry(Socket from, Socket to, boolean up) {
    try {
      carry(from.getInputStream(), to.getOutputStream(), up);
      if (!isLost(up)) {
        to.close();
      }
    } catch (IOException _) {
      // Cut.
    }
  }

  private void carry(InputStream in, OutputStream out, boolean up) throws IOException {
    var buffer = new byte[4096];
    for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
      if (!isLost(up)) {
        out.write(buffer, 0, read);
      }
    }
  }

  private boolean isLost(boolean up) {
    return up ? losesUp : losesDown;
  }

  @Override
  public void close() throws IOException {
    listening.close();
    cut();
  }
}
