package dev.larder.agent.front;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A reverse proxy for the registry protocol, read-only, for the pulls that are under way through it
 * and nothing else: one request a connection, few at once. It has no credentials: the engine's pass
 * through.
 */
final class PullFront implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(PullFront.class);

  /** Ten pulls of which the engine fetches three layers at once, and as many again. */
  private static final int CONNECTIONS = 64;

  private static final int BACKLOG = 64;
  private static final Duration REQUEST = Duration.ofSeconds(10);
  private static final Duration ACCEPT_RETRY = Duration.ofSeconds(1);
  private static final int BAD_REQUEST = 400;
  private static final int NOT_FOUND = 404;
  private static final int BAD_GATEWAY = 502;

  private final ServerSocket server;
  private final Set<InetAddress> peers;
  private final ByteLimit limit;
  private final Passes passes = new Passes();
  private final Semaphore room = new Semaphore(CONNECTIONS);

  /**
   * Listens from now on.
   *
   * @param peers who may connect, beside loopback: modules are on the same network, and are not
   *     meant
   */
  PullFront(InetSocketAddress own, Set<InetAddress> peers, ByteLimit limit) throws IOException {
    this.peers = Set.copyOf(peers);
    this.limit = limit;
    this.server = new ServerSocket();
    try {
      // One that was here a moment ago leaves connections behind.
      server.setReuseAddress(true);
      server.bind(own, BACKLOG);
    } catch (IOException e) {
      server.close();
      throw e;
    }
    Thread.ofVirtual().name("pull-front").start(this::accept);
  }

  int port() {
    return server.getLocalPort();
  }

  void begin(Pass pass) {
    passes.add(pass);
  }

  /** Ends what is still open of a pull. */
  void end(Pass pass) {
    for (var stream : passes.remove(pass)) {
      close(stream.socket());
      stream.thread().interrupt();
    }
    pass.upstream().close();
  }

  private void accept() {
    try {
      while (!server.isClosed()) {
        room.acquire();
        try {
          var socket = accepted();
          Thread.ofVirtual().name("pull-front-connection").start(() -> serve(socket));
        } catch (IOException e) {
          room.release();
          if (!server.isClosed()) {
            log.atWarn().addKeyValue("reason", e.getMessage()).log("connection not accepted");
            Thread.sleep(ACCEPT_RETRY);
          }
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /** The next connection of a peer; others are closed at once. */
  private Socket accepted() throws IOException {
    while (true) {
      var socket = server.accept();
      var from = socket.getInetAddress();
      if (from.isLoopbackAddress() || peers.contains(from)) {
        return socket;
      }
      close(socket);
      log.atDebug().addKeyValue("from", from).log("connection of a stranger closed");
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      converse(socket);
    } catch (IOException e) {
      log.atDebug().addKeyValue("reason", e.getMessage()).log("connection of a pull ended");
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      log.atError().setCause(e).log("request of a pull broke");
    } finally {
      room.release();
    }
  }

  private void converse(Socket socket) throws IOException, InterruptedException {
    var request = FrontRequest.read(socket, REQUEST);
    var answer = new FrontAnswer(socket.getOutputStream(), limit);
    if (request.isEmpty()) {
      answer.error(BAD_REQUEST, "UNSUPPORTED", "this is no request of a pull");
      return;
    }
    var pass = passes.of(request.get());
    var stream = new Pass.Stream(socket, Thread.currentThread());
    if (pass.isEmpty() || !pass.get().begin(stream)) {
      answer.error(NOT_FOUND, "NAME_UNKNOWN", "no pull of that is under way here");
      return;
    }
    try {
      pass(request.get(), pass.get(), answer);
    } finally {
      pass.get().end(stream);
    }
  }

  private static void pass(FrontRequest request, Pass pass, FrontAnswer answer)
      throws IOException, InterruptedException {
    var upstream = pass.upstream();
    try {
      var response = upstream.ask(request.method(), request.target(), request.fields());
      try {
        pass.answered();
        answer.pass(request.method(), response);
      } catch (BodyException e) {
        throw upstream.broken(response, e);
      } finally {
        response.body().cancel();
      }
    } catch (RegistryException e) {
      pass.failed(e.reason());
      if (!answer.hasBegun()) {
        answer.error(BAD_GATEWAY, "UNAVAILABLE", e.reason());
      }
    }
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      log.atDebug().addKeyValue("reason", e.getMessage()).log("connection not closed");
    }
  }

  /** Ends the listening; what is open ends with its pull. */
  @Override
  public void close() {
    try {
      server.close();
    } catch (IOException e) {
      log.atWarn().addKeyValue("reason", e.getMessage()).log("pull front not closed");
    }
  }
}
