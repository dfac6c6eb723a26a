package dev.larder.cache;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;

/** A real origin that counts what it sends, and misbehaves as a test tells it to. */
final class TestOrigin implements AutoCloseable {
  private static final Pattern RANGE = Pattern.compile("bytes=(\\d+)-(\\d*)");
  private static final int PIECE = 64 << 10;

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final HttpServer server;
  private final Map<String, byte[]> objects = new ConcurrentHashMap<>();
  private final Map<String, AtomicInteger> generations = new ConcurrentHashMap<>();
  private final AtomicLong bytes = new AtomicLong();
  private final AtomicInteger requests = new AtomicInteger();

  /** Requests that are yet to be answered 500. */
  final AtomicInteger failures = new AtomicInteger();

  /** Answers that are yet to be cut in the middle of their body. */
  final AtomicInteger cuts = new AtomicInteger();

  /** Where each answer's body began. */
  final Queue<Integer> starts = new ConcurrentLinkedQueue<>();

  volatile boolean ignoresRange;
  volatile boolean sendsNoLength;
  volatile String cacheControl = "max-age=600";

  /** The Age and Vary headers, not sent when empty. */
  volatile String age = "";

  volatile String vary = "";

  /** What objects that are not there are answered with. */
  volatile int missing = 404;

  /** Answers 304 that were sent. */
  final AtomicInteger notModified = new AtomicInteger();

  /** When set, a body stops after its first piece until a permit comes. */
  volatile Semaphore gate = new Semaphore(1_000_000);

  TestOrigin() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 256);
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  String host() {
    return "127.0.0.1:" + server.getAddress().getPort();
  }

  int port() {
    return server.getAddress().getPort();
  }

  /** Makes, or makes anew with another ETag, an object of random bytes. */
  byte[] put(String path, int length, long seed) {
    var content = new byte[length];
    new Random(seed).nextBytes(content);
    put(path, content);
    return content;
  }

  void put(String path, byte[] content) {
    objects.put(path, content);
    generations.computeIfAbsent(path, _ -> new AtomicInteger()).incrementAndGet();
  }

  void remove(String path) {
    objects.remove(path);
  }

  /** Body bytes sent. */
  long bytes() {
    return bytes.get();
  }

  int requests() {
    return requests.get();
  }

  private void handle(HttpExchange exchange) throws IOException {
    requests.incrementAndGet();
    try (exchange) {
      if (failures.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
        exchange.sendResponseHeaders(500, -1);
        return;
      }
      var path = exchange.getRequestURI().getPath();
      var content = objects.get(path);
      if (content == null) {
        exchange.sendResponseHeaders(missing, -1);
        return;
      }
      var headers = exchange.getResponseHeaders();
      if (!age.isEmpty()) {
        headers.set("Age", age);
      }
      if (!vary.isEmpty()) {
        headers.set("Vary", vary);
      }
      headers.set("ETag", "\"" + path + generations.get(path) + "\"");
      headers.set("Content-Type", "application/x-test");
      headers.set("Cache-Control", cacheControl);
      if (headers.getFirst("ETag").equals(exchange.getRequestHeaders().getFirst("If-None-Match"))) {
        notModified.incrementAndGet();
        exchange.sendResponseHeaders(304, -1);
        return;
      }
      answer(exchange, content);
    }
  }

  private void answer(HttpExchange exchange, byte[] content) throws IOException {
    var header = exchange.getRequestHeaders().getFirst("Range");
    var range = RANGE.matcher(header == null ? "" : header);
    int start = 0;
    int end = content.length;
    int status = 200;
    if (range.matches() && !ignoresRange) {
      long first = Long.parseLong(range.group(1));
      if (first >= content.length) {
        exchange.getResponseHeaders().set("Content-Range", "bytes */" + content.length);
        exchange.sendResponseHeaders(416, -1);
        return;
      }
      start = (int) first;
      end =
          range.group(2).isEmpty()
              ? content.length
              : (int) Math.min(content.length, Long.parseLong(range.group(2)) + 1);
      exchange
          .getResponseHeaders()
          .set("Content-Range", "bytes " + start + "-" + (end - 1) + "/" + content.length);
      status = 206;
    }
    if (exchange.getRequestMethod().equals("HEAD")) {
      exchange.getResponseHeaders().set("Content-Length", Integer.toString(content.length));
      exchange.sendResponseHeaders(200, -1);
      return;
    }
    starts.add(start);
    boolean cut = cuts.getAndUpdate(left -> Math.max(0, left - 1)) > 0;
    exchange.sendResponseHeaders(status, sendsNoLength ? 0 : end - start);
    send(exchange, content, start, cut ? start + (end - start) / 2 : end, cut);
  }

  private void send(HttpExchange exchange, byte[] content, int start, int end, boolean cut)
      throws IOException {
    var body = exchange.getResponseBody();
    var stop = gate;
    for (int at = start; at < end; at += PIECE) {
      int to = Math.min(end, at + PIECE);
      body.write(Arrays.copyOfRange(content, at, to));
      body.flush();
      bytes.addAndGet(to - at);
      if (at == start) {
        stop.acquireUninterruptibly();
      }
    }
    if (cut) {
      throw new IOException("cut, as the test asked");
    }
  }

  @Override
  public void close() {
    gate.release(1_000);
    server.stop(0);
    threads.shutdownNow();
  }
}
