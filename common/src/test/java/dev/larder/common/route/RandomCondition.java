package dev.larder.common.route;

import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** Conditions without a mistake in their kinds. */
final class RandomCondition {
  private static final List<String> NAMES =
      List.of("a", "b", "a-b", "a b", "not", "1st", "ü", "a*b");

  private final Random random;
  private int left = 30;

  private RandomCondition(Random random) {
    this.random = random;
  }

  static Expression of(Random random) {
    return new RandomCondition(random).truth();
  }

  private <T> T one(List<T> of) {
    return of.get(random.nextInt(of.size()));
  }

  private Expression truth() {
    return switch (left-- > 0 ? random.nextInt(8) : 9) {
      case 0 -> new Expression.Not(truth());
      case 1, 2 ->
          new Expression.Binary(
              one(List.of(Operator.AND, Operator.OR, Operator.COALESCE)), truth(), truth());
      case 3 -> compared(number(), number());
      case 4 -> compared(text(), text());
      case 5 ->
          compared(body(), one(List.of(text(), number(), truth(), literal(Value.Absent.NULL))));
      case 6 ->
          new Expression.Call(
              one(List.of(Builtin.CONTAINS, Builtin.STARTS_WITH)), List.of(text(), text()));
      case 7 ->
          new Expression.Call(
              one(List.of(Builtin.IS_DEFINED, Builtin.IS_NULL)),
              List.of(one(List.of(text(), body(), literal(Value.Absent.UNDEFINED)))));
      default -> literal(random.nextBoolean() ? Value.Truth.TRUE : Value.Truth.FALSE);
    };
  }

  private Expression compared(Expression left, Expression right) {
    var operators =
        Stream.of(Operator.values()).filter(o -> o.binding() == 4 || o.binding() == 5).toList();
    return new Expression.Binary(one(operators), left, right);
  }

  private static Expression literal(Value value) {
    return new Expression.Literal(value);
  }

  private Expression body() {
    return one(
        List.of(
            new Expression.Body("", List.of(new Expression.Field("x"), new Expression.Element(0))),
            new Expression.Body("", List.of(new Expression.Field("t"))),
            new Expression.Body("$body.t", List.of(new Expression.Field("t")))));
  }

  private Expression number() {
    return switch (left-- > 0 ? random.nextInt(5) : 9) {
      case 0 -> new Expression.Negate(number());
      case 1 ->
          new Expression.Binary(
              one(List.of(Operator.ADD, Operator.SUBTRACT, Operator.MULTIPLY, Operator.DIVIDE)),
              number(),
              number());
      case 2 -> new Expression.Call(Builtin.AS_NUMBER, List.of(text()));
      case 3 -> new Expression.Call(Builtin.LENGTH, List.of(text()));
      default ->
          literal(
              new Value.Numeric(
                  random.nextBoolean()
                      ? random.nextInt(100)
                      : Math.abs(random.nextGaussian() * 1e12)));
    };
  }

  private Expression text() {
    return switch (left-- > 0 ? random.nextInt(5) : 9) {
      case 0 -> new Expression.Property(one(NAMES));
      case 1 ->
          one(
              List.of(
                  new Expression.SystemProperty("$contentType", "contentType"),
                  new Expression.SystemProperty("", "messageId"),
                  new Expression.SystemProperty("systemProperties.to", "to")));
      case 2 -> new Expression.Binary(Operator.JOIN, text(), text());
      case 3 -> new Expression.Call(Builtin.UPPER, List.of(text()));
      default -> literal(new Value.Text(one(List.of("", "x", "it's \"\\", "\n\t😀", "*/"))));
    };
  }
}
