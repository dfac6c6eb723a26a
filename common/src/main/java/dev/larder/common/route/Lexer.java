package dev.larder.common.route;

/**
 * Cuts a route into words, by IoT Edge's grammar with two differences: an operator needs no space
 * before it where that leaves no doubt, and a name that could as well be arithmetic ({@code a*2})
 * is refused, where IoT Edge would silently take it for a property's name.
 */
final class Lexer {
  /** What no name holds; a name in braces may. */
  private static final String NO_NAME = "()<>@,;:\\\"/?={} \t\r\n'";

  /** What a name may hold by IoT Edge's grammar though it reads as an operator. */
  private static final String DOUBTFUL = "+*%|!&";

  private final String text;
  private int at;

  Lexer(String text) {
    this.text = text;
  }

  /** The route's source: all up to the next white space. */
  Token path() {
    skip();
    int start = at;
    while (at < text.length() && !isSpace(text.charAt(at))) {
      at++;
    }
    return new Token(
        start == at ? Token.Type.END : Token.Type.NAME, text.substring(start, at), start);
  }

  Token next() {
    skipWithComments();
    if (at == text.length()) {
      return new Token(Token.Type.END, "", at);
    }
    char c = text.charAt(at);
    return switch (c) {
      case '\'', '"' -> quoted(c);
      case '{' -> braced();
      case '(', ')', ',', '+', '-', '*', '/', '%' -> symbol(1);
      case '<' -> symbol(follows('=') || follows('>') ? 2 : 1);
      case '>' -> symbol(follows('=') ? 2 : 1);
      case '=', '!', '|', '?', '&' -> pair(c);
      case '$' -> dollar();
      default -> isDigit(at) || (c == '.' && isDigit(at + 1)) ? number() : name();
    };
  }

  private void skip() {
    while (at < text.length() && isSpace(text.charAt(at))) {
      at++;
    }
  }

  private void skipWithComments() {
    skip();
    while (text.startsWith("/*", at)) {
      int end = text.indexOf("*/", at + 2);
      if (end < 0) {
        throw new Complaint(at, "the comment has no end", "close it with */");
      }
      at = end + 2;
      skip();
    }
  }

  private static boolean isSpace(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
  }

  private boolean isDigit(int place) {
    return place < text.length() && text.charAt(place) >= '0' && text.charAt(place) <= '9';
  }

  private boolean follows(char c) {
    return at + 1 < text.length() && text.charAt(at + 1) == c;
  }

  private Token symbol(int length) {
    var token = new Token(Token.Type.SYMBOL, text.substring(at, at + length), at);
    at += length;
    return token;
  }

  /** Operators of two characters, and what others write for them. */
  private Token pair(char c) {
    boolean doubled = follows(c);
    return switch (c) {
      case '=' -> {
        if (doubled) {
          throw new Complaint(at, "found \"==\"", "write = to compare");
        }
        yield symbol(1);
      }
      case '!' -> {
        if (!follows('=')) {
          throw new Complaint(at, "found \"!\"", "write not, or != to compare");
        }
        yield symbol(2);
      }
      case '|', '?' -> {
        if (!doubled) {
          throw new Complaint(at, "found \"" + c + "\"", "write " + c + c + " or take it out");
        }
        yield symbol(2);
      }
      default -> throw new Complaint(at, "found \"" + c + "\"", "write and to join conditions");
    };
  }

  private Token quoted(char quote) {
    int start = at++;
    var content = new StringBuilder();
    while (at < text.length() && text.charAt(at) != quote) {
      char c = text.charAt(at);
      content.append(c == '\\' ? escaped() : c);
      at++;
    }
    if (at == text.length()) {
      throw new Complaint(start, "the text has no end", "close it with " + quote);
    }
    at++;
    return new Token(Token.Type.TEXT, content.toString(), start);
  }

  /** Reads an escape up to its last character. */
  private char escaped() {
    int start = at++;
    char c = at < text.length() ? text.charAt(at) : ' ';
    if (c == '\'' || c == '"' || c == '\\') {
      return c;
    }
    if (c == 'u' && at + 4 < text.length()) {
      int code = 0;
      for (int i = 1; i <= 4 && code >= 0; i++) {
        int digit = hex(text.charAt(at + i));
        code = digit < 0 ? -1 : code * 16 + digit;
      }
      if (code >= 0) {
        at += 4;
        return (char) code;
      }
    }
    throw new Complaint(
        start,
        "\"\\\" begins no escape here",
        "write \\\\ for a backslash, or \\', \\\" or \\u0041");
  }

  private static int hex(char c) {
    return c < 128 ? Character.digit(c, 16) : -1;
  }

  private Token braced() {
    int start = at;
    int end = text.indexOf('}', at);
    if (end < 0) {
      throw new Complaint(start, "the brace is not closed", "write {name} round a property's name");
    }
    var name = text.substring(start + 1, end).strip();
    if (name.isEmpty() || name.equals("$")) {
      throw new Complaint(
          start, "no name is in the braces", "write {name} round a property's name");
    }
    at = end + 1;
    return new Token(Token.Type.BRACED, name, start);
  }

  private Token dollar() {
    int start = at++;
    run();
    return named(Token.Type.DOLLAR, start);
  }

  private Token name() {
    int start = at;
    run();
    if (at == start) {
      throw new Complaint(
          at,
          "found \"" + shown(text.substring(at, at + 1)) + "\"",
          "take it out, or write {name}");
    }
    return named(Token.Type.NAME, start);
  }

  private Token named(Token.Type type, int start) {
    var name = text.substring(start, at);
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (DOUBTFUL.indexOf(c) >= 0) {
        throw new Complaint(
            start,
            "\"" + shown(name) + "\" may be a name or a calculation",
            "put spaces round " + c + ", or write {" + shown(name) + "} for the name");
      }
      if ((c == '[' || c == ']') && type == Token.Type.NAME) {
        throw new Complaint(
            start + i, "found \"" + c + "\"", "write $body.name[0] for a part of the body");
      }
    }
    return new Token(type, name, start);
  }

  /** Goes on to the end of a name, or to an operator that follows it. */
  private void run() {
    while (at < text.length()
        && text.charAt(at) >= ' '
        && NO_NAME.indexOf(text.charAt(at)) < 0
        && !text.startsWith("!=", at)
        && !text.startsWith("||", at)) {
      at++;
    }
  }

  private Token number() {
    int start = at;
    if (text.charAt(at) == '0' && (follows('x') || follows('X'))) {
      at += 2;
      while (at < text.length() && hex(text.charAt(at)) >= 0) {
        at++;
      }
    } else {
      digits();
      if (at < text.length() && text.charAt(at) == '.' && isDigit(at + 1)) {
        at++;
        digits();
      }
      exponent();
    }
    int end = at;
    run();
    var rest = text.substring(end, at);
    if (!rest.isEmpty() && "+-*%".indexOf(rest.charAt(0)) < 0) {
      throw new Complaint(
          start,
          "\"" + shown(text.substring(start, at)) + "\" is no number",
          "write {" + shown(text.substring(start, at)) + "} for a property of that name");
    }
    at = end;
    return new Token(Token.Type.NUMBER, text.substring(start, end), start);
  }

  private void digits() {
    while (isDigit(at)) {
      at++;
    }
  }

  private void exponent() {
    if (at < text.length() && (text.charAt(at) == 'e' || text.charAt(at) == 'E')) {
      int digits = at + 1;
      if (digits < text.length() && (text.charAt(digits) == '+' || text.charAt(digits) == '-')) {
        digits++;
      }
      if (isDigit(digits)) {
        at = digits;
        digits();
      }
    }
  }

  /** A part of the text as a problem shows it: short, and without control characters. */
  static String shown(String part) {
    var text = part.length() <= 40 ? part : part.substring(0, 40) + "…";
    var shown = new StringBuilder(text.length());
    text.chars().forEach(c -> shown.append(c < ' ' ? '?' : (char) c));
    return shown.toString();
  }
}
