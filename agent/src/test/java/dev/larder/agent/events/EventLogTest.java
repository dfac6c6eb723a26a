package dev.larder.agent.events;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.common.report.NodeEvents.Event;
import dev.larder.common.report.NodeReport;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EventLogTest {
  private static final Map<String, String> NOTHING = Map.of();

  private EventLog log = EventLog.begin("log");

  /** What is told when this is seen: {@code kind module}. */
  private List<String> see(NodeReport report) {
    long before = log.last();
    log = log.seen(report);
    return log.pending().stream().filter(e -> e.sequence() > before).map(this::text).toList();
  }

  private String text(Event event) {
    return (event.kind() + " " + event.module()).strip();
  }

  private static NodeReport report(long version, Map<String, String> modules) {
    return TestReports.report(version, 200, modules, Instant.EPOCH);
  }

  @Test
  void tellsOfEachStepOfAModuleOnce() {
    assertThat(see(report(1, NOTHING))).containsExactly("manifestAccepted");
    assertThat(see(report(1, Map.of("press", "pulling")))).isEmpty();
    assertThat(see(report(1, Map.of("press", "running 1")))).containsExactly("started press");
    assertThat(see(report(1, Map.of("press", "running 1")))).isEmpty();
    assertThat(see(report(1, Map.of("press", "unhealthy 1")))).containsExactly("unhealthy press");
    assertThat(see(report(1, Map.of("press", "unhealthy 1")))).isEmpty();
    assertThat(see(report(1, Map.of("press", "running 1")))).isEmpty();
    assertThat(see(report(1, Map.of("press", "backoff 1")))).containsExactly("failed press");
    assertThat(see(report(1, Map.of("press", "failed 1")))).isEmpty();
    assertThat(see(report(1, Map.of("press", "running 2")))).containsExactly("restarted press");
    assertThat(see(report(1, Map.of("press", "backoff 3"))))
        .containsExactly("restarted press", "failed press");
    assertThat(see(report(1, Map.of("press", "running 4")))).containsExactly("restarted press");
    assertThat(see(report(1, Map.of("press", "stopped 4")))).containsExactly("stopped press");
    assertThat(see(report(1, Map.of("press", "running 5")))).containsExactly("started press");
  }

  @Test
  void anEngineThatIsAwayIsNoEvent() {
    see(report(1, Map.of("press", "running 1")));
    assertThat(see(report(1, Map.of("press", "unknown")))).isEmpty();
    assertThat(see(report(1, Map.of("press", "running 1")))).isEmpty();
    see(report(1, Map.of("press", "unknown")));
    assertThat(see(report(1, Map.of("press", "running 2")))).containsExactly("restarted press");
  }

  @Test
  void aModuleThatIsTakenOutOfTheManifestHasStopped() {
    see(report(1, Map.of("press", "running 1", "cache", "running 1")));
    assertThat(see(report(2, Map.of("cache", "running 1"))))
        .containsExactly("manifestAccepted", "stopped press");
    assertThat(see(report(2, Map.of("cache", "running 1")))).isEmpty();
  }

  @Test
  void aManifestIsTakenOrRefused() {
    assertThat(see(TestReports.report(0, 200, NOTHING, Instant.EPOCH))).isEmpty();
    assertThat(see(TestReports.report(0, 401, NOTHING, Instant.EPOCH)))
        .containsExactly("manifestRefused");
    assertThat(see(report(1, NOTHING))).containsExactly("manifestAccepted");
    assertThat(see(TestReports.report(1, 500, NOTHING, Instant.EPOCH))).isEmpty();
    assertThat(see(TestReports.report(2, 403, NOTHING, Instant.EPOCH)))
        .containsExactly("manifestRefused");
    assertThat(see(TestReports.report(2, 403, NOTHING, Instant.EPOCH))).isEmpty();
  }

  @Test
  void theOldestAreDroppedAndCounted() {
    for (int i = 1; i <= 350; i++) {
      see(report(1, Map.of("press", "running " + i)));
    }
    var sent = log.toSend().orElseThrow();
    assertThat(sent.list()).hasSize(200);
    assertThat(sent.dropped()).isEqualTo(151);
    assertThat(sent.list().getLast().sequence()).isEqualTo(351);
    see(report(1, Map.of("press", "running 351")));
    log = log.delivered(sent);
    assertThat(log.pending()).extracting(Event::sequence).containsExactly(352L);
    assertThat(log.delivered(log.toSend().orElseThrow()).toSend()).isEmpty();
  }
}
