package dev.larder.cache.fresh;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CacheControlTest {
  @Test
  void directivesAreReadWithAndWithoutValues() {
    assertThat(
            CacheControl.parse("Public, MAX-AGE=60 ,, no-cache=\"a, b\\\"c\", x-own=1")
                .directives())
        .isEqualTo(Map.of("public", "", "max-age", "60", "no-cache", "a, b\"c", "x-own", "1"));
    assertThat(CacheControl.parse("").directives()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "max-age=60|60",
        "max-age=\"60\"|60",
        "max-age=60, max-age=5|60",
        "max-age=|0",
        "max-age=soon|0",
        "max-age=-1|0",
        "max-age=1.5|0",
        "max-age=99999999999999999999|2147483647",
        "max-age=3000000000|2147483647"
      })
  void numbersAreSeconds(String field, long seconds) {
    assertThat(CacheControl.parse(field).seconds("max-age")).hasValue(seconds);
  }

  @Test
  void anyTextIsRead() {
    long seed = 20261124;
    var random = new Random(seed);
    var alphabet = "max-age=,\"\\ 019no-cache;\t'";
    for (int i = 0; i < 100_000; i++) {
      var field = new StringBuilder();
      for (int n = random.nextInt(30); n > 0; n--) {
        field.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }
      var seconds = CacheControl.parse(field.toString()).seconds("max-age").orElse(0);
      assertThat(seconds)
          .as("seed %s field %s", seed, field)
          .isBetween(0L, CacheControl.MOST_SECONDS);
    }
  }
}
