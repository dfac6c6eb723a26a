package dev.larder.common.route;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.List;
import java.util.Optional;

/**
 * What an expression comes to for a message, by IoT Hub's rules. No kind is turned into another by
 * itself. A property that is not there is undefined, and so is every calculation and comparison
 * with it. A field that a JSON body does not have is null; an object or an array is undefined, as
 * is every part of a body that is not JSON.
 */
final class Evaluator {
  private Evaluator() {}

  static Value evaluate(Expression expression, RoutedMessage message) {
    return switch (expression) {
      case Expression.Literal(var value) -> value;
      case Expression.Property(var name) -> text(message.property(name));
      case Expression.SystemProperty property -> system(property, message);
      case Expression.Body body -> body(body, message);
      case Expression.Call(var builtin, var arguments) ->
          Functions.call(builtin, arguments, message);
      case Expression.Negate(var operand) ->
          evaluate(operand, message) instanceof Value.Numeric(var number)
              ? Value.of(-number)
              : Value.Absent.UNDEFINED;
      case Expression.Not(var operand) ->
          evaluate(operand, message) instanceof Value.Truth truth
              ? Value.of(truth == Value.Truth.FALSE)
              : Value.Absent.UNDEFINED;
      case Expression.Binary binary -> binary(binary, message);
    };
  }

  private static Value text(Optional<String> text) {
    return text.isPresent() ? new Value.Text(text.get()) : Value.Absent.UNDEFINED;
  }

  private static Optional<String> application(String written, RoutedMessage message) {
    return written.isEmpty() ? Optional.empty() : message.property(written);
  }

  private static Value system(Expression.SystemProperty property, RoutedMessage message) {
    var application = application(property.written(), message);
    if (application.isPresent()) {
      return new Value.Text(application.get());
    }
    return switch (property.name()) {
      case SystemProperties.DEVICE -> named(message.device());
      case SystemProperties.MODULE -> named(message.sender());
      case SystemProperties.OUTPUT -> named(message.output());
      default -> text(message.systemProperty(property.name()));
    };
  }

  private static Value named(String name) {
    return name.isEmpty() ? Value.Absent.UNDEFINED : new Value.Text(name);
  }

  private static Value body(Expression.Body body, RoutedMessage message) {
    var application = application(body.written(), message);
    if (application.isPresent()) {
      return new Value.Text(application.get());
    }
    var json = message.body();
    return json.isMissingNode() ? Value.Absent.UNDEFINED : value(at(json, body.path()));
  }

  private static JsonNode at(JsonNode json, List<Expression.Step> path) {
    JsonNode node = json;
    for (int i = 0; i < path.size() && !node.isMissingNode(); i++) {
      node =
          switch (path.get(i)) {
            case Expression.Field(var name) -> node.path(name);
            case Expression.Element(var place) -> node.path(place);
          };
    }
    return node;
  }

  private static Value value(JsonNode node) {
    return switch (node.getNodeType()) {
      case STRING -> new Value.Text(node.textValue());
      case NUMBER -> Value.of(node.doubleValue());
      case BOOLEAN -> Value.of(node.booleanValue());
      case NULL, MISSING -> Value.Absent.NULL;
      case ARRAY, OBJECT, BINARY, POJO -> Value.Absent.UNDEFINED;
    };
  }

  /**
   * Whether there is a value. Other than for a comparison, a field that the body does not have is
   * not defined, as IoT Hub's documentation has it.
   */
  static boolean isDefined(Expression expression, RoutedMessage message) {
    if (expression instanceof Expression.Body body
        && application(body.written(), message).isEmpty()) {
      var json = message.body();
      var node = json.isMissingNode() ? MissingNode.getInstance() : at(json, body.path());
      return node.isValueNode();
    }
    return evaluate(expression, message) != Value.Absent.UNDEFINED;
  }

  private static Value binary(Expression.Binary binary, RoutedMessage message) {
    return switch (binary.operator()) {
      case AND -> decided(binary, Value.Truth.FALSE, message);
      case OR -> decided(binary, Value.Truth.TRUE, message);
      case COALESCE ->
          isDefined(binary.left(), message)
              ? evaluate(binary.left(), message)
              : evaluate(binary.right(), message);
      case EQUAL, UNEQUAL, LESS, AT_MOST, MORE, AT_LEAST ->
          compared(
              binary.operator(),
              evaluate(binary.left(), message),
              evaluate(binary.right(), message));
      case ADD, SUBTRACT, MULTIPLY, DIVIDE, REMAINDER ->
          calculated(
              binary.operator(),
              evaluate(binary.left(), message),
              evaluate(binary.right(), message));
      case JOIN -> Functions.joined(List.of(binary.left(), binary.right()), message);
    };
  }

  /** One side that is {@code decisive} decides; the right side is not looked at in vain. */
  private static Value decided(
      Expression.Binary binary, Value.Truth decisive, RoutedMessage message) {
    var left = evaluate(binary.left(), message);
    if (left == decisive) {
      return decisive;
    }
    var right = evaluate(binary.right(), message);
    if (right == decisive) {
      return decisive;
    }
    return left instanceof Value.Truth && right instanceof Value.Truth
        ? left
        : Value.Absent.UNDEFINED;
  }

  private static Value compared(Operator operator, Value left, Value right) {
    if (left == Value.Absent.UNDEFINED || right == Value.Absent.UNDEFINED) {
      return Value.Absent.UNDEFINED;
    }
    if (left instanceof Value.Text(var a) && right instanceof Value.Text(var b)) {
      return operator == Operator.EQUAL ? Value.of(a.equals(b)) : ordered(operator, a.compareTo(b));
    }
    if (left instanceof Value.Numeric(var a) && right instanceof Value.Numeric(var b)) {
      return ordered(operator, a < b ? -1 : a > b ? 1 : 0);
    }
    if (left instanceof Value.Truth a && right instanceof Value.Truth b) {
      return ordered(operator, b.compareTo(a));
    }
    if (left == Value.Absent.NULL && right == Value.Absent.NULL) {
      return ordered(operator, 0);
    }
    // Of two kinds: unlike, and neither before the other.
    return switch (operator) {
      case EQUAL -> Value.Truth.FALSE;
      case UNEQUAL -> Value.Truth.TRUE;
      default -> Value.Absent.UNDEFINED;
    };
  }

  private static Value ordered(Operator operator, int order) {
    return Value.of(
        switch (operator) {
          case EQUAL -> order == 0;
          case UNEQUAL -> order != 0;
          case LESS -> order < 0;
          case AT_MOST -> order <= 0;
          case MORE -> order > 0;
          case AT_LEAST -> order >= 0;
          default -> throw new IllegalArgumentException("No comparison: " + operator);
        });
  }

  private static Value calculated(Operator operator, Value left, Value right) {
    if (left instanceof Value.Numeric(var a) && right instanceof Value.Numeric(var b)) {
      return Value.of(
          switch (operator) {
            case ADD -> a + b;
            case SUBTRACT -> a - b;
            case MULTIPLY -> a * b;
            case DIVIDE -> a / b;
            case REMAINDER -> a % b;
            default -> throw new IllegalArgumentException("No calculation: " + operator);
          });
    }
    return Value.Absent.UNDEFINED;
  }
}
