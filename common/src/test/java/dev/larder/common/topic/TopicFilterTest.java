package dev.larder.common.topic;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TopicFilterTest {
  @ParameterizedTest
  @ValueSource(
      strings = {"a", "/", "//", "a/b", "+", "#", "+/+", "a/+/b/#", "/#", "$SYS/#", "a b/ü"})
  void filtersAreKnown(String text) {
    assertThat(TopicFilter.valid(text)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a#", "#/a", "a/#/b", "a+", "+a/b", "a/b+", "##", "a/#b", "a\0"})
  void whatIsNoFilterIsRefused(String text) {
    assertThat(TopicFilter.valid(text)).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "a/b, a/b, true",
    "a/b, a/bc, false",
    "a/bc, a/b, false",
    "a/b, a, false",
    "a, a/b, false",
    "a/+, a/b, true",
    "a/+, a/, true",
    "a/+, a, false",
    "a/+, a/b/c, false",
    "+/+, /a, true",
    "+, /a, false",
    "/+, /a, true",
    "a/#, a, true",
    "a/#, a/b/c, true",
    "a/#, ab, false",
    "a/+/#, a/b, true",
    "a/+/#, a, false",
    "#, a/b, true",
    "#, $SYS/a, false",
    "+/a, $SYS/a, false",
    "$SYS/#, $SYS/a, true",
    "$SYS/+, $SYS/a, true",
  })
  void aFilterMatchesItsTopics(String filter, String topic, boolean matches) {
    assertThat(new TopicFilter(filter).matches(topic)).isEqualTo(matches);
  }

  @ParameterizedTest
  @CsvSource({
    "a/#, a/+/b, true",
    "a/#, a/#, true",
    "a/#, a, true",
    "a/+, a/#, false",
    "a/+, a/+, true",
    "a/b, a/+, false",
    "a/+/c, a/b/c, true",
    "#, #, true",
    "#, +/b, true",
    "#, $SYS/#, false",
    "+/#, a/b, true",
    "$SYS/#, $SYS/+, true",
    "a/+/#, a/#, false",
  })
  void aFilterCoversOthers(String filter, String other, boolean covers) {
    assertThat(new TopicFilter(filter).covers(new TopicFilter(other))).isEqualTo(covers);
  }

  /** By the meaning of the word: what the covered one matches, the covering one matches. */
  @Test
  void whatIsCoveredIsMatched() {
    int covered = 0;
    for (int seed = 0; seed < 20_000; seed++) {
      var random = new Random(seed);
      var one = new TopicFilter(filter(random));
      var other = new TopicFilter(filter(random));
      if (one.covers(other)) {
        covered++;
        for (int i = 0; i < 20; i++) {
          var topic = levels(random, List.of("a", "b", ""));
          assertThat(one.matches(topic) || !other.matches(topic))
              .as("seed %d: %s covers %s, topic %s", seed, one, other, topic)
              .isTrue();
        }
      }
    }
    assertThat(covered).isGreaterThan(1_000);
  }

  private static String filter(Random random) {
    var levels = levels(random, List.of("a", "b", "+", ""));
    var text = random.nextInt(3) == 0 ? levels + "/#" : levels;
    return text.isEmpty() ? "#" : text;
  }

  private static String levels(Random random, List<String> of) {
    var levels = new ArrayList<String>();
    for (int i = random.nextInt(4); i >= 0; i--) {
      levels.add(of.get(random.nextInt(of.size())));
    }
    return String.join("/", levels);
  }
}
