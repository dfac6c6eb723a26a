package dev.larder.agent.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.common.id.ModuleId;
import dev.larder.common.problem.Problem;
import dev.larder.common.problem.Problems;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NodeNamesTest {
  private static final NodeNames NAMES = new NodeNames("larder");

  private static List<Problem> clashes(String... ids) {
    var problems = new Problems();
    NAMES.clashes(Stream.of(ids).map(ModuleId::of).toList(), problems);
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
    assertThat(clashes("cache", id))
        .singleElement()
        .satisfies(problem -> {
          assertThat(problem.path()).endsWith(".modules." + id);
          assertThat(problem.toString()).contains("container", "rename the module");
        });
  }

  @Test
  void twoThatDifferByTheCaseOfLettersAloneAreRefused() {
    assertThat(clashes("press", "cache", "Press"))
        .singleElement()
        .satisfies(problem -> {
          assertThat(problem.path()).endsWith(".modules.Press");
          assertThat(problem.toString()).contains("module press", "case of letters");
        });
  }

  @Test
  void othersAreNot() {
    assertThat(clashes("edgeHub", "cache", "hub2", "agents", "register.one", "next", "web-next"))
        .isEmpty();
  }
}
