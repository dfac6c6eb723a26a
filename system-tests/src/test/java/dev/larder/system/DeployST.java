package dev.larder.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Proof 1: the deploy command brings up exactly three healthy containers; a second run changes
 * nothing.
 */
class DeployST {
  @Test
  void theDeployCommandBringsUpThreeHealthyContainersOnce() throws Exception {
    try (var bed = Bed.make()) {
      var node = bed.node();
      var deploy = node.deploy().succeeded();

      assertThat(Engine.ids(node.instance()))
          .containsOnlyKeys(
              node.container("agent"), node.container("hub"), node.container("cache"));
      assertThat(Engine.ids(node.instance()).keySet()).allMatch(Engine::isHealthy);
      assertThat(deploy.output()).contains(node.container("agent"));
      bed.awaitHealthy();

      var before = Engine.ids(node.instance());
      var again = node.deploy().succeeded();
      assertThat(Engine.ids(node.instance())).isEqualTo(before);
      assertThat(again.output()).contains("already");
    }
  }

  @Test
  void theAgentPullsFromARegistryWhatTheNodeDoesNotHave() throws Exception {
    try (var bed = Bed.make(Images.inARegistry())) {
      var node = bed.node();
      node.deploy().succeeded();
      for (var part : new String[] {"agent", "hub", "cache"}) {
        assertThat(Engine.inspect(node.container(part)).getConfig().getImage())
            .isEqualTo(bed.images().reference(part, "1.0.0"));
      }
      bed.awaitHealthy();
    }
  }

  @Test
  void noSecretIsInAnyContainersArgumentsEnvironmentOrLog() throws Exception {
    try (var bed = Bed.make()) {
      var node = bed.node();
      var details = node.details();
      node.deploy().succeeded();
      for (var name : Engine.ids(node.instance()).keySet()) {
        var container = Engine.inspect(name).getRawValues().toString();
        var log =
            Command.run(node.bundle(), Duration.ofSeconds(20), List.of("docker", "logs", name))
                .output();
        for (var secret : new String[] {"customerKey", "registrationKey"}) {
          assertThat(container).doesNotContain(details.path(secret).asText());
          assertThat(log).doesNotContain(details.path(secret).asText());
        }
      }
    }
  }
}
