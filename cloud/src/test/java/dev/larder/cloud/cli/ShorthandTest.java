package dev.larder.cloud.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.common.json.Json;
import dev.larder.common.problem.Problem;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ShorthandTest {
  private static final String TWO_DRIVES =
      """
      [{"physicalPath":"/a","sizeInGb":50},{"physicalPath":"/b","sizeInGb":100}]\
      """;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[{physical-path:/a,size-in-gb:50},{physical-path:/b,size-in-gb:100}]",
        "[ {size-in-gb: 50, physical-path: /a}, {physical-path: '/b', size-in-gb: 100} ]",
        "[{\"physicalPath\":\"/a\",\"sizeInGb\":50},{\"physicalPath\":\"/b\",\"sizeInGb\":100}]",
        "/a,50,/b,100",
        " /a , 50 , /b , 100 "
      })
  void readsDrivesInEverySpelling(String text) {
    assertThat(Json.canonical(Shorthand.drives(List.of(text)).orThrow())).hasToString(TWO_DRIVES);
  }

  @Test
  void joinsRepeatedDrives() {
    var drives = Shorthand.drives(List.of("/a,50", "{physical-path:/b,size-in-gb:100}")).orThrow();

    assertThat(Json.canonical(drives)).hasToString(TWO_DRIVES);
  }

  @Test
  void leavesASizeThatIsNoNumberToTheCloud() {
    assertThat(Shorthand.drives(List.of("/a,big")).orThrow())
        .hasToString("[{\"physicalPath\":\"/a\",\"sizeInGb\":\"big\"}]");
  }

  @Test
  void keepsAFractionOfAGigabyteExact() {
    assertThat(Shorthand.drives(List.of("/a,0.05")).orThrow())
        .hasToString("[{\"physicalPath\":\"/a\",\"sizeInGb\":0.05}]");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/a",
        "/a,50,/b",
        "[]",
        "[{physical-path:/a}]",
        "[{physical-path:/a,size-in-gb:50,colour:red}]",
        "[{physical-path:/a,size-in-gb:50}] and more",
        "[{/a,50}]"
      })
  void refusesDrivesThatItCannotRead(String text) {
    assertThat(Shorthand.drives(List.of(text)).problems())
        .singleElement()
        .extracting(Problem::path)
        .isEqualTo("--cache-drive");
  }

  @ParameterizedTest
  @CsvSource({"30m,PT30M", "6h,PT6H", "1d,P1D", "45S,PT45S", "PT90M,PT90M", "P2D,P2D"})
  void readsFrequencies(String text, String duration) {
    assertThat(Shorthand.duration("--update-frequency", text).orThrow())
        .isEqualTo(Duration.parse(duration));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "30", "m", "1w", "-5m", "12345678d"})
  void refusesFrequenciesThatItCannotRead(String text) {
    assertThat(Shorthand.duration("--update-frequency", text).problems()).hasSize(1);
  }

  @Test
  void readsOrigins() {
    assertThat(Shorthand.origin("a.example.org").orThrow())
        .hasToString("{\"host\":\"a.example.org\"}");
    assertThat(Shorthand.origin("a.example.org:8080,https,Linux packages").orThrow())
        .hasToString(
            "{\"host\":\"a.example.org:8080\",\"scheme\":\"https\","
                + "\"contentType\":\"Linux packages\"}");
    assertThat(Shorthand.origin("a.example.org,,Packages").orThrow())
        .hasToString("{\"host\":\"a.example.org\",\"contentType\":\"Packages\"}");
    assertThat(Shorthand.origin("10.0.0.5:8080,,,private").orThrow())
        .hasToString("{\"host\":\"10.0.0.5:8080\",\"allowPrivateAddress\":true}");
    assertThat(Shorthand.origin("a.example.org,http,Own,public").problems()).hasSize(1);
    assertThat(Shorthand.origin(",http").problems()).hasSize(1);
  }

  @Test
  void readsTheParentCache() {
    assertThat(Shorthand.parent("cache.example.org").orThrow())
        .hasToString("{\"host\":\"cache.example.org\"}");
    assertThat(Shorthand.parent("cache.example.org:8443,https").orThrow())
        .hasToString("{\"host\":\"cache.example.org\",\"port\":8443,\"scheme\":\"https\"}");
    assertThat(Shorthand.parent("None").orThrow().isNull()).isTrue();
    assertThat(Shorthand.parent("http://cache").problems()).hasSize(1);
  }

  @Test
  void readsEnabledInAnyCase() {
    assertThat(Shorthand.enabled("--proxy", "Enabled").orThrow()).isTrue();
    assertThat(Shorthand.enabled("--proxy", "disabled").orThrow()).isFalse();
    assertThat(Shorthand.enabled("--proxy", "on").problems()).hasSize(1);
  }
}
