package dev.larder.common.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.common.id.ModuleId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RouteTest {
  @ParameterizedTest
  @CsvSource({
    "/*, press, alarm, true",
    "/messages/*, press, '', true",
    "/messages/modules/*, press, alarm, true",
    "/messages/modules/press/*, press, alarm, true",
    "/messages/modules/press/*, other, alarm, false",
    "/messages/modules/press/outputs/*, press, alarm, true",
    "/messages/modules/press/outputs/alarm, press, alarm, true",
    "/messages/modules/press/outputs/alarm, press, raw, false",
    "/messages/modules/press/outputs/alarm, other, alarm, false",
  })
  void aSourceTakesWhatItNames(String source, String module, String output, boolean takes) {
    var route = Route.parse("FROM " + source + " INTO $upstream", "r").orThrow();
    assertThat(route.takes(ModuleId.of(module), output)).isEqualTo(takes);
  }

  @Test
  void aSinkMayBeAModulesInput() {
    var route =
        Route.parse("from /messages/* into BrokeredEndpoint(\"/modules/agg/inputs/in\")", "r");
    assertThat(route.orThrow().sink()).isEqualTo(new Route.Input(ModuleId.of("agg"), "in"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "FROM /messages/*",
        "INTO $upstream",
        "FROM /sensors/* INTO $upstream",
        "FROM /messages/modules/a b/* INTO $upstream",
        "FROM /messages/* INTO somewhere",
        "FROM /messages/* INTO BrokeredEndpoint(\"/modules/a\")",
        "FROM /messages/modules/-/* INTO $upstream",
      })
  void whatIsNoRouteIsNamed(String text) {
    assertThat(Route.parse(text, "routes.r").problems())
        .singleElement()
        .satisfies(problem -> {
          assertThat(problem.path()).isEqualTo("routes.r");
          assertThat(problem.mend()).isNotEmpty();
        });
  }
}
