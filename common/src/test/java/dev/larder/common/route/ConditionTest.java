package dev.larder.common.route;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The semantics of IoT Hub's routing queries, case by case. */
class ConditionTest {
  private static final String BODY =
      """
      {"Weather": {"Temperature": 50, "Freezing": -50.4, "Nothing": null, "On": true, "Off": false,
        "Time": "2017-03-09T00:00:00.000Z", "Previous": [20, 30, 40], "Conflict": 50,
        "Location": {"Street": "One Microsoft Way", "City": "Redmond", "State": "WA"},
        "History": [{"Month": "Feb", "Temperature": 40}, {"Month": "Jan", "Temperature": 30}]}}
      """;
  private static final RoutedMessage MESSAGE =
      new TestMessage(
          "press",
          "node-1",
          "alarm",
          Map.of(
              "City",
              "Redmond",
              "$State",
              "WA",
              "count",
              "110",
              "temp-max",
              "9.5",
              "a b",
              "c",
              "$body.Weather.Conflict",
              "100",
              "$contentType",
              "mine",
              "blank",
              " 7 "),
          Map.of("messageId", "m-7", "contentType", "application/json", "State", "CA", "to", "x"),
          BODY);

  private static Value value(String condition) {
    return Evaluator.evaluate(condition(condition), MESSAGE);
  }

  private static Expression condition(String text) {
    var complaints = new ArrayList<Complaint>();
    var read = new ConditionReader(new Lexer(text), complaints).read();
    assertThat(complaints).isEmpty();
    return read;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        // Literals and arithmetic.
        "true",
        "TRUE",
        "not false",
        "not (not true)",
        "((((3)))) = 3",
        "100 = 0100",
        "1.234e1 = 12.34",
        "1.234e-1 = 0.1234",
        "0xDeadBeef = 3735928559",
        ".5 = 0.5",
        "3 + 4 * 5 = 23",
        "(3 + 4) * 5 = 35",
        "3 + 4 / 4 = 4",
        "3 - 4 - 5 = -6",
        "3-4=-1",
        "3*4=12",
        "1 - -2 = 3",
        "3 / 0 > 1e300",
        "-3 / 0 < -1e300",
        "0 % 3 = 0",
        "7 % 4 = 3",
        "-(1 + 2) = -3",
        "'a' || 'b' || 'c' = 'abc'",
        "'a'||'b'='ab'",
        "\"it's\" = 'it\\'s'",
        "'\\u00fC' = 'ü'",
        "'\\\\' = \"\\\\\"",
        "/* why */ true",
        "1 < 2 and 2 <= 2 and 3 > 2 and 2 >= 2",
        "1 <> 2",
        "'a' < 'b'",
        "'B' < 'a'",
        "false < true",
        "null = null",
        "null <= null",
        "not (null != null)",
        // Precedence: or below and, comparison below arithmetic, ?? below all.
        "true or false and false",
        "1 + 1 = 2 and 2 = 1 + 1",
        // Properties.
        "City = 'Redmond'",
        "City != 'redmond'",
        "{City} = 'Redmond'",
        "{a b} = 'c'",
        "as_number(temp-max) = 9.5",
        "as_number(count) >= 110",
        "as_number(blank) = 7",
        "City='Redmond' AND NOT(count='1')",
        "City!='x'",
        "(missing ?? 'none') = 'none'",
        "not is_defined(missing)",
        "is_string(City)",
        // System properties; an application property of the very name comes first.
        "$messageId = 'm-7'",
        "$MESSAGEID = 'm-7'",
        "{$messageId} = 'm-7'",
        "$contentType = 'mine'",
        "{$contentType} = 'application/json'",
        "$State = 'WA'",
        "{$State} = 'CA'",
        "$systemProperties.contentType = 'application/json'",
        "systemProperties.messageId = 'm-7'",
        "$systemProps.to = 'x'",
        "$connectionModuleId = 'press'",
        "$connectionDeviceId = 'node-1'",
        "$outputName = 'alarm'",
        "not is_defined($correlationId)",
        // The body.
        "$body.Weather.Temperature = 50",
        "50 >= $BODY.Weather.Temperature",
        "$body.Weather.Temperature <> 500",
        "$body.Weather.Temperature = 40 + 10",
        "$body.Weather.Temperature >= $body.Weather.Previous[0] + $body.Weather.Previous[1]",
        "$body.Weather.Previous[1] * $body.Weather.Previous[2] = 1200",
        "$body.Weather.Previous[1] / $body.Weather.Previous[0] = 1.5",
        "$body.Weather.History[0].Month = 'Feb'",
        "$body.Weather.History[0].Temperature - 10 = $body.Weather.History[1].Temperature",
        "$body.Weather.Temperature <> '50'",
        "$body.Weather.Location.City = City",
        "$body.Weather.Location.State = $State",
        "$body.Weather.On",
        "$body.Weather.On = true",
        "$body.Weather.Off = false",
        "not $body.Weather.Off",
        "$body.Weather.Off <> true",
        "$body.Weather.On and $body.Weather.On",
        "$body.Weather.Off or not $body.Weather.Off",
        "$body.Weather.Conflict = '100'",
        "{$body.Weather.Conflict} = 50",
        "$body.Weather.Time <> '100'",
        // What a JSON body does not have is null.
        "$body.Weather.Nothing = null",
        "$body.Nowhere = null",
        "$body.Weather.Nope <> '100'",
        "$body.Weather.Temperature != null",
        "not ($body.Nowhere != null)",
        "is_null($body.Weather.Nothing)",
        "is_null($body.Nowhere)",
        "$body.Weather.Previous[9] = null",
        "is_defined($body.Weather.Nothing)",
        "not is_defined($body.Nowhere)",
        "($body.Nowhere ?? 5) = 5",
        "($body.Weather.Temperature ?? 5) = 50",
        // Functions.
        "abs($body.Weather.Freezing) = 50.4",
        "ceiling(1.2) = 2",
        "floor(-1.2) = -2",
        "exp(0) = 1",
        "power(3, 2) = 9",
        "square(-3) = 9",
        "sqrt(9) = 3",
        "sign(-50.4) = -1",
        "sign(0) = 0",
        "as_number('1e3') = 1000",
        "as_number('-.5') = -0.5",
        "as_number(4) = 4",
        "as_number('+3.') = 3",
        "concat('a', City, 'b') = 'aRedmondb'",
        "contains(City, 'mon')",
        "contains(City, '')",
        "ends_with(City, 'mond')",
        "starts_with(City, 'Red')",
        "index_of(City, 'd') = 2",
        "index_of(City, 'x') = -1",
        "length(City) = 7",
        "lower('ÄB') = 'äb'",
        "UPPER(City) = 'REDMOND'",
        "substring('hello', 1) = 'ello'",
        "substring('hello', 5) = ''",
        "substring('hello', 1, 3) = 'ell'",
        "is_bool(true)",
        "is_number(1)",
        "is_string('')",
        "not is_string(1)",
        "not is_number($body.Weather)",
        "substring($body.Weather.Location.Street, 4, length('Microsoft')) = 'Microsoft'",
        "power($body.Weather.Temperature, length($body.Weather.Location.State)) = 2500",
        // Three values: what is certain is certain beside what is not.
        "true or missing = 'x'",
        "missing = 'x' or true",
        "not (missing = 'x' and false)",
        "is_defined(City) and not is_defined(undefined)",
      })
  void holds(String condition) {
    assertThat(value(condition)).isEqualTo(Value.Truth.TRUE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "false",
        "not true",
        "false ?? true or true",
        "City = 'redmond'",
        "10 >= $body.Weather.Temperature",
        "$body.Weather.Temperature = '50'",
        "$body.Weather.Location.State = 'CA'",
        "$body.Weather.On = false",
        "missing = 'x' and false",
        "false and missing = 'x'",
        "is_null(missing)",
        "is_defined($body.Weather.Location)",
        "contains(City, 'x')",
        "$body.Nowhere = 0",
        "true and false or false",
        "is_defined(3 / 0 - 3 / 0)",
      })
  void doesNotHold(String condition) {
    assertThat(value(condition)).isEqualTo(Value.Truth.FALSE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "undefined",
        "null",
        "not null",
        "missing = 'x'",
        "missing != 'x'",
        "not (missing = 'x')",
        "missing = 'x' or false",
        "true and missing = 'x'",
        "missing < 'x'",
        "$nope = 'x'",
        "$correlationId = ''",
        "as_number(City) > 0",
        "as_number('1,000') = 1000",
        "as_number('0x10') = 16",
        "as_number('1d') = 1",
        "as_number('') = 0",
        "as_number('.') = 0",
        "as_number('NaN') != 1",
        "as_number('1e') = 1",
        "0 / 0 = 0",
        "3 % 0 = 3",
        "sqrt(-1) = 1",
        "substring('hello', 6) = ''",
        "substring('hello', -1) = ''",
        "substring('hello', 5, 0) = ''",
        "substring('hello', 1, 5) = ''",
        "missing || 'x' = 'x'",
        "concat('a', missing) = 'a'",
        "length(missing) = 0",
        "upper(missing) = ''",
        "$body.Weather.Location = 'x'",
        "$body.Weather.Location <> null",
        "$body.Weather.Previous = 20",
        "$body.Weather.Nothing > 1",
        "$body.Weather.Temperature < 'x'",
        "$body.Weather.Temperature + $body.Weather.On = 51",
        "$body.Weather.Temperature",
        "not $body.Weather.Temperature",
        "-$body.Weather.On = 1",
        "City <> $body.Weather.Location",
        "$body.Weather.History[0].Temperature.Invalid",
        "length($body.Weather.Temperature) = 2",
        "twin_change_includes(properties.reported.x)",
        "null and true",
        "null or false",
      })
  void isNeitherAndSoDoesNotMatch(String condition) {
    assertThat(value(condition)).isNotIn(Value.Truth.TRUE, Value.Truth.FALSE);
    assertThat(new Condition(condition(condition)).holds(MESSAGE)).isFalse();
  }

  @Test
  void aBodyThatIsNoJsonIsUndefined() {
    var message = TestMessage.of(Map.of(), "not JSON");
    for (var condition :
        new String[] {
          "$body.a = null", "$body.a <> 5", "is_null($body.a)", "not is_null($body.a)"
        }) {
      assertThat(Evaluator.evaluate(condition(condition), message))
          .as(condition)
          .isEqualTo(Value.Absent.UNDEFINED);
    }
    assertThat(new Condition(condition("not is_defined($body.a)")).holds(message)).isTrue();
  }
}
