package dev.larder.common.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.common.id.ModuleId;
import dev.larder.common.json.Json;
import dev.larder.common.problem.Problem;
import dev.larder.common.problem.Problems;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ContainerNamesTest {
  private static List<Problem> problems(String... ids) {
    var problems = new Problems();
    ContainerNames.check(
        Stream.of(ids).map(ModuleId::of).toList(),
        Reading.of(Json.object(), "desired.modules", problems));
    return problems.list();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "hub",
        "Hub",
        "agent",
        "AGENT",
        "agent.taking",
        "agent.failed",
        "Agent.x",
        "register",
        "web.next",
        "web.PREVIOUS"
      })
  void aNameOfTheNodesOwnContainersIsRefused(String id) {
    assertThat(problems("cache", id))
        .singleElement()
        .satisfies(problem -> {
          assertThat(problem.path()).isEqualTo("desired.modules." + id);
          assertThat(problem.toString()).contains("container", "rename the module");
        });
  }

  @Test
  void twoThatDifferByTheCaseOfLettersAloneAreRefused() {
    assertThat(problems("press", "cache", "Press"))
        .singleElement()
        .satisfies(problem -> {
          assertThat(problem.path()).isEqualTo("desired.modules.press");
          assertThat(problem.toString()).contains("module Press", "case of letters");
        });
  }

  @Test
  void othersAreNot() {
    assertThat(problems("edgeHub", "cache", "hub2", "agents", "register.one", "next", "web-next"))
        .isEmpty();
  }
}
