package dev.larder.common.route;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is wrong with a condition, where, and how it is mended. */
class ConditionMistakesTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      value = {
        "temp > 100 ~ column 20: > compares a text with a number (write as_number(temp), or compare with a text in quotes)",
        "'5' = 5 ~ column 19: = compares a text with a number (write the number without quotes)",
        "a = true ~ column 17: = compares a text with a condition (write the other side in quotes: 'true')",
        "a = null ~ column 17: = compares a text with null (a property is never null: write is_defined(…))",
        "a = undefined ~ column 17: nothing compares with undefined (write is_defined(…))",
        "$body.a = undefined ~ column 23: nothing compares with undefined",
        "1 = true ~ column 17: = compares a number with a condition (compare two values of one kind)",
        "a == 'b' ~ column 17: found \"==\" (write = to compare)",
        "a = 'b' && c = 'd' ~ column 23: found \"&\" (write and to join conditions)",
        "a = 'b' | c ~ column 23: found \"|\" (write || or take it out)",
        "!a ~ column 15: found \"!\" (write not, or != to compare)",
        "a = 'b ~ column 19: the text has no end (close it with ')",
        "a = '\\n' ~ column 20: \"\\\" begins no escape here (write \\\\ for a backslash",
        "a = '\\u00g0' ~ column 20: \"\\\" begins no escape here",
        "a = [3] ~ column 19: found \"[\" (write $body.name[0] for a part of the body)",
        "@32 = 32 ~ column 15: found \"@\" (take it out, or write {name})",
        "a*2 = 4 ~ column 15: \"a*2\" may be a name or a calculation (put spaces round *, or write {a*2} for the name)",
        "1st = 'x' ~ column 15: \"1st\" is no number (write {1st} for a property of that name)",
        "1e999 > 0 ~ column 15: \"1e999\" is no number",
        "0x > 0 ~ column 15: \"0x\" is no number",
        "{a = 'b' ~ column 15: the brace is not closed",
        "{} = 'b' ~ column 15: no name is in the braces",
        "(a = 'b' ~ column 23: found the end, expected an operator or ) (close the bracket of column 15)",
        "a = 'b') ~ column 22: found \")\", expected an operator or INTO",
        "a = ~ column 18: found the end, expected a value",
        "a = and ~ column 19: found \"and\", expected a value",
        "a + 'b' = 'c' ~ column 15: + needs numbers, found a text (write as_number(a), or || to join texts)",
        "-a = 1 ~ column 16: - needs numbers, found a text (write as_number(a))",
        "true || 'a' = 'a' ~ column 15: || joins texts, found a condition (write or between conditions)",
        "not a = 'b' ~ column 19: not needs a condition, found a text (put brackets round what is denied: not (a = b))",
        "a ~ column 15: expected a condition, found a text (compare it: a = 'true')",
        "'a' ~ column 15: expected a condition, found a text (compare it with a property: name = 'value')",
        "3 ~ column 15: expected a condition, found a number",
        "a = 'b' and 3 ~ column 27: expected a condition, found a number",
        "'a' ?? 3 ~ column 19: ?? has a text and a number beside it",
        "length() = 3 ~ column 15: length takes one argument, found 0",
        "substring(a) = '' ~ column 15: substring takes two arguments or 3, found 1",
        "concat(a) = '' ~ column 15: concat takes two arguments or more, found 1",
        "abs(a) = 3 ~ column 19: abs takes a number here, found a text (write as_number(a))",
        "upper(3) = 'a' ~ column 21: upper takes a text here, found a number (give it a text)",
        "uppercase(a) = 'A' ~ column 15: unknown function \"uppercase\" (did you mean upper?)",
        "is_boolean($body.a) ~ column 15: unknown function \"is_boolean\" (did you mean is_bool?)",
        "startswith(a, 'b') ~ column 15: unknown function \"startswith\" (did you mean starts_with?)",
        "xyzzy(a) ~ column 15: unknown function \"xyzzy\" (write one of IoT Edge's",
        "length(a, = 3 ~ column 25: found \"=\", expected a value",
        "$body = 3 ~ column 19: \"$body\" is no path into the body (write $body.name",
        "$body[0] = 3 ~ column 20: \"$body[0]\" is no path into the body",
        "$body. = 3 ~ column 20: \"$body.\" is no path into the body",
        "$body.a[] = 3 ~ column 22: \"$body.a[]\" is no path into the body",
        "$body.a[x] = 3 ~ column 22: \"$body.a[x]\" is no path into the body",
        "$body.a[1:2] = 3 ~ column 24: found \":\"",
        "$ = 'a' ~ column 15: \"$\" is no system property",
        "/* a = 'b' ~ column 15: the comment has no end (close it with */)",
      })
  void aMistakeHasItsColumnAndMend(String condition, String problem) {
    // A condition that lacks its end lacks INTO as well.
    var text =
        "FROM /* WHERE " + condition + (problem.contains("the end,") ? "" : " INTO $upstream");
    var problems = Route.parse(text, "").problems();
    assertThat(problems).isNotEmpty();
    assertThat(problems.getFirst().toString()).startsWith(problem);
  }
}
