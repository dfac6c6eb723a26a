package dev.larder.agent.front;

import dev.larder.agent.registry.Fields;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What the engine asks the front, read as strictly as RFC 9112 allows. It has no body.
 *
 * @param pull which pull it is part of, if the engine says so
 * @param fields those that go to the registry, name and value in turn
 */
record FrontRequest(String method, String target, Optional<String> pull, List<String> fields) {
  /** Whatever begins with {@code X-Meta-} the engine sends with all its requests of a pull. */
  static final String PULL_FIELD = "X-Meta-Larder-Pull";

  private static final int HEAD_LIMIT_BYTES = 32 << 10;
  private static final int FIELDS_LIMIT = 64;

  /** A TLS handshake (RFC 8446, 5.1): the engine tries that first. */
  private static final int HANDSHAKE = 0x16;

  private static final String END = "\r\n\r\n";
  private static final String TOKEN = "[!#$%&'*+\\-.^_`|~0-9A-Za-z]++";
  private static final Pattern LINE =
      Pattern.compile("(" + TOKEN + ") ([\\x21-\\x7e]++) HTTP/1\\.1");

  /** Possessive, so that no text makes the matcher go back over it. */
  private static final Pattern FIELD =
      Pattern.compile("(" + TOKEN + "):[ \\t]*+([\\x20-\\x7e\\x80-\\xff\\t]*+)");

  FrontRequest {
    fields = List.copyOf(fields);
  }

  /**
   * Reads one.
   *
   * @param within how long it may take
   * @return empty for what is no HTTP
   */
  static Optional<FrontRequest> read(Socket from, Duration within) throws IOException {
    var until = System.nanoTime() + within.toNanos();
    var in = from.getInputStream();
    var head = new ByteArrayOutputStream();
    while (head.size() < HEAD_LIMIT_BYTES) {
      var left = Duration.ofNanos(until - System.nanoTime()).toMillis();
      from.setSoTimeout((int) Math.max(1, left));
      int read = readSome(in, head);
      if (read < 0 || head.toByteArray()[0] == HANDSHAKE) {
        return Optional.empty();
      }
      var text = head.toString(StandardCharsets.ISO_8859_1);
      if (text.contains(END)) {
        return parse(text.substring(0, text.indexOf(END)));
      }
    }
    return Optional.empty();
  }

  private static int readSome(InputStream in, ByteArrayOutputStream head) throws IOException {
    var some = new byte[4 << 10];
    int read = in.read(some);
    head.write(some, 0, Math.max(0, read));
    return read;
  }

  /** Empty for what is malformed, or has a body. */
  static Optional<FrontRequest> parse(String head) {
    var lines = List.of(head.split("\r\n", -1));
    var line = LINE.matcher(lines.getFirst());
    if (!line.matches() || lines.size() - 1 > FIELDS_LIMIT) {
      return Optional.empty();
    }
    var pull = Optional.<String>empty();
    var fields = new ArrayList<String>();
    for (var text : lines.subList(1, lines.size())) {
      var field = FIELD.matcher(text);
      if (!field.matches() || isOfBody(field.group(1), field.group(2).strip())) {
        return Optional.empty();
      }
      if (field.group(1).equalsIgnoreCase(PULL_FIELD)) {
        pull = Optional.of(field.group(2).strip());
      } else if (Fields.goesUp(field.group(1))) {
        fields.add(field.group(1));
        fields.add(field.group(2).strip());
      }
    }
    return Optional.of(new FrontRequest(line.group(1), line.group(2), pull, fields));
  }

  private static boolean isOfBody(String name, String value) {
    return name.equalsIgnoreCase("transfer-encoding")
        || (name.equalsIgnoreCase("content-length") && !value.equals("0"));
  }
}
