package dev.larder.cache;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A server of plain sockets that says exactly what a test has it say. */
final class RawServer implements AutoCloseable {
  private static final Pattern RANGE = Pattern.compile("(?i)range: bytes=(\\d+)-(\\d+)");

  private final ServerSocket listening;
  private final Script script;
  private final Queue<Socket> open = new ConcurrentLinkedQueue<>();
  private final Queue<Request> requests = new ConcurrentLinkedQueue<>();

  /** Answers one request; the connection is kept when it returns true. */
  @FunctionalInterface
  interface Script {
    boolean answer(Request request, Socket socket) throws IOException, InterruptedException;
  }

  /** A request's head, line by line. */
  record Request(int number, List<String> lines) {
    String line() {
      return lines.getFirst();
    }

    String target() {
      return line().split(" ", 3)[1];
    }

    String header(String name) {
      var start = name.toLowerCase(java.util.Locale.ROOT) + ":";
      return lines.stream()
          .filter(line -> line.toLowerCase(java.util.Locale.ROOT).startsWith(start))
          .map(line -> line.substring(start.length()).strip())
          .findFirst()
          .orElse("");
    }

    private Matcher range() {
      var range =
          lines.stream().map(RANGE::matcher).filter(Matcher::matches).findFirst().orElseThrow();
      return range;
    }

    int from() {
      return Integer.parseInt(range().group(1));
    }

    int to(int length) {
      return (int) Math.min(length, Long.parseLong(range().group(2)) + 1);
    }
  }

  RawServer(Script script) throws IOException {
    this.script = script;
    this.listening = new ServerSocket(0, 256, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::accept);
  }

  int port() {
    return listening.getLocalPort();
  }

  String host() {
    return "127.0.0.1:" + port();
  }

  List<Request> requests() {
    return List.copyOf(requests);
  }

  private void accept() {
    try {
      while (true) {
        var socket = listening.accept();
        open.add(socket);
        Thread.ofVirtual().start(() -> serve(socket));
      }
    } catch (IOException _) {
      // closed
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      var in = new BufferedInputStream(socket.getInputStream());
      boolean kept = true;
      while (kept) {
        var lines = head(in);
        if (lines.isEmpty()) {
          return;
        }
        var request = new Request(requests.size(), lines);
        requests.add(request);
        kept = script.answer(request, socket);
      }
    } catch (SocketException _) {
      // the cache hung up
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  static List<String> head(InputStream in) throws IOException {
    var head = new ByteArrayOutputStream();
    int tail = 0;
    while (tail != 0x0d0a0d0a) {
      int next = in.read();
      if (next < 0) {
        return List.of();
      }
      head.write(next);
      tail = tail << 8 | next;
    }
    return head.toString(StandardCharsets.ISO_8859_1).lines().filter(l -> !l.isEmpty()).toList();
  }

  static void write(Socket socket, String text) throws IOException {
    write(socket, text.getBytes(StandardCharsets.ISO_8859_1));
  }

  static void write(Socket socket, byte[] bytes) throws IOException {
    OutputStream out = socket.getOutputStream();
    out.write(bytes);
    out.flush();
  }

  @Override
  public void close() {
    try {
      listening.close();
      for (var socket : open) {
        socket.close();
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
