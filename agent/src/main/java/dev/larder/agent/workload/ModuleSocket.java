package dev.larder.agent.workload;

import dev.larder.agent.time.GoodTime;
import dev.larder.agent.workload.RequestReader.Progress;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A module's socket: one request a connection, few connections at once, each with a limit on time.
 * Our own, for the JDK's HTTP server knows no Unix sockets, and Jetty's, which does, is five jars
 * of 2.2 MB with threads and pools of their own for two calls an hour.
 */
final class ModuleSocket implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ModuleSocket.class);

  /** Any user: which container it is, the mounted folder decides. */
  private static final String PERMISSIONS = "rw-rw-rw-";

  private static final int CONNECTIONS = 4;
  private static final int BACKLOG = 16;
  private static final Duration CONNECTION_LIMIT = Duration.ofSeconds(10);
  private static final Duration ACCEPT_RETRY = Duration.ofSeconds(1);
  private static final int READ_BYTES = 4 << 10;

  /** What a refused client may still send without its seeing a broken connection for an answer. */
  private static final int DRAIN_BYTES = 256 << 10;

  private static final byte[] GO_ON =
      "HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  private final Path file;
  private final Object inode;
  private final ServerSocketChannel server;
  private final WorkloadApi api;
  private final InstantSource clock;
  private final InstantSource trusted;
  private final Semaphore room = new Semaphore(CONNECTIONS);

  private ModuleSocket(
      Path file,
      ServerSocketChannel server,
      WorkloadApi api,
      InstantSource clock,
      InstantSource trusted)
      throws IOException {
    this.file = file;
    this.inode = inode(file);
    this.server = server;
    this.api = api;
    this.clock = clock;
    this.trusted = trusted;
  }

  /** Takes the place of a socket that an agent left behind. */
  static ModuleSocket open(Path file, WorkloadApi api, InstantSource clock, InstantSource trusted)
      throws IOException {
    Files.deleteIfExists(file);
    var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      bind(server, file);
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(PERMISSIONS));
      var socket = new ModuleSocket(file, server, api, clock, trusted);
      Thread.ofVirtual().name("workload").start(socket::accept);
      return socket;
    } catch (IOException e) {
      server.close();
      throw e;
    }
  }

  /**
   * Through a short link: an address holds 107 bytes, which a node's folder and a module's id can
   * pass.
   */
  private static void bind(ServerSocketChannel server, Path file) throws IOException {
    var folder = Files.createTempDirectory("larder");
    var link = folder.resolve("w");
    try {
      Files.createSymbolicLink(link, file.toAbsolutePath().getParent());
      server.bind(UnixDomainSocketAddress.of(link.resolve(file.getFileName())), BACKLOG);
    } finally {
      Files.deleteIfExists(link);
      Files.delete(folder);
    }
  }

  private static Object inode(Path file) throws IOException {
    return Files.getAttribute(file, "unix:ino");
  }

  String generation() {
    return api.generation();
  }

  /** Whether the file is still this socket's. */
  boolean isThere() {
    try {
      return inode.equals(inode(file));
    } catch (IOException _) {
      return false;
    }
  }

  private void accept() {
    try {
      while (server.isOpen()) {
        room.acquire();
        try {
          var channel = server.accept();
          Thread.ofVirtual().name("workload-connection").start(() -> serve(channel));
        } catch (ClosedChannelException _) {
          return;
        } catch (IOException e) {
          room.release();
          log.atWarn().addKeyValue("socket", file).setCause(e).log("connection not accepted");
          Thread.sleep(ACCEPT_RETRY);
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void serve(SocketChannel channel) {
    var over = new CountDownLatch(1);
    Thread.ofVirtual().name("workload-limit").start(() -> closeAfterLimit(channel, over));
    try (channel) {
      converse(channel);
    } catch (IOException e) {
      log.atDebug().addKeyValue("socket", file).setCause(e).log("connection ended");
    } finally {
      over.countDown();
      room.release();
    }
  }

  private void closeAfterLimit(SocketChannel channel, CountDownLatch over) {
    try {
      if (!over.await(CONNECTION_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
        channel.close();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      log.atDebug().addKeyValue("socket", file).setCause(e).log("connection not closed");
    }
  }

  private void converse(SocketChannel channel) throws IOException {
    var reader = new RequestReader();
    var buffer = ByteBuffer.allocate(READ_BYTES);
    while (channel.read(buffer.clear()) >= 0) {
      switch (reader.take(buffer.flip())) {
        case Progress.More() -> {}
        case Progress.Held() -> write(channel, GO_ON);
        case Progress.Whole(var request) -> {
          write(channel, answer(request).bytes());
          return;
        }
        case Progress.Refused(var answer) -> {
          write(channel, answer.bytes());
          channel.shutdownOutput();
          drain(channel, buffer);
          return;
        }
      }
    }
  }

  private Answer answer(Request request) {
    try {
      var here = clock.instant();
      return api.answer(request, here, GoodTime.later(here, trusted.instant()));
    } catch (RuntimeException e) {
      log.atError().addKeyValue("socket", file).setCause(e).log("workload request broke");
      return Answer.error(Status.INTERNAL_ERROR, "the agent has a fault; its log says more");
    }
  }

  private static void drain(SocketChannel channel, ByteBuffer buffer) throws IOException {
    int drained = 0;
    int read = 0;
    while (read >= 0 && drained < DRAIN_BYTES) {
      drained += read;
      read = channel.read(buffer.clear());
    }
  }

  private static void write(SocketChannel channel, byte[] bytes) throws IOException {
    var buffer = ByteBuffer.wrap(bytes);
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
  }

  /** Removes the file too, unless another agent has put its own there. */
  @Override
  public void close() throws IOException {
    server.close();
    if (isThere()) {
      Files.deleteIfExists(file);
    }
  }
}
