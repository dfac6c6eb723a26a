package dev.larder.common.route;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A condition's tree. {@link #text} writes it as a condition with every bracket, which is read as
 * the same tree.
 */
sealed interface Expression {
  String text();

  record Literal(Value value) implements Expression {
    @Override
    public String text() {
      return switch (value) {
        case Value.Text(var text) -> "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
        case Value.Numeric(var number) -> Double.toString(number);
        case Value.Truth truth -> truth == Value.Truth.TRUE ? "true" : "false";
        case Value.Absent absent -> absent == Value.Absent.NULL ? "null" : "undefined";
      };
    }
  }

  /** An application property. */
  record Property(String name) implements Expression {
    private static final Pattern PLAIN =
        Pattern.compile(
            "(?!(?i:and|or|not|true|false|null|undefined|select|from|where|into)$)"
                + "(?!systemProperties\\.)[A-Za-z_][A-Za-z0-9_.-]*");

    @Override
    public String text() {
      return PLAIN.matcher(name).matches() ? name : "{" + name + "}";
    }
  }

  /**
   * A system property.
   *
   * @param written as it stands in the condition: an application property of this very name comes
   *     first, as in IoT Hub; empty for {@code {$name}}, where none does
   * @param name its long name
   */
  record SystemProperty(String written, String name) implements Expression {
    @Override
    public String text() {
      return written.isEmpty() ? "{$" + name + "}" : written;
    }
  }

  /**
   * A value of the body.
   *
   * @param written as for {@link SystemProperty}
   * @param path to the value; never empty
   */
  record Body(String written, List<Step> path) implements Expression {
    public Body {
      path = List.copyOf(path);
    }

    @Override
    public String text() {
      if (!written.isEmpty()) {
        return written;
      }
      return path.stream().map(Step::text).collect(Collectors.joining("", "{$body", "}"));
    }
  }

  /** One step of a path into a body. */
  sealed interface Step {
    String text();
  }

  record Field(String name) implements Step {
    @Override
    public String text() {
      return "." + name;
    }
  }

  /** The element of an array at a place from 0. */
  record Element(int place) implements Step {
    @Override
    public String text() {
      return "[" + place + "]";
    }
  }

  record Call(Builtin builtin, List<Expression> arguments) implements Expression {
    public Call {
      arguments = List.copyOf(arguments);
    }

    @Override
    public String text() {
      return arguments.stream()
          .map(Expression::text)
          .collect(Collectors.joining(", ", builtin + "(", ")"));
    }
  }

  record Negate(Expression operand) implements Expression {
    @Override
    public String text() {
      return "(- " + operand.text() + ")";
    }
  }

  record Not(Expression operand) implements Expression {
    @Override
    public String text() {
      return "(not " + operand.text() + ")";
    }
  }

  record Binary(Operator operator, Expression left, Expression right) implements Expression {
    @Override
    public String text() {
      return "(" + left.text() + " " + operator + " " + right.text() + ")";
    }
  }
}
