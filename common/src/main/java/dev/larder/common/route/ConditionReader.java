package dev.larder.common.route;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads a condition by recursive descent. {@code not} and the minus sign bind closest, as in IoT
 * Edge's grammar: {@code not a = b} is {@code (not a) = b}.
 */
final class ConditionReader {
  private static final int DEEPEST = 50;
  private static final int MOST_PARTS = 500;

  private final Lexer lexer;
  private final Typing typing;
  private Token token;
  private int depth;
  private int parts;

  /** Reads from the lexer's next word on. */
  ConditionReader(Lexer lexer, List<Complaint> complaints) {
    this.lexer = lexer;
    typing = new Typing(complaints);
    token = lexer.next();
  }

  /** The word after the condition. */
  Token after() {
    return token;
  }

  Expression read() {
    var condition = expression(1);
    typing.condition(condition);
    return condition.expression();
  }

  private Token take() {
    var taken = token;
    token = lexer.next();
    return taken;
  }

  private Typed expression(int binding) {
    var left = operand();
    var operator = operator(token);
    while (operator.isPresent() && operator.get().binding() >= binding) {
      var sign = take();
      var right = expression(operator.get().binding() + 1);
      left = count(typing.binary(operator.get(), sign, left, right));
      operator = operator(token);
    }
    return left;
  }

  private Typed count(Typed typed) {
    if (++parts > MOST_PARTS) {
      throw new Complaint(
          typed.at(),
          "the condition has over " + MOST_PARTS + " parts",
          "make several routes of it");
    }
    return typed;
  }

  private static Optional<Operator> operator(Token token) {
    if (token.type() != Token.Type.SYMBOL && token.type() != Token.Type.NAME) {
      return Optional.empty();
    }
    if (token.isSymbol("<>")) {
      return Optional.of(Operator.UNEQUAL);
    }
    for (var operator : Operator.values()) {
      if (token.isSymbol(operator.toString()) || token.isWord(operator.toString())) {
        return Optional.of(operator);
      }
    }
    return Optional.empty();
  }

  private Typed operand() {
    if (++depth > DEEPEST) {
      throw new Complaint(
          token.at(), "the condition is over " + DEEPEST + " levels deep", "make it flatter");
    }
    var operand = count(prefixed());
    depth--;
    return operand;
  }

  private Typed prefixed() {
    if (token.isSymbol("-")) {
      return typing.negate(take(), operand());
    }
    if (token.isWord("not")) {
      return typing.not(take(), operand());
    }
    if (token.isSymbol("(")) {
      var open = take();
      var inner = expression(1);
      close(open);
      return inner;
    }
    return plain(take());
  }

  private void close(Token open) {
    if (!token.isSymbol(")")) {
      throw new Complaint(
          token.at(),
          "found " + token.found() + ", expected an operator or )",
          "close the bracket of column " + (open.at() + 1));
    }
    take();
  }

  private Typed plain(Token word) {
    return switch (word.type()) {
      case TEXT -> new Typed(literal(new Value.Text(word.text())), Kind.TEXT, word.at());
      case NUMBER -> new Typed(literal(new Value.Numeric(number(word))), Kind.NUMBER, word.at());
      case NAME -> named(word);
      case DOLLAR -> new Dollar(word.text(), word).read();
      case BRACED ->
          word.text().startsWith("$")
              ? new Dollar("", word).read()
              : new Typed(new Expression.Property(word.text()), Kind.TEXT, word.at());
      case SYMBOL, END ->
          throw new Complaint(
              word.at(),
              "found " + word.found() + ", expected a value",
              "write a property, $body.name, a text in quotes, a number or a function");
    };
  }

  private static Expression literal(Value value) {
    return new Expression.Literal(value);
  }

  private static double number(Token word) {
    var text = word.text();
    try {
      double number =
          text.startsWith("0x") || text.startsWith("0X")
              ? Long.parseLong(text, 2, text.length(), 16)
              : Double.parseDouble(text);
      if (Double.isFinite(number)) {
        return number;
      }
    } catch (NumberFormatException _) {
      // Said below, with what is too large for a number.
    }
    throw new Complaint(
        word.at(), "\"" + Lexer.shown(text) + "\" is no number", "write one that a double holds");
  }

  private Typed named(Token word) {
    if (token.isSymbol("(")) {
      return call(word);
    }
    var text = word.text();
    int at = word.at();
    if (word.isWord("true") || word.isWord("false")) {
      return new Typed(literal(Value.of(word.isWord("true"))), Kind.TRUTH, at);
    }
    if (word.isWord("null")) {
      return new Typed(literal(Value.Absent.NULL), Kind.NULL, at);
    }
    if (word.isWord("undefined")) {
      return new Typed(literal(Value.Absent.UNDEFINED), Kind.UNDEFINED, at);
    }
    if (word.isWord("into")
        || word.isWord("where")
        || word.isWord("from")
        || operator(word).isPresent()) {
      throw new Complaint(
          at,
          "found " + word.found() + ", expected a value",
          "write a condition, or {" + text + "} for a property of that name");
    }
    return text.startsWith("systemProperties.")
        ? new Dollar(text, word).read()
        : new Typed(new Expression.Property(text), Kind.TEXT, at);
  }

  private Typed call(Token name) {
    var open = take();
    var arguments = new ArrayList<Typed>();
    if (!token.isSymbol(")")) {
      arguments.add(expression(1));
      while (token.isSymbol(",")) {
        take();
        arguments.add(expression(1));
      }
    }
    close(open);
    return typing.call(name, arguments);
  }
}
