package dev.larder.common.route;

/**
 * What a route asks of a message. Of three values (true, false, undefined) only true lets a message
 * pass, as in IoT Hub.
 */
public final class Condition {
  /** Of a route that has none. */
  public static final Condition ALWAYS = new Condition(new Expression.Literal(Value.Truth.TRUE));

  private final Expression expression;

  Condition(Expression expression) {
    this.expression = expression;
  }

  /** Whether it is known to hold for every message. */
  public boolean isAlways() {
    return expression.equals(ALWAYS.expression);
  }

  /** Whether it holds for a message. Never throws. */
  public boolean holds(RoutedMessage message) {
    return Evaluator.evaluate(expression, message) == Value.Truth.TRUE;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Condition that && expression.equals(that.expression);
  }

  @Override
  public int hashCode() {
    return expression.hashCode();
  }

  /** The condition with every bracket; read again it is the same. */
  @Override
  public String toString() {
    return expression.text();
  }
}
