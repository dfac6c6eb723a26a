package dev.larder.common.route;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.common.id.ModuleId;
import dev.larder.common.problem.Checked;
import dev.larder.common.problem.Problem;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RouteTest {
  @ParameterizedTest
  @CsvSource({
    "/*, press, alarm, true",
    "/*, '', '', true",
    "/messages, press, '', true",
    "/messages/*, press, '', true",
    "/messages/*, '', '', true",
    "/messages/modules, press, alarm, true",
    "/messages/modules/*, press, '', true",
    "/messages/modules/*, '', '', false",
    "/messages/modules/press, press, alarm, true",
    "/messages/modules/press/*, press, '', true",
    "/messages/modules/press/*, other, alarm, false",
    "/messages/modules/press/*, pressroom, alarm, false",
    "/messages/modules/press/*, '', '', false",
    "/messages/modules/press/outputs/*, press, alarm, true",
    "/messages/modules/press/outputs/*, press, '', false",
    "/messages/modules/press/outputs/*, other, alarm, false",
    "/messages/modules/press/outputs/alarm, press, alarm, true",
    "/messages/modules/press/outputs/alarm/*, press, alarm, true",
    "/messages/modules/press/outputs/alarm, press, raw, false",
    "/messages/modules/press/outputs/alarm, other, alarm, false",
    "/Messages/MODULES/Press/Outputs/Alarm, press, alarm, true",
    "/messages/events, press, alarm, false",
    "/messages/events, '', '', false",
    "/twinChangeNotifications, press, alarm, false",
    "/twinChangeNotifications/*, '', '', false",
    "/deviceLifecycleEvents, press, alarm, false",
  })
  void aSourceTakesWhatItNames(String source, String module, String output, boolean takes) {
    var route = Route.parse("FROM " + source + " INTO $upstream", "r").orThrow();
    assertThat(route.takes(TestMessage.from(module, output))).isEqualTo(takes);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "from /messages/* into BrokeredEndpoint(\"/modules/agg/inputs/in\")",
        "SELECT * FROM /messages INTO brokeredendpoint('modules/agg/inputs/in/')",
        "  FROM\t/*\n  INTO  BROKEREDENDPOINT ( \" /Modules/agg/Inputs/in \" )  ",
      })
  void aSinkMayBeAModulesInput(String text) {
    assertThat(Route.parse(text, "r").orThrow().sink())
        .isEqualTo(new Route.Input(ModuleId.of("agg"), "in"));
  }

  @Test
  void aSinkMayBeTheCloud() {
    assertThat(Route.parse("FROM /* INTO $UpStream", "r").orThrow().sink())
        .isEqualTo(new Route.Upstream());
  }

  @Test
  void aConditionChoosesAmongTheSourcesMessages() {
    var route =
        Route.parse(
                "FROM /messages/modules/press/* WHERE temperatureAlert = 'true' INTO $upstream",
                "r")
            .orThrow();
    assertThat(route.takes(TestMessage.of(Map.of("temperatureAlert", "true"), ""))).isTrue();
    assertThat(route.takes(TestMessage.of(Map.of("temperatureAlert", "false"), ""))).isFalse();
    assertThat(route.takes(TestMessage.of(Map.of(), ""))).isFalse();
  }

  /** What is wrong, where and how to mend it. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "`` | column 1: found the end, expected FROM (write FROM",
        "INTO $upstream | column 1: found \"INTO\", expected FROM (write FROM",
        "FORM /messages INTO $upstream | column 1: found \"FORM\", expected FROM",
        "SELECT FROM /messages INTO $upstream | column 8: found \"FROM\", expected *",
        "FROM | column 5: found the end, expected a source (write /*",
        "FROM INTO $upstream | column 6: found \"INTO\", expected a source",
        "FROM /messages/* | column 17: found the end, expected WHERE or INTO",
        "FROM /messages/* $upstream | column 18: found \"$upstream\", expected WHERE or INTO",
        "FROM /sensors/* INTO $upstream | column 6: no messages come from \"/sensors/*\" (write /*",
        "FROM /messages/press INTO $upstream | column 6: no messages come from \"/messages/press\"",
        "FROM /messages/modules/a/b/c INTO $upstream | column 6: no messages come from",
        "FROM /messages/modules/a/inputs/c INTO $upstream | column 6: no messages come from",
        "FROM /messages/*/a INTO $upstream | column 16: a * stands in the middle of the source",
        "FROM /messages/modules/p* INTO $upstream | column 25: a * stands in the middle",
        "FROM /messages/modules/-/* INTO $upstream | column 6: \"-\" is no module's id (use 1 to 63",
        "FROM /messages/modules/a b/* INTO $upstream | column 26: found \"b\", expected WHERE or INTO",
        "FROM /messages/modules/a/outputs/b+ INTO $upstream | column 6: \"b+\" is no name",
        "FROM /* INTO somewhere | column 14: found \"somewhere\", expected a sink (write $upstream",
        "FROM /* INTO | column 13: found the end, expected a sink",
        "FROM /* INTO /modules/a/inputs/b | column 14: found \"/\", expected a sink",
        "FROM /* INTO BrokeredEndpoint | column 30: found the end, expected (",
        "FROM /* INTO BrokeredEndpoint(a) | column 31: found \"a\", expected a text in quotes",
        "FROM /* INTO BrokeredEndpoint('/modules/a/inputs/b' | column 52: found the end, expected )",
        "FROM /* INTO BrokeredEndpoint('/modules/a) | column 31: the text has no end (close it with '",
        "FROM /* INTO BrokeredEndpoint('/modules/a') | column 31: \"/modules/a\" is no module's input",
        "FROM /* INTO BrokeredEndpoint('/modules/a/outputs/b') | column 31: \"/modules/a/outputs/b\"",
        "FROM /* INTO BrokeredEndpoint('/modules/-/inputs/b') | column 31: \"-\" is no module's id",
        "FROM /* INTO BrokeredEndpoint('/modules/a/inputs/#') | column 31: \"#\" is no name of an",
        "FROM /* INTO $upstream, $upstream | column 23: found \",\", expected the end",
        "FROM /* WHERE INTO $upstream | column 15: found \"INTO\", expected a value",
        "FROM /* WHERE a = 'b' | column 22: found the end, expected an operator or INTO",
        "FROM /* WHERE a = 'b' c INTO $upstream | column 23: found \"c\", expected an operator or INTO",
      })
  void whatIsNoRouteIsNamed(String text, String problem) {
    assertThat(Route.parse(text, "routes.r").problems())
        .singleElement()
        .satisfies(found -> {
          assertThat(found.toString()).startsWith("routes.r: " + problem);
          assertThat(found.mend()).isNotEmpty();
        });
  }

  @Test
  void aMistakeIsToldInFull() {
    assertThat(Route.parse("FROM /* WHERE upercase(a) = 'B' INTO $upstream", "routes.alarms"))
        .isEqualTo(
            Checked.invalid(
                "routes.alarms",
                "column 15: unknown function \"upercase\"",
                "did you mean upper?"));
  }

  @Test
  void allMistakesAreTold() {
    var text = "FROM /* WHERE a > 5 and length(3) = 'x' or b INTO nowhere";
    assertThat(Route.parse(text, "").problems().stream().map(Problem::message))
        .containsExactly(
            "column 17: > compares a text with a number",
            "column 32: length takes a text here, found a number",
            "column 35: = compares a number with a text",
            "column 44: expected a condition, found a text",
            "column 51: found \"nowhere\", expected a sink");
  }

  @Test
  void sizeIsBounded() {
    assertThat(invalid("(".repeat(60) + "true" + ")".repeat(60))).contains("levels deep");
    assertThat(invalid("not ".repeat(60) + "true")).contains("levels deep");
    assertThat(invalid("a = 'b'" + " or a = 'b'".repeat(400))).contains("over 500 parts");
    assertThat(invalid("a = '" + "b".repeat(Route.LONGEST) + "'")).contains("characters");
    assertThat(Route.parse(where("(".repeat(40) + "true" + ")".repeat(40)), "").problems())
        .isEmpty();
    assertThat(Route.parse(where("a = 'b'" + " or a = 'b'".repeat(99)), "").problems()).isEmpty();
  }

  private static String where(String condition) {
    return "FROM /* WHERE " + condition + " INTO $upstream";
  }

  private static String invalid(String condition) {
    var problems = Route.parse(where(condition), "").problems();
    assertThat(problems).hasSize(1);
    return problems.getFirst().message();
  }

  private static final String[] PARTS = {
    "FROM",
    "WHERE",
    "INTO",
    "/*",
    "/messages/*",
    "$upstream",
    "BrokeredEndpoint",
    "(",
    ")",
    "\"",
    "'",
    "'/modules/a/inputs/b'",
    "and",
    "or",
    "not",
    "=",
    "!=",
    "<>",
    "<=",
    "||",
    "??",
    "-",
    "+",
    "*",
    "%",
    "{",
    "}",
    "$body.",
    "$body.a[0].b",
    "[",
    "]",
    "1",
    "0x",
    "1e9",
    "1e999",
    ".5",
    "a",
    "a-b",
    "true",
    "null",
    "undefined",
    "concat",
    "as_number(",
    "length(a)",
    ",",
    "\\",
    "\\u00e9",
    "\0",
    "é",
    "😀",
    "\n",
    " ",
    " ",
    " ",
    "/*",
    "*/",
    "!",
    "&&",
    "==",
    "twin_change_includes("
  };

  private static String made(Random random) {
    var text = new StringBuilder(random.nextBoolean() ? "FROM /* WHERE " : "");
    for (int i = random.nextInt(12); i >= 0; i--) {
      text.append(PARTS[random.nextInt(PARTS.length)]);
      text.append(random.nextInt(3) > 0 ? " " : "");
    }
    return text.append(random.nextBoolean() ? " INTO $upstream" : "").toString();
  }

  private static final String GOOD =
      "FROM /messages/modules/press/outputs/* WHERE a-b = 'x\\'y' AND ({c d} || $to = \"z\" OR NOT"
          + " ($body.e[0].f - 0x1F >= -1.5e3)) ?? is_defined(g) INTO"
          + " BrokeredEndpoint(\"/modules/agg/inputs/in\")";

  private static String changed(Random random) {
    var text = new StringBuilder(GOOD);
    for (int i = random.nextInt(3); i >= 0; i--) {
      int at = random.nextInt(text.length());
      switch (random.nextInt(3)) {
        case 0 -> text.deleteCharAt(at);
        case 1 -> text.insert(at, PARTS[random.nextInt(PARTS.length)]);
        default -> text.setCharAt(at, GOOD.charAt(random.nextInt(GOOD.length())));
      }
    }
    return text.toString();
  }

  /** Whatever the text is, the answer is a route or problems, and a route is what it prints. */
  @Test
  void anyTextIsAnsweredAndARouteIsReadAgain() {
    assertThat(Route.parse(GOOD, "r").problems()).isEmpty();
    int valid = 0;
    for (int seed = 0; seed < 20_000; seed++) {
      var random = new Random(seed);
      var text = random.nextBoolean() ? made(random) : changed(random);
      switch (Route.parse(text, "r")) {
        case Checked.Valid<Route>(var route) -> {
          valid++;
          assertThat(Route.parse(route.toString(), "r"))
              .as("seed %d: %s", seed, text)
              .isEqualTo(Checked.valid(route));
        }
        case Checked.Invalid<Route>(var problems) ->
            assertThat(problems)
                .as("seed %d: %s", seed, text)
                .allSatisfy(p -> assertThat(p.toString()).matches("r: column \\d+: [^\0]+"));
      }
    }
    assertThat(valid).isGreaterThan(500);
  }

  /** Trees made at random print as conditions that are read as the same trees. */
  @Test
  void aConditionIsReadAsItPrints() {
    for (int seed = 0; seed < 2_000; seed++) {
      var condition = new Condition(RandomCondition.of(new Random(seed)));
      var route = new Route(new Source.Everyone(), condition, new Route.Upstream()).toString();
      assertThat(Route.parse(route, "").map(Route::condition))
          .as("seed %d: %s", seed, route)
          .isEqualTo(Checked.valid(condition));
      condition.holds(TestMessage.of(Map.of("a", "5", "b", ""), "{\"x\":[{\"y\":1}],\"t\":\"q\"}"));
    }
  }
}
