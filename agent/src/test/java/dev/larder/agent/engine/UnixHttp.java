package dev.larder.agent.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.larder.common.json.Json;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * HTTP/1.1 on a Unix socket, written as Go's net/http writes it: connections are kept, an answer of
 * some length and one that comes by and by is chunked.
 */
final class UnixHttp implements AutoCloseable {
  /** Go sends what is shorter in one piece, with its length. */
  private static final int CHUNKED_BYTES = 2048;

  private final ServerSocketChannel server;
  private final Answers answers;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  /**
   * A request.
   *
   * @param body missing when there is none
   */
  record Call(String method, String target, JsonNode body) {}

  /**
   * An answer.
   *
   * @param lines of JSON that come by and by when it is a stream, and otherwise one, or none
   */
  record Reply(int status, boolean isStream, List<String> lines) {
    Reply {
      lines = List.copyOf(lines);
    }

    static Reply of(int status) {
      return new Reply(status, false, List.of());
    }

    static Reply of(int status, JsonNode body) {
      return new Reply(status, false, List.of(body.toString()));
    }
  }

  /** Writes what comes later of a stream that does not end. */
  @FunctionalInterface
  interface Stream {
    void follow(Line line) throws IOException, InterruptedException;
  }

  /** Sends one line. */
  @FunctionalInterface
  interface Line {
    void send(String line) throws IOException;
  }

  /** Answers requests. */
  interface Answers {
    List<String> headers();

    Reply answer(Call call);

    /** What follows a reply that is a stream and does not end with its lines. */
    Optional<Stream> stream(Call call);
  }

  UnixHttp(Path socket, Answers answers) throws IOException {
    this.answers = answers;
    this.server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    server.bind(UnixDomainSocketAddress.of(socket));
    threads.execute(this::accept);
  }

  private void accept() {
    try {
      while (server.isOpen()) {
        var channel = server.accept();
        threads.execute(() -> serve(channel));
      }
    } catch (IOException _) {
      // Closed.
    }
  }

  private void serve(SocketChannel channel) {
    try (channel) {
      var in = new BufferedInputStream(Channels.newInputStream(channel));
      var out = Channels.newOutputStream(channel);
      for (var call = read(in); call.isPresent(); call = read(in)) {
        write(out, call.get(), answers.answer(call.get()));
      }
    } catch (IOException _) {
      // The other side has gone.
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private static Optional<Call> read(InputStream in) throws IOException {
    var request = line(in).split(" ", -1);
    if (request.length < 2) {
      return Optional.empty();
    }
    int length = 0;
    for (var header = line(in); !header.isEmpty(); header = line(in)) {
      var lower = header.toLowerCase(Locale.ROOT);
      if (lower.startsWith("content-length:")) {
        length = Integer.parseInt(lower.substring(lower.indexOf(':') + 1).strip());
      }
    }
    var body = in.readNBytes(length);
    return Optional.of(
        new Call(
            request[0],
            request[1],
            length == 0 ? MissingNode.getInstance() : Json.mapper().readTree(body)));
  }

  private static String line(InputStream in) throws IOException {
    var line = new StringBuilder();
    for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) {
      line.append((char) c);
    }
    return line.toString().strip();
  }

  private void write(OutputStream out, Call call, Reply reply)
      throws IOException, InterruptedException {
    var head = new StringBuilder("HTTP/1.1 " + reply.status() + " -\r\n");
    answers.headers().forEach(header -> head.append(header).append("\r\n"));
    var body = (String.join("\r\n", reply.lines()) + "\n").getBytes(StandardCharsets.UTF_8);
    boolean isChunked = reply.isStream() || body.length > CHUNKED_BYTES;
    if (reply.isStream()) {
      head.append("Content-Type: application/x-ndjson\r\n");
    } else if (!reply.lines().isEmpty()) {
      head.append("Content-Type: application/json\r\n");
    }
    if (isChunked) {
      head.append("Transfer-Encoding: chunked\r\n\r\n");
    } else if (reply.lines().isEmpty()) {
      // Go gives no length with a 204 and a 304.
      head.append(reply.status() == 200 ? "Content-Length: 0\r\n\r\n" : "\r\n");
    } else {
      head.append("Content-Length: ").append(body.length).append("\r\n\r\n");
    }
    out.write(head.toString().getBytes(StandardCharsets.US_ASCII));
    if (!isChunked) {
      out.write(reply.lines().isEmpty() ? new byte[0] : body);
      return;
    }
    for (var line : reply.lines()) {
      chunk(out, line);
    }
    var stream = answers.stream(call);
    if (reply.isStream() && stream.isPresent()) {
      stream.get().follow(line -> chunk(out, line));
    }
    out.write("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
  }

  private static void chunk(OutputStream out, String line) throws IOException {
    var bytes = (line + "\n").getBytes(StandardCharsets.UTF_8);
    out.write((Integer.toHexString(bytes.length) + "\r\n").getBytes(StandardCharsets.US_ASCII));
    out.write(bytes);
    out.write("\r\n".getBytes(StandardCharsets.US_ASCII));
  }

  @Override
  public void close() throws IOException {
    server.close();
    threads.shutdownNow();
  }
}
