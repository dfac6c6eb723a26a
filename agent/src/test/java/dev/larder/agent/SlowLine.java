package dev.larder.agent;

import java.io.IOException;
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
public final class SlowLine implements AutoCloseable {
  private static final int PIECE_BYTES = 8192;

  /** Else the kernel would take megabytes in that are not over the line yet. */
  private static final int BUFFER_BYTES = 32 << 10;

  private static final long SECOND_NANOS = 1_000_000_000;

  private final InetSocketAddress target;
  private final ServerSocket server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final Set<Socket> silent = ConcurrentHashMap.newKeySet();
  private final AtomicLong received = new AtomicLong();
  private volatile long bytesPerSecond;

  public SlowLine(int targetPort, long bytesPerSecond) throws IOException {
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

  public int port() {
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

  /** From now on nothing that is sent over the connections of now arrives, their end neither. */
  public void silence() {
    silent.addAll(open);
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
    try {
      pour(from, to, slowly);
    } catch (IOException _) {
      // Cut.
    } finally {
      if (!silent.contains(from)) {
        end(from);
        end(to);
      }
    }
  }

  private void end(Socket socket) {
    open.remove(socket);
    try {
      socket.close();
    } catch (IOException _) {
      // It is of no use any more.
    }
  }

  private void pour(Socket from, Socket to, boolean slowly) throws IOException {
    var in = from.getInputStream();
    var out = to.getOutputStream();
    var piece = new byte[PIECE_BYTES];
    for (int n = in.read(piece); n >= 0; n = in.read(piece)) {
      if (slowly) {
        received.addAndGet(n);
        LockSupport.parkNanos(SECOND_NANOS * n / bytesPerSecond);
      }
      if (!silent.contains(from)) {
        out.write(piece, 0, n);
      }
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    cut();
    threads.shutdownNow();
  }
}
