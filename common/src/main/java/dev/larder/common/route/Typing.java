package dev.larder.common.route;

import java.util.List;

/**
 * What can be known to be wrong before a message is there: IoT Edge's compiler's rules. A part that
 * is wrong is told, and goes on as a value of which nothing is known, so that one mistake is one
 * problem.
 */
final class Typing {
  private final List<Complaint> complaints;

  Typing(List<Complaint> complaints) {
    this.complaints = complaints;
  }

  private void wrong(int at, String message, String mend) {
    complaints.add(new Complaint(at, message, mend));
  }

  /** What stands after WHERE, or beside {@code and}. */
  void condition(Typed typed) {
    switch (typed.kind()) {
      case TRUTH, NULL, UNDEFINED, ANY -> {}
      case TEXT ->
          wrong(
              typed.at(),
              "expected a condition, found a text",
              isLiteral(typed)
                  ? "compare it with a property: name = 'value'"
                  : "compare it: " + Lexer.shown(typed.expression().text()) + " = 'true'");
      case NUMBER -> wrong(typed.at(), "expected a condition, found a number", "compare it: … > 0");
    }
  }

  Typed negate(Token sign, Typed operand) {
    number(sign, operand);
    return new Typed(new Expression.Negate(operand.expression()), Kind.NUMBER, sign.at());
  }

  Typed not(Token sign, Typed operand) {
    boolean wrong = operand.kind() == Kind.TEXT || operand.kind() == Kind.NUMBER;
    if (wrong) {
      wrong(
          operand.at(),
          "not needs a condition, found " + operand.kind(),
          "put brackets round what is denied: not (a = b)");
    }
    return new Typed(
        new Expression.Not(operand.expression()), wrong ? Kind.ANY : Kind.TRUTH, sign.at());
  }

  Typed binary(Operator operator, Token sign, Typed left, Typed right) {
    var kind =
        switch (operator) {
          case AND, OR -> {
            condition(left);
            condition(right);
            yield Kind.TRUTH;
          }
          case EQUAL, UNEQUAL, LESS, AT_MOST, MORE, AT_LEAST -> {
            compared(operator, sign, left, right);
            yield Kind.TRUTH;
          }
          case ADD, SUBTRACT, MULTIPLY, DIVIDE, REMAINDER -> {
            number(sign, left);
            number(sign, right);
            yield Kind.NUMBER;
          }
          case JOIN -> {
            joined(left);
            joined(right);
            yield Kind.TEXT;
          }
          case COALESCE -> coalesced(sign, left, right);
        };
    return new Typed(
        new Expression.Binary(operator, left.expression(), right.expression()), kind, left.at());
  }

  private void number(Token sign, Typed operand) {
    if (operand.kind() != Kind.NUMBER && operand.kind() != Kind.ANY) {
      wrong(
          operand.at(),
          sign.text() + " needs numbers, found " + operand.kind(),
          operand.kind() != Kind.TEXT
              ? "write a number"
              : "write " + asNumber(operand) + (sign.isSymbol("+") ? ", or || to join texts" : ""));
    }
  }

  private static boolean isLiteral(Typed typed) {
    return typed.expression() instanceof Expression.Literal;
  }

  private static String asNumber(Typed operand) {
    return isLiteral(operand)
        ? "the number without quotes"
        : "as_number(" + Lexer.shown(operand.expression().text()) + ")";
  }

  private void joined(Typed operand) {
    if (operand.kind() != Kind.TEXT && operand.kind() != Kind.ANY) {
      wrong(
          operand.at(),
          "|| joins texts, found " + operand.kind(),
          operand.kind() == Kind.TRUTH ? "write or between conditions" : "write a text in quotes");
    }
  }

  private void compared(Operator operator, Token sign, Typed left, Typed right) {
    if (left.kind() == right.kind() && left.kind() != Kind.ANY) {
      return;
    }
    if (left.kind() == Kind.UNDEFINED || right.kind() == Kind.UNDEFINED) {
      wrong(sign.at(), "nothing compares with undefined", "write is_defined(…)");
    } else if (left.kind() != Kind.ANY && right.kind() != Kind.ANY) {
      wrong(
          sign.at(),
          operator + " compares " + left.kind() + " with " + right.kind(),
          mend(left, right));
    }
  }

  private static String mend(Typed left, Typed right) {
    boolean leftIsText = left.kind() == Kind.TEXT;
    var text = leftIsText ? left : right;
    var other = leftIsText ? right : left;
    if (text.kind() != Kind.TEXT) {
      return "compare two values of one kind";
    }
    return switch (other.kind()) {
      case NUMBER ->
          "write " + asNumber(text) + (isLiteral(text) ? "" : ", or compare with a text in quotes");
      case TRUTH -> "write the other side in quotes: 'true'";
      case NULL -> "a property is never null: write is_defined(…)";
      case TEXT, UNDEFINED, ANY -> "compare two values of one kind";
    };
  }

  private Kind coalesced(Token sign, Typed left, Typed right) {
    if (left.kind() == right.kind() || left.kind() == Kind.UNDEFINED) {
      return right.kind();
    }
    if (left.kind() != Kind.ANY && right.kind() != Kind.ANY && right.kind() != Kind.UNDEFINED) {
      wrong(
          sign.at(),
          "?? has " + left.kind() + " and " + right.kind() + " beside it",
          "give a default of the same kind");
    }
    return right.kind() == Kind.UNDEFINED ? left.kind() : Kind.ANY;
  }

  Typed call(Token name, List<Typed> arguments) {
    var named = Builtin.named(name.text());
    if (named.isEmpty()) {
      wrong(
          name.at(),
          "unknown function \"" + Lexer.shown(name.text()) + "\"",
          Builtin.near(name.text())
              .map(near -> "did you mean " + near + "?")
              .orElse("write one of IoT Edge's, such as as_number or starts_with"));
      return new Typed(new Expression.Literal(Value.Absent.UNDEFINED), Kind.ANY, name.at());
    }
    var builtin = named.get();
    if (builtin.takes(arguments.size())) {
      for (int i = 0; i < arguments.size(); i++) {
        argument(builtin, i, arguments.get(i));
      }
    } else {
      wrong(
          name.at(),
          builtin + " takes " + builtin.arity() + ", found " + arguments.size(),
          "give it " + builtin.arity());
    }
    var expressions = arguments.stream().map(Typed::expression).toList();
    return new Typed(new Expression.Call(builtin, expressions), builtin.result(), name.at());
  }

  private void argument(Builtin builtin, int place, Typed given) {
    if (!builtin.takes(place, given.kind())) {
      var wanted = builtin.parameter(place);
      wrong(
          given.at(),
          builtin + " takes " + wanted + " here, found " + given.kind(),
          wanted == Kind.NUMBER && given.kind() == Kind.TEXT
              ? "write " + asNumber(given)
              : "give it " + wanted);
    }
  }
}
