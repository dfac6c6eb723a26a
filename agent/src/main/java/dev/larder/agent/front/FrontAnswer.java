package dev.larder.agent.front;

import dev.larder.agent.rate.TokenBucket;
import dev.larder.agent.registry.Fields;
import dev.larder.common.json.Json;
import java.io.IOException;
import java.io.OutputStream;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** An answer on its way to the engine, the only one of its connection (RFC 9112). */
final class FrontAnswer {
  private static final Duration SILENCE = Duration.ofSeconds(60);
  private static final int NO_CONTENT = 204;
  private static final int NOT_MODIFIED = 304;
  private static final String LINE_END = "\r\n";

  private final OutputStream out;
  private final ByteLimit limit;
  private boolean hasBegun;

  FrontAnswer(OutputStream out, ByteLimit limit) {
    this.out = out;
    this.limit = limit;
  }

  /** Whether it is too late for an error: then the end of the connection says so. */
  boolean hasBegun() {
    return hasBegun;
  }

  /** An error in the form of registries (OCI distribution specification, 1.1). */
  void error(int status, String code, String message) throws IOException {
    var body = Json.object();
    body.putArray("errors").addObject().put("code", code).put("message", message);
    var bytes = Json.writeBytes(body);
    out.write(
        ascii(
            head(status)
                .append("Content-Type: application/json\r\nContent-Length: ")
                .append(bytes.length)
                .append(LINE_END)
                .append(LINE_END)));
    out.write(bytes);
    out.flush();
  }

  /** Passes on the registry's, as fast as it may be. */
  void pass(String method, HttpResponse<Body> from) throws IOException, InterruptedException {
    var head = head(from.statusCode());
    from.headers()
        .map()
        .forEach((name, values) -> {
          if (Fields.goesDown(name)) {
            values.forEach(value -> head.append(name).append(": ").append(value).append(LINE_END));
          }
        });
    int status = from.statusCode();
    var hasBody = !method.equals("HEAD") && status != NO_CONTENT && status != NOT_MODIFIED;
    var isSized = from.headers().firstValue("Content-Length").isPresent();
    if (hasBody && !isSized) {
      head.append("Transfer-Encoding: chunked").append(LINE_END);
    }
    hasBegun = true;
    out.write(ascii(head.append(LINE_END)));
    out.flush();
    if (hasBody) {
      body(from.body(), isSized);
    }
  }

  private void body(Body body, boolean isSized) throws IOException, InterruptedException {
    for (var next = body.next(SILENCE); next.isPresent(); next = body.next(SILENCE)) {
      for (var buffer : next.get()) {
        while (buffer.hasRemaining()) {
          piece(buffer, isSized);
        }
      }
      body.goOn();
    }
    if (!isSized) {
      out.write(ascii("0\r\n\r\n"));
    }
    out.flush();
  }

  private void piece(ByteBuffer from, boolean isSized) throws IOException, InterruptedException {
    var bytes = new byte[Math.min(from.remaining(), TokenBucket.PIECE_BYTES)];
    from.get(bytes);
    limit.pass(bytes.length);
    if (isSized) {
      out.write(bytes);
      return;
    }
    out.write(ascii(Integer.toHexString(bytes.length) + LINE_END));
    out.write(bytes);
    out.write(ascii(LINE_END));
  }

  private static StringBuilder head(int status) {
    // The reason phrase says nothing to a program, and may be empty.
    return new StringBuilder("HTTP/1.1 " + status + " \r\nConnection: close\r\n");
  }

  private static byte[] ascii(CharSequence text) {
    return text.toString().getBytes(StandardCharsets.ISO_8859_1);
  }
}
