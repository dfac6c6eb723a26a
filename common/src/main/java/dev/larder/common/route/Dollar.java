package dev.larder.common.route;

import java.util.ArrayList;
import java.util.List;

/**
 * Reads a name that begins with {@code $}: a system property or a value of the body.
 *
 * @param written as an application property of that name would be called; empty when none is meant
 * @param token whose text is the name
 */
record Dollar(String written, Token token) {
  private static final String BODY = "$body";
  private static final List<String> LONG_FORMS =
      List.of("$systemProperties.", "$systemProps.", "systemProperties.");
  private static final int DEEPEST = 32;
  private static final int LARGEST_PLACE_DIGITS = 6;

  Typed read() {
    var name = token.text();
    if (name.regionMatches(true, 0, BODY, 0, BODY.length())
        && (name.length() == BODY.length() || ".[".indexOf(name.charAt(BODY.length())) >= 0)) {
      return new Typed(new Expression.Body(written, path(name)), Kind.ANY, token.at());
    }
    var bare = name.startsWith("$") ? name.substring(1) : name;
    for (var form : LONG_FORMS) {
      if (name.regionMatches(true, 0, form, 0, form.length())) {
        bare = name.substring(form.length());
      }
    }
    if (bare.isEmpty() || bare.indexOf('[') >= 0 || bare.indexOf(']') >= 0) {
      throw new Complaint(
          token.at(),
          "\"" + Lexer.shown(name) + "\" is no system property",
          "write $messageId or another of IoT Hub's, or $body.name for a part of the body");
    }
    return new Typed(
        new Expression.SystemProperty(written, SystemProperties.spelt(bare)),
        Kind.TEXT,
        token.at());
  }

  private List<Expression.Step> path(String name) {
    var steps = new ArrayList<Expression.Step>();
    int at = BODY.length();
    while (at < name.length() && name.charAt(at) == '.') {
      int end = endOfField(name, at + 1);
      if (end == at + 1) {
        throw bad(at);
      }
      steps.add(new Expression.Field(name.substring(at + 1, end)));
      at = end;
      while (at < name.length() && name.charAt(at) == '[') {
        int close = name.indexOf(']', at);
        steps.add(new Expression.Element(place(name, at + 1, close)));
        at = close + 1;
      }
    }
    if (steps.isEmpty() || at < name.length() || steps.size() > DEEPEST) {
      throw bad(Math.min(at, name.length() - 1));
    }
    return steps;
  }

  private static int endOfField(String name, int from) {
    int at = from;
    while (at < name.length() && ".[]".indexOf(name.charAt(at)) < 0) {
      at++;
    }
    return at;
  }

  private int place(String name, int from, int end) {
    boolean digits =
        end > from
            && end - from <= LARGEST_PLACE_DIGITS
            && name.substring(from, end).chars().allMatch(c -> c >= '0' && c <= '9');
    if (!digits) {
      throw bad(from - 1);
    }
    return Integer.parseInt(name, from, end, 10);
  }

  private Complaint bad(int place) {
    int brace = token.type() == Token.Type.BRACED ? 1 : 0;
    return new Complaint(
        token.at() + brace + place,
        "\"" + Lexer.shown(token.text()) + "\" is no path into the body",
        "write $body.name, $body.name.part or $body.list[0].part, at most " + DEEPEST + " steps");
  }
}
