package dev.larder.hub.session;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class TopicFilterTest {
  @ParameterizedTest
  @CsvSource({
    "a/b, a/b, true",
    "a/b, a/c, false",
    "a/+, a/b, true",
    "a/+, a, false",
    "a/+, a/b/c, false",
    "a/#, a, true",
    "a/#, a/b/c, true",
    "#, a/b, true",
    "#, $x/b, false",
    "+/b, $x/b, false",
    "$x/#, $x/b, true",
    "/+, /a, true",
    "+, /a, false"
  })
  void matchesAsTheStandardSays(String filter, String topic, boolean matches) {
    assertThat(new TopicFilter(filter).matches(topic)).isEqualTo(matches);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a#", "#/a", "a/#/b", "a+/b", "a/b+", "a/+b/c", "a\0"})
  void knowsWhatIsNoFilter(String text) {
    assertThat(TopicFilter.valid(text)).isFalse();
  }

  @Test
  void matchesAParentByItsHash() {
    assertThat(new TopicFilter("sport/tennis/#").matches("sport/tennis")).isTrue();
  }
}
