package dev.larder.common.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TargetConditionTest {
  private static final Map<String, String> TAGS = Map.of("site", "north", "logs", "debug");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "* | true",
        "tags.site = 'north' | true",
        "tags.site='south' | false",
        "tags.site != 'south' AND tags.logs = 'debug' | true",
        "tags.site = 'north' and tags.logs <> 'debug' | false",
        "tags.other = 'x' | false",
        "tags.other != 'x' | true",
      })
  void matchesTags(String condition, boolean matches) {
    assertThat(TargetCondition.parse(condition, "").orThrow().matches(TAGS)).isEqualTo(matches);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "site = 'north'",
        "tags.site = north",
        "tags.a = 'b' OR tags.c = 'd'",
        "tags.a = 'b' AND"
      })
  void whatCannotBeReadIsAProblem(String condition) {
    assertThat(TargetCondition.parse(condition, "targetCondition").problems()).hasSize(1);
  }
}
