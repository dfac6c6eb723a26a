package dev.larder.agent;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.larder.common.report.NodeReport;
import dev.larder.common.report.NodeReport.ModuleReport;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A module's window, on the real engine by a clock that is set forward. The engine's clock is not,
 * so that the trial of a module without a health check is over at once.
 */
class ApplyWhenIT {
  private static final Duration AHEAD = Duration.ofMinutes(10);

  private final MovableClock clock = new MovableClock();
  @RegisterExtension private final TestNode node = new TestNode("win", clock);

  private static ObjectNode module(ObjectNode desired, String name, String version) {
    var module = TestDesired.module(desired, name, TestDocker.IMAGE);
    return module.put("restartPolicy", "always").put("version", version);
  }

  private static void window(ObjectNode module, Instant opening) {
    var from = LocalTime.ofInstant(opening, ZoneOffset.UTC);
    module
        .withObject("applyWhen")
        .putObject("window")
        .put("from", from.toString())
        .put("until", from.plusHours(2).toString());
  }

  private String inspect(String module, String format) throws Exception {
    return TestDocker.run("inspect", "--format", format, node.instance() + "-" + module);
  }

  private static Predicate<NodeReport> module(String name, Predicate<ModuleReport> wanted) {
    return report -> Optional.ofNullable(report.modules().get(name)).filter(wanted).isPresent();
  }

  private static Predicate<NodeReport> isWaiting(Instant opening) {
    return module(
        "one",
        m ->
            m.runtimeStatus().equals("running")
                && m.statusDescription().equals("update waits until " + opening));
  }

  @Test
  void updatesAModuleInItsWindowAloneAndCaresForItMeanwhile() throws Exception {
    var desired = TestDesired.desired();
    module(desired, "one", "1");
    node.apply(desired);
    var id = inspect("one", "{{.Id}}");

    var opening = clock.instant().plus(AHEAD).truncatedTo(ChronoUnit.MINUTES);
    window(module(desired, "one", "2"), opening);
    window(module(desired, "two", "1"), opening);
    var offered = node.cloud().offer(desired);
    var report =
        node.cloud()
            .awaitReport(
                isWaiting(opening)
                    .and(module("two", m -> m.runtimeStatus().equals("running")))
                    .and(r -> r.lastDesiredVersion() == offered));
    assertThat(report.lastDesiredStatus().code()).isEqualTo(202);

    TestDocker.run("kill", id);
    node.cloud().awaitReport(isWaiting(opening).and(module("one", m -> m.restartCount() == 1)));
    assertThat(TestDocker.ids("ps", "-aq", "--no-trunc", "--filter", "name=" + name("one")))
        .containsExactly(id);

    clock.move(AHEAD);
    // Nothing tells a running agent that its clock was set.
    node.apply(desired);
    assertThat(inspect("one", "{{.Id}}")).isNotEqualTo(id);
    assertThat(TestDocker.ids("ps", "-aq", "--filter", "name=" + name("one"))).hasSize(1);
  }

  private String name(String module) {
    return node.instance() + "-" + module;
  }
}
