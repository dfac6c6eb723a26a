import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;

/**
 * The bench's origin, a process of its own: <code>/SIZE/…</code> is an object of that size, <code>/wan/SIZE/…</code> the
 * same behind a line on which every request waits 20 ms and all bodies together share 125 MB/s. Every 8 bytes hold their
 * own offset. <code>/counts</code> answers requests and body bytes sent so far.
 */
public final class Origin {
  private static final Map<String, Long> SIZES =
      Map.of("4k", 4L << 10, "1m", 1L << 20, "100m", 100L << 20, "1g", 1L << 30);
  private static final Pattern PATH = Pattern.compile("/(wan/)?(4k|1m|100m|1g)/.*");
  private static final Pattern RANGE = Pattern.compile("bytes=(\\d+)-(\\d*)");
  private static final long LATENCY_NANOS = 20_000_000;
  private static final double NANOS_A_BYTE = 1e9 / 125_000_000;
  private static final long BURST_NANOS = 5_000_000;
  private static final int PIECE_BYTES = 64 << 10;

  private final AtomicLong requests = new AtomicLong();
  private final AtomicLong bytes = new AtomicLong();
  private long lineFreeAt = System.nanoTime();

  public static void main(String[] arguments) throws IOException {
    System.setProperty("sun.net.httpserver.nodelay", "true");
    var origin = new Origin();
    var server = HttpServer.create(new InetSocketAddress("127.0.0.1", Integer.parseInt(arguments[0])), 1024);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", origin::serve);
    server.createContext("/counts", origin::counts);
    server.start();
  }

  private void counts(HttpExchange exchange) throws IOException {
    try (exchange) {
      var answer = (requests + " " + bytes).getBytes(StandardCharsets.US_ASCII);
      exchange.sendResponseHeaders(200, answer.length);
      exchange.getResponseBody().write(answer);
    }
  }

  private void serve(HttpExchange exchange) throws IOException {
    try (exchange) {
      var path = PATH.matcher(exchange.getRequestURI().getPath());
      if (!path.matches()) {
        exchange.sendResponseHeaders(404, -1);
        return;
      }
      requests.incrementAndGet();
      boolean wan = path.group(1) != null;
      if (wan) {
        LockSupport.parkNanos(LATENCY_NANOS);
      }
      long size = SIZES.get(path.group(2));
      var headers = exchange.getResponseHeaders();
      headers.set("ETag", "\"" + path.group(2) + "\"");
      headers.set("Last-Modified", "Tue, 14 Nov 2023 22:13:20 GMT");
      headers.set("Cache-Control", "public, max-age=86400");
      headers.set("Content-Type", "application/octet-stream");
      headers.set("Accept-Ranges", "bytes");
      var asked = exchange.getRequestHeaders().getFirst("Range");
      var range = RANGE.matcher(asked == null ? "" : asked);
      long start = 0;
      long end = size;
      if (range.matches()) {
        start = Long.parseLong(range.group(1));
        end = range.group(2).isEmpty() ? size : Math.min(size, Long.parseLong(range.group(2)) + 1);
        headers.set("Content-Range", "bytes " + start + "-" + (end - 1) + "/" + size);
      }
      if (exchange.getRequestMethod().equals("HEAD")) {
        headers.set("Content-Length", Long.toString(end - start));
        exchange.sendResponseHeaders(200, -1);
        return;
      }
      exchange.sendResponseHeaders(range.matches() ? 206 : 200, end - start);
      send(exchange, start, end, wan);
    }
  }

  private void send(HttpExchange exchange, long start, long end, boolean wan) throws IOException {
    var body = exchange.getResponseBody();
    for (long at = start; at < end; at += PIECE_BYTES) {
      int count = (int) Math.min(PIECE_BYTES, end - at);
      if (wan) {
        awaitTurn(count);
      }
      body.write(piece(at, count));
      bytes.addAndGet(count);
    }
  }

  /** Waits until the line has carried what was sent before. */
  private void awaitTurn(int count) {
    long turn;
    synchronized (this) {
      lineFreeAt = Math.max(lineFreeAt, System.nanoTime() - BURST_NANOS) + (long) (count * NANOS_A_BYTE);
      turn = lineFreeAt;
    }
    for (long left = turn - System.nanoTime(); left > 0; left = turn - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }

  private static byte[] piece(long start, int count) {
    long first = start & ~7L;
    var words = ByteBuffer.allocate((int) (start - first) + count + 8).order(ByteOrder.LITTLE_ENDIAN);
    for (long word = first; words.remaining() >= 8; word += 8) {
      words.putLong(word);
    }
    var piece = new byte[count];
    words.get((int) (start - first), piece);
    return piece;
  }
}
