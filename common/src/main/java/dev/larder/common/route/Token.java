package dev.larder.common.route;

/**
 * A word of a route.
 *
 * @param text what it says: a text's content without quotes and escapes, a name in braces without
 *     them
 * @param at its place in the route, from 0
 */
record Token(Type type, String text, int at) {
  enum Type {
    /** A name, a keyword or a word such as {@code true}. */
    NAME,
    /** A name that begins with {@code $}. */
    DOLLAR,
    /** A name in braces. */
    BRACED,
    TEXT,
    NUMBER,
    SYMBOL,
    END
  }

  boolean isWord(String keyword) {
    return type == Type.NAME && text.equalsIgnoreCase(keyword);
  }

  boolean isSymbol(String symbol) {
    return type == Type.SYMBOL && text.equals(symbol);
  }

  /** What was found, for a complaint. */
  String found() {
    return switch (type) {
      case END -> "the end";
      case TEXT -> "the text '" + Lexer.shown(text) + "'";
      case BRACED -> "\"{" + Lexer.shown(text) + "}\"";
      case NAME, DOLLAR, NUMBER, SYMBOL -> "\"" + Lexer.shown(text) + "\"";
    };
  }
}
