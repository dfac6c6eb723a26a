package dev.larder.common.route;

import dev.larder.common.id.ModuleId;
import dev.larder.common.problem.Checked;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Reads a route: its outer form, its source and its sink. */
final class RouteReader {
  private static final String FORM =
      "write FROM /messages/modules/<module>/outputs/* INTO $upstream";
  private static final String SOURCE_MEND =
      "write /*, /messages/*, /messages/modules/*, /messages/modules/<module>/* or"
          + " /messages/modules/<module>/outputs/<output>";
  private static final String SINK_MEND =
      "write $upstream or BrokeredEndpoint(\"/modules/<module>/inputs/<input>\")";
  private static final int LONGEST_NAME = 128;

  private final Lexer lexer;
  private final List<Complaint> complaints = new ArrayList<>();

  private RouteReader(String text) {
    lexer = new Lexer(text);
  }

  static Checked<Route> read(String text, String path) {
    if (text.length() > Route.LONGEST) {
      return Checked.invalid(
          path,
          "has " + text.length() + " characters",
          "write at most " + Route.LONGEST + ", in several routes if need be");
    }
    var reader = new RouteReader(text);
    try {
      var route = reader.route();
      if (reader.complaints.isEmpty()) {
        return Checked.valid(route);
      }
    } catch (Complaint last) {
      reader.complaints.add(last);
    }
    return Checked.invalid(reader.complaints.stream().map(c -> c.problem(path)).toList());
  }

  private Route route() {
    var first = lexer.next();
    if (first.isWord("select")) {
      var star = lexer.next();
      expect(star, star.isSymbol("*"), "*");
      first = lexer.next();
    }
    expect(first, first.isWord("from"), "FROM");
    var source = source(lexer.path());
    var word = lexer.next();
    var condition = Condition.ALWAYS;
    if (word.isWord("where")) {
      var reader = new ConditionReader(lexer, complaints);
      condition = new Condition(reader.read());
      word = reader.after();
      expect(word, word.isWord("into"), "an operator or INTO");
    } else {
      expect(word, word.isWord("into"), "WHERE or INTO");
    }
    var sink = sink(lexer.next());
    var end = lexer.next();
    expect(end, end.type() == Token.Type.END, "the end");
    return new Route(source, condition, sink);
  }

  private static void expect(Token found, boolean met, String expected) {
    if (!met) {
      throw new Complaint(found.at(), "found " + found.found() + ", expected " + expected, FORM);
    }
  }

  private static Source source(Token word) {
    var path = word.text();
    if (!path.startsWith("/")) {
      throw new Complaint(word.at(), "found " + word.found() + ", expected a source", SOURCE_MEND);
    }
    int star = path.indexOf('*');
    if (star >= 0 && !(star == path.length() - 1 && path.charAt(star - 1) == '/')) {
      throw new Complaint(
          word.at() + star,
          "a * stands in the middle of the source",
          "write * as its last part alone");
    }
    var parts = parts(star < 0 ? path : path.substring(0, star));
    return switch (parts[0].toLowerCase(Locale.ROOT)) {
      case "" -> new Source.Everyone();
      case "messages" -> messages(word, parts);
      case "twinchangenotifications", "devicelifecycleevents", "devicejoblifecycleevents" ->
          new Source.NoOne(path);
      default ->
          throw new Complaint(
              word.at(), "no messages come from \"" + Lexer.shown(path) + "\"", SOURCE_MEND);
    };
  }

  /** The parts of a path, whether or not it has a slash at either end. */
  private static String[] parts(String path) {
    int from = path.startsWith("/") ? 1 : 0;
    int to = path.length() > from && path.endsWith("/") ? path.length() - 1 : path.length();
    return path.substring(from, to).split("/", -1);
  }

  private static Source messages(Token word, String[] parts) {
    if (parts.length == 1) {
      return new Source.Everyone();
    }
    if (parts[1].equalsIgnoreCase("events")) {
      return new Source.NoOne(word.text());
    }
    boolean known =
        parts[1].equalsIgnoreCase("modules")
            && parts.length <= 5
            && (parts.length <= 3 || parts[3].equalsIgnoreCase("outputs"));
    if (!known) {
      throw new Complaint(
          word.at(), "no messages come from \"" + Lexer.shown(word.text()) + "\"", SOURCE_MEND);
    }
    if (parts.length == 2) {
      return new Source.EveryModule();
    }
    var module = module(parts[2], word.at());
    return switch (parts.length) {
      case 3 -> new Source.OneModule(module);
      case 4 -> new Source.EveryOutput(module);
      default -> new Source.OneOutput(module, name(parts[4], word.at()));
    };
  }

  private static ModuleId module(String text, int at) {
    try {
      return ModuleId.of(text);
    } catch (IllegalArgumentException e) {
      throw new Complaint(
          at,
          "\"" + Lexer.shown(text) + "\" is no module's id",
          "use 1 to 63 letters, digits, '_', '.' and '-', a letter or digit first");
    }
  }

  /** An output's or input's name, which becomes a level of a topic. */
  private static String name(String text, int at) {
    if (text.isEmpty()
        || text.length() > LONGEST_NAME
        || text.chars().anyMatch(c -> c <= ' ' || c == 127 || "+#/*".indexOf(c) >= 0)) {
      throw new Complaint(
          at,
          "\"" + Lexer.shown(text) + "\" is no name of an input or output",
          "use 1 to " + LONGEST_NAME + " characters without space, '/', '+', '#' and '*'");
    }
    return text;
  }

  private Route.Sink sink(Token word) {
    if (word.type() == Token.Type.DOLLAR && word.text().equalsIgnoreCase("$upstream")) {
      return new Route.Upstream();
    }
    if (!word.isWord("BrokeredEndpoint")) {
      throw new Complaint(word.at(), "found " + word.found() + ", expected a sink", SINK_MEND);
    }
    var open = lexer.next();
    sinkPart(open, open.isSymbol("("), "(");
    var address = lexer.next();
    sinkPart(address, address.type() == Token.Type.TEXT, "a text in quotes");
    var close = lexer.next();
    sinkPart(close, close.isSymbol(")"), ")");
    return input(address);
  }

  private static void sinkPart(Token found, boolean met, String expected) {
    if (!met) {
      throw new Complaint(
          found.at(), "found " + found.found() + ", expected " + expected, SINK_MEND);
    }
  }

  private static Route.Input input(Token address) {
    var text = address.text().strip();
    var parts = parts(text);
    if (parts.length != 4
        || !parts[0].equalsIgnoreCase("modules")
        || !parts[2].equalsIgnoreCase("inputs")) {
      throw new Complaint(
          address.at(), "\"" + Lexer.shown(text) + "\" is no module's input", SINK_MEND);
    }
    return new Route.Input(module(parts[1], address.at()), name(parts[3], address.at()));
  }
}
