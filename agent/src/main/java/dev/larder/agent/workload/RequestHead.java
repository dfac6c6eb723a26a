package dev.larder.agent.workload;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A request's first line and fields, read as strictly as RFC 9112 allows: lines end with CRLF,
 * names touch their colon, no field is folded, and how long the body is has one meaning or none.
 *
 * @param target path and query
 * @param framing how the body's end is known
 * @param expectsContinue whether the client waits to be told that it may send the body
 */
record RequestHead(
    String method,
    String target,
    Optional<String> contentType,
    Framing framing,
    boolean expectsContinue) {
  private static final int FIELDS_LIMIT = 64;
  private static final int LENGTH_DIGITS = 9;

  private static final String TOKEN = "[!#$%&'*+\\-.^_`|~0-9A-Za-z]+";
  private static final Pattern LINE =
      Pattern.compile("(" + TOKEN + ") ([\\x21-\\x7e]+) HTTP/([0-9]\\.[0-9])");

  /** Possessive, so that no text makes the matcher go back over it. */
  private static final Pattern FIELD =
      Pattern.compile("(" + TOKEN + "):[ \\t]*+([\\x20-\\x7e\\x80-\\xff\\t]*+)");

  private static final Pattern ABSOLUTE =
      Pattern.compile("http://[^/?#]*(/.*)", Pattern.CASE_INSENSITIVE);
  private static final Pattern DIGITS = Pattern.compile("[0-9]+");

  /** Fields that say one thing; of the others the first is enough. */
  private static final Set<String> SINGLE =
      Set.of("host", "content-length", "transfer-encoding", "content-type", "expect");

  /** How the end of a body is known. */
  sealed interface Framing {
    /** After so many bytes. */
    record Length(int bytes) implements Framing {}

    /** By chunks (RFC 9112, 7.1). */
    record Chunked() implements Framing {}
  }

  /**
   * Reads a head.
   *
   * @param text in ISO 8859-1, without the empty line that ends it
   */
  static RequestHead parse(String text, int bodyLimitBytes) throws RefusedException {
    var lines = text.split("\r\n", -1);
    var line = LINE.matcher(lines[0]);
    if (!line.matches()) {
      throw bad("the request line is not: method, path, HTTP/1.1");
    }
    var version = line.group(3);
    if (!version.equals("1.1") && !version.equals("1.0")) {
      throw new RefusedException(Status.VERSION_NOT_SUPPORTED, "use HTTP/1.1, not " + version);
    }
    var fields = fields(lines);
    if (version.equals("1.1") && !fields.containsKey("host")) {
      throw bad("the field Host is missing");
    }
    var expect = Optional.ofNullable(fields.get("expect"));
    return new RequestHead(
        line.group(1),
        target(line.group(2)),
        Optional.ofNullable(fields.get("content-type")),
        framing(fields, version, bodyLimitBytes),
        expect.filter("100-continue"::equalsIgnoreCase).isPresent());
  }

  private static Map<String, String> fields(String[] lines) throws RefusedException {
    if (lines.length - 1 > FIELDS_LIMIT) {
      throw new RefusedException(
          Status.FIELDS_TOO_LARGE, "a request has at most " + FIELDS_LIMIT + " fields");
    }
    var fields = new HashMap<String, String>();
    for (int i = 1; i < lines.length; i++) {
      var field = FIELD.matcher(lines[i]);
      if (!field.matches()) {
        throw bad("field " + i + " is not: name, colon, value");
      }
      var name = field.group(1).toLowerCase(Locale.ROOT);
      if (fields.putIfAbsent(name, field.group(2).stripTrailing()) != null
          && SINGLE.contains(name)) {
        throw bad("the field " + name + " is given twice");
      }
    }
    return fields;
  }

  /** A client of a proxy writes the whole address (RFC 9112, 3.2.2); its host says nothing here. */
  private static String target(String written) throws RefusedException {
    if (written.startsWith("/")) {
      return written;
    }
    var absolute = ABSOLUTE.matcher(written);
    if (!absolute.matches()) {
      throw bad("the path does not start with a slash");
    }
    return absolute.group(1);
  }

  private static Framing framing(Map<String, String> fields, String version, int limitBytes)
      throws RefusedException {
    var coding = Optional.ofNullable(fields.get("transfer-encoding"));
    var length = Optional.ofNullable(fields.get("content-length"));
    if (coding.isPresent()) {
      if (length.isPresent() || version.equals("1.0")) {
        throw bad("say the body's length once: Content-Length, or Transfer-Encoding in HTTP/1.1");
      }
      if (!coding.get().equalsIgnoreCase("chunked")) {
        throw new RefusedException(
            Status.NOT_IMPLEMENTED, "the only Transfer-Encoding taken is chunked");
      }
      return new Framing.Chunked();
    }
    var digits = length.orElse("0");
    if (!DIGITS.matcher(digits).matches()) {
      throw bad("Content-Length is not a number of bytes");
    }
    if (digits.length() > LENGTH_DIGITS || Integer.parseInt(digits) > limitBytes) {
      throw tooLarge(limitBytes);
    }
    return new Framing.Length(Integer.parseInt(digits));
  }

  static RefusedException tooLarge(int limitBytes) {
    return new RefusedException(
        Status.CONTENT_TOO_LARGE, "a body has at most " + limitBytes + " bytes");
  }

  private static RefusedException bad(String message) {
    return new RefusedException(Status.BAD_REQUEST, message);
  }
}
