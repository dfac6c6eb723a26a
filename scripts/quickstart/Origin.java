import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.LongAdder;
import java.util.regex.Pattern;

/**
 * A small origin server, the far end of the line that a cache saves: it serves the files of some folders by their
 * names, whole or a single range (RFC 9110), and counts for each what it was asked and what it sent.
 *
 * <p>{@code java Origin.java PORT ADDRESS[,ADDRESS…] FOLDER…}; {@code GET /counts} answers with the counts, a line a
 * file: requests, body bytes sent, path.
 */
final class Origin {
  private static final Pattern RANGE = Pattern.compile("bytes=(\\d{0,18})-(\\d{0,18})");
  private static final int MOST_AT_ONCE = 256;
  private static final int CHUNK_BYTES = 256 * 1024;

  private final List<Path> folders;
  private final Map<String, Count> counts = new ConcurrentSkipListMap<>();
  private final Semaphore places = new Semaphore(MOST_AT_ONCE);

  private record Count(LongAdder requests, LongAdder bytes) {
    Count() {
      this(new LongAdder(), new LongAdder());
    }
  }

  private record Span(long from, long length) {}

  private Origin(List<Path> folders) {
    this.folders = folders;
  }

  public static void main(String[] args) throws IOException {
    if (args.length < 3) {
      System.err.println("usage: java Origin.java PORT ADDRESS[,ADDRESS...] FOLDER...");
      System.exit(2);
    }
    int port = Integer.parseInt(args[0]);
    var folders = new ArrayList<Path>();
    for (int i = 2; i < args.length; i++) {
      folders.add(Path.of(args[i]));
    }
    var origin = new Origin(folders);
    for (var address : args[1].split(",")) {
      var server = HttpServer.create(new InetSocketAddress(address, port), 0);
      server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
      server.createContext("/", origin::answer);
      server.start();
      System.out.println("origin listens on " + address + ":" + server.getAddress().getPort());
    }
  }

  private void answer(HttpExchange exchange) throws IOException {
    places.acquireUninterruptibly();
    try (exchange) {
      var path = exchange.getRequestURI().getPath();
      var method = exchange.getRequestMethod();
      if (!method.equals("GET") && !method.equals("HEAD")) {
        exchange.getResponseHeaders().set("Allow", "GET, HEAD");
        exchange.sendResponseHeaders(405, -1);
      } else if (path.equals("/counts")) {
        text(exchange, 200, countsAsText());
      } else {
        var file = find(path.substring(1));
        if (file.isPresent()) {
          send(exchange, path, file.get());
        } else {
          text(exchange, 404, "no such file: " + path + "\n");
        }
      }
    } finally {
      places.release();
    }
  }

  private String countsAsText() {
    var text = new StringBuilder();
    counts.forEach((path, count) -> text.append("%d %d %s%n".formatted(count.requests.sum(), count.bytes.sum(), path)));
    return text.toString();
  }

  /** A name with a slash or of dots only is no file here, so nothing outside the folders can be asked for. */
  private Optional<Path> find(String name) {
    if (name.isEmpty() || name.contains("/") || name.startsWith(".")) {
      return Optional.empty();
    }
    return folders.stream().map(folder -> folder.resolve(name)).filter(Files::isRegularFile).findFirst();
  }

  private void send(HttpExchange exchange, String path, Path file) throws IOException {
    var size = Files.size(file);
    var modified = Files.getLastModifiedTime(file).toInstant();
    var headers = exchange.getResponseHeaders();
    headers.set("Content-Type", "application/octet-stream");
    headers.set("Accept-Ranges", "bytes");
    headers.set("Cache-Control", "public, max-age=" + Duration.ofDays(1).toSeconds());
    headers.set("ETag", "\"%x-%x\"".formatted(modified.toEpochMilli(), size));
    headers.set("Last-Modified", DateTimeFormatter.RFC_1123_DATE_TIME.format(modified.atOffset(ZoneOffset.UTC)));
    var asked = Optional.ofNullable(exchange.getRequestHeaders().getFirst("Range")).map(RANGE::matcher);
    int status = 200;
    var span = new Span(0, size);
    if (asked.isPresent() && asked.get().matches()) {
      var part = span(asked.get().group(1), asked.get().group(2), size);
      if (part.isEmpty()) {
        headers.set("Content-Range", "bytes */" + size);
        exchange.sendResponseHeaders(416, -1);
        return;
      }
      span = part.get();
      status = 206;
      headers.set("Content-Range", "bytes %d-%d/%d".formatted(span.from, span.from + span.length - 1, size));
    }
    var count = counts.computeIfAbsent(path, _ -> new Count());
    count.requests.increment();
    if (exchange.getRequestMethod().equals("HEAD")) {
      headers.set("Content-Length", Long.toString(span.length));
      exchange.sendResponseHeaders(status, -1);
      return;
    }
    exchange.sendResponseHeaders(status, span.length == 0 ? -1 : span.length);
    copy(exchange, file, span, count);
  }

  private static Optional<Span> span(String first, String last, long size) {
    if (first.isEmpty()) {
      long length = last.isEmpty() ? 0 : Math.min(size, Long.parseLong(last));
      return length == 0 ? Optional.empty() : Optional.of(new Span(size - length, length));
    }
    long from = Long.parseLong(first);
    long to = last.isEmpty() ? size - 1 : Math.min(size - 1, Long.parseLong(last));
    return from >= size || to < from ? Optional.empty() : Optional.of(new Span(from, to - from + 1));
  }

  /** Counts a chunk before it goes, so that whoever has the bytes finds them counted. */
  private static void copy(HttpExchange exchange, Path file, Span span, Count count) throws IOException {
    try (var source = FileChannel.open(file, StandardOpenOption.READ);
        var sink = Channels.newChannel(exchange.getResponseBody())) {
      long done = 0;
      while (done < span.length) {
        long chunk = Math.min(CHUNK_BYTES, span.length - done);
        count.bytes.add(chunk);
        long sent = source.transferTo(span.from + done, chunk, sink);
        count.bytes.add(sent - chunk);
        if (sent == 0) {
          throw new IOException("the file ended early: " + file);
        }
        done += sent;
      }
    }
  }

  private static void text(HttpExchange exchange, int status, String text) throws IOException {
    var bytes = text.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    if (bytes.length > 0) {
      exchange.getResponseBody().write(bytes);
    }
  }
}
