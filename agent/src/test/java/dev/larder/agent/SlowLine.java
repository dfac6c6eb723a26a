package dev.larder.agent;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** A line to a port of this machine that is as slow as it is told, and can be cut. */
final class SlowLine implements AutoCloseable {
  private static final int PIECE_BYTES = 8192;

  /** Else the kernel would take megabytes in that are not over the line yet. */
  private static final int BUFFER_BYTES = 32 << 10;

  private static final long SECOND_NANOS = 1_000_000_000;

  private final InetSocketAddress target;
  private final ServerSocket server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final AtomicLong received = new AtomicLong();
  private volatile long bytesPerSecond;

  SlowLine(int targetPort, long bytesPerSecond) throws IOException {
    this(targetPort, bytesPerSecond, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
  }

  /**
   * Takes connections at once.
   *
   * @param own where it takes them; port 0 for any that is free
   */
  SlowLine(int targetPort, long bytesPerSecond, InetSocketAddress own) throws IOException {
    this.target = new InetSocketAddress(InetAddress.getLoopbackAddress(), targetPort);
    this.bytesPerSecond = bytesPerSecond;
    this.server = new ServerSocket(own.getPort(), 50, own.getAddress());
    threads.execute(this::accept);
  }

  int port() {
    return server.getLocalPort();
  }

  /** Bytes that came from the target so far. */
  long receivedBytes() {
    return received.get();
  }

  /** Whether nobody is connected. */
  boolean isIdle() {
    return open.isEmpty();
  }

  void speed(long bytesASecond) {
    bytesPerSecond = bytesASecond;
  }

  /** Ends all connections; new ones are taken. */
  void cut() throws IOException {
    for (var socket : open) {
      socket.close();
    }
  }

  private void accept() {
    try {
      while (!server.isClosed()) {
        var near = server.accept();
        near.setSendBufferSize(BUFFER_BYTES);
        var far = new Socket();
        open.add(near);
        open.add(far);
        far.connect(target);
        threads.execute(() -> carry(near, far, false));
        threads.execute(() -> carry(far, near, true));
      }
    } catch (IOException _) {
      // Closed.
    }
  }

  private void carry(Socket from, Socket to, boolean slowly) {
    try (from;
        to) {
      carry(from.getInputStream(), to.getOutputStream(), slowly);
    } catch (IOException _) {
      // Cut.
    } finally {
      open.remove(from);
      open.remove(to);
    }
  }

  private void carry(InputStream in, OutputStream out, boolean slowly) throws IOException {
    var piece = new byte[PIECE_BYTES];
    for (int n = in.read(piece); n >= 0; n = in.read(piece)) {
      if (slowly) {
        received.addAndGet(n);
        LockSupport.parkNanos(SECOND_NANOS * n / bytesPerSecond);
      }
      out.write(piece, 0, n);
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    cut();
    threads.shutdownNow();
  }
}
