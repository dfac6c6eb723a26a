package dev.larder.common.route;

import java.util.List;
import java.util.Locale;
import java.util.function.BiPredicate;
import java.util.function.DoubleUnaryOperator;

/** What the functions answer: undefined whenever an argument is not of the kind they take. */
final class Functions {
  private Functions() {}

  static Value call(Builtin builtin, List<Expression> arguments, RoutedMessage message) {
    return switch (builtin) {
      case ABS -> number(arguments, message, Math::abs);
      case CEILING -> number(arguments, message, Math::ceil);
      case EXP -> number(arguments, message, Math::exp);
      case FLOOR -> number(arguments, message, Math::floor);
      case SIGN -> number(arguments, message, Math::signum);
      case SQRT -> number(arguments, message, Math::sqrt);
      case SQUARE -> number(arguments, message, x -> x * x);
      case POWER -> power(first(arguments, message), second(arguments, message));
      case AS_NUMBER -> asNumber(first(arguments, message));
      case CONCAT -> joined(arguments, message);
      case CONTAINS -> text(arguments, message, String::contains);
      case ENDS_WITH -> text(arguments, message, String::endsWith);
      case STARTS_WITH -> text(arguments, message, String::startsWith);
      case INDEX_OF -> indexOf(first(arguments, message), second(arguments, message));
      case LENGTH ->
          first(arguments, message) instanceof Value.Text(var text)
              ? Value.of((double) text.length())
              : Value.Absent.UNDEFINED;
      case LOWER ->
          first(arguments, message) instanceof Value.Text(var text)
              ? new Value.Text(text.toLowerCase(Locale.ROOT))
              : Value.Absent.UNDEFINED;
      case UPPER ->
          first(arguments, message) instanceof Value.Text(var text)
              ? new Value.Text(text.toUpperCase(Locale.ROOT))
              : Value.Absent.UNDEFINED;
      case SUBSTRING -> substring(arguments, message);
      case IS_BOOL -> Value.of(first(arguments, message) instanceof Value.Truth);
      case IS_NUMBER -> Value.of(first(arguments, message) instanceof Value.Numeric);
      case IS_STRING -> Value.of(first(arguments, message) instanceof Value.Text);
      case IS_DEFINED -> Value.of(Evaluator.isDefined(arguments.getFirst(), message));
      case IS_NULL -> isNull(arguments.getFirst(), message);
      // The hub sends no changes of twins along its routes.
      case TWIN_CHANGE_INCLUDES -> Value.Absent.UNDEFINED;
    };
  }

  private static Value first(List<Expression> arguments, RoutedMessage message) {
    return Evaluator.evaluate(arguments.getFirst(), message);
  }

  private static Value second(List<Expression> arguments, RoutedMessage message) {
    return Evaluator.evaluate(arguments.get(1), message);
  }

  private static Value number(
      List<Expression> arguments, RoutedMessage message, DoubleUnaryOperator function) {
    return first(arguments, message) instanceof Value.Numeric(var number)
        ? Value.of(function.applyAsDouble(number))
        : Value.Absent.UNDEFINED;
  }

  private static Value text(
      List<Expression> arguments, RoutedMessage message, BiPredicate<String, String> test) {
    return first(arguments, message) instanceof Value.Text(var text)
            && second(arguments, message) instanceof Value.Text(var part)
        ? Value.of(test.test(text, part))
        : Value.Absent.UNDEFINED;
  }

  private static Value power(Value base, Value exponent) {
    return base instanceof Value.Numeric(var b) && exponent instanceof Value.Numeric(var e)
        ? Value.of(Math.pow(b, e))
        : Value.Absent.UNDEFINED;
  }

  private static Value indexOf(Value text, Value part) {
    return text instanceof Value.Text(var t) && part instanceof Value.Text(var p)
        ? Value.of((double) t.indexOf(p))
        : Value.Absent.UNDEFINED;
  }

  /** The texts in a row. */
  static Value joined(List<Expression> parts, RoutedMessage message) {
    var joined = new StringBuilder();
    for (var part : parts) {
      if (!(Evaluator.evaluate(part, message) instanceof Value.Text(var text))) {
        return Value.Absent.UNDEFINED;
      }
      joined.append(text);
    }
    return new Value.Text(joined.toString());
  }

  /** Of a part of the body that is undefined it is not known; a property is never null. */
  private static Value isNull(Expression argument, RoutedMessage message) {
    var value = Evaluator.evaluate(argument, message);
    return value == Value.Absent.UNDEFINED && argument instanceof Expression.Body
        ? value
        : Value.of(value == Value.Absent.NULL);
  }

  private static Value substring(List<Expression> arguments, RoutedMessage message) {
    if (!(first(arguments, message) instanceof Value.Text(var text))
        || !(second(arguments, message) instanceof Value.Numeric(var start))
        || start < 0
        || start > text.length()) {
      return Value.Absent.UNDEFINED;
    }
    if (arguments.size() == 2) {
      return new Value.Text(text.substring((int) start));
    }
    return Evaluator.evaluate(arguments.get(2), message) instanceof Value.Numeric(var length)
            && start < text.length()
            && length >= 0
            && length <= text.length() - start
        ? new Value.Text(text.substring((int) start, (int) start + (int) length))
        : Value.Absent.UNDEFINED;
  }

  private static Value asNumber(Value value) {
    return switch (value) {
      case Value.Numeric number -> number;
      case Value.Text(var text) ->
          isDecimal(text.strip())
              ? Value.of(Double.parseDouble(text.strip()))
              : Value.Absent.UNDEFINED;
      case Value.Truth _, Value.Absent _ -> Value.Absent.UNDEFINED;
    };
  }

  /** A sign, digits with one point among them, and an exponent: Java alone would take more. */
  private static boolean isDecimal(String text) {
    int at = text.startsWith("-") || text.startsWith("+") ? 1 : 0;
    int whole = digits(text, at);
    int fraction = 0;
    at += whole;
    if (at < text.length() && text.charAt(at) == '.') {
      fraction = digits(text, at + 1);
      at += 1 + fraction;
    }
    if (whole + fraction == 0) {
      return false;
    }
    if (at < text.length() && (text.charAt(at) == 'e' || text.charAt(at) == 'E')) {
      at++;
      if (at < text.length() && (text.charAt(at) == '+' || text.charAt(at) == '-')) {
        at++;
      }
      int exponent = digits(text, at);
      at += exponent;
      return exponent > 0 && at == text.length();
    }
    return at == text.length();
  }

  private static int digits(String text, int from) {
    int at = from;
    while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
      at++;
    }
    return at - from;
  }
}
