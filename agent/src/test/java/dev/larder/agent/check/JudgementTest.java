package dev.larder.agent.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.larder.agent.check.Finding.Level;
import dev.larder.agent.check.Observation.CloudClock;
import dev.larder.agent.check.Observation.Disk;
import dev.larder.agent.check.Observation.Reach;
import dev.larder.agent.check.Observation.Reached;
import dev.larder.agent.check.Observation.Way;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class JudgementTest {
  @Test
  void aFailureWithoutAReasonIsTold() {
    var finding = Judgement.judge(new Observation.Broken("disk", "", "look")).getFirst();
    assertThat(finding.level()).isEqualTo(Finding.Level.FAILURE);
    assertThat(finding.message()).isEqualTo("no reason is known");
  }

  private static final Instant NOW = Instant.parse("2026-11-27T12:00:00Z");
  private static final long GIB = 1L << 30;

  private static Level level(Observation observation) {
    return Judgement.judge(observation).stream()
        .map(Finding::level)
        .max(Level::compareTo)
        .orElseThrow();
  }

  @Test
  void engineOlderThan2010IsAFailure() {
    assertThat(level(new Observation.Engine("20.10.24", "1.41", "1.12"))).isEqualTo(Level.OK);
    assertThat(level(new Observation.Engine("29.0.0", "1.52", "1.44"))).isEqualTo(Level.OK);
    assertThat(level(new Observation.Engine("19.03", "1.40", "1.12"))).isEqualTo(Level.FAILURE);
    assertThat(level(new Observation.Engine("?", "odd", ""))).isEqualTo(Level.FAILURE);
  }

  @Test
  void agentHasToRunInGoodHealth() {
    assertThat(level(agent("running", "healthy"))).isEqualTo(Level.OK);
    assertThat(level(agent("running", "starting"))).isEqualTo(Level.OK);
    assertThat(level(agent("running", "unhealthy"))).isEqualTo(Level.FAILURE);
    assertThat(level(agent("exited", ""))).isEqualTo(Level.FAILURE);
    assertThat(level(new Observation.AgentContainer(Optional.empty(), Optional.empty())))
        .isEqualTo(Level.FAILURE);
  }

  private static Observation agent(String state, String health) {
    return new Observation.AgentContainer(Optional.of(state), Optional.of(health));
  }

  @Test
  void disksRunOutOfBytesAndOfInodes() {
    assertThat(level(new Disk("d", 100 * GIB, 50 * GIB, 1000, 900))).isEqualTo(Level.OK);
    assertThat(level(new Disk("d", 100 * GIB, GIB / 2, 1000, 900))).isEqualTo(Level.WARNING);
    assertThat(level(new Disk("d", 100 * GIB, GIB / 20, 1000, 900))).isEqualTo(Level.FAILURE);
    assertThat(level(new Disk("d", 100 * GIB, 50 * GIB, 1000, 40))).isEqualTo(Level.WARNING);
    assertThat(level(new Disk("d", 100 * GIB, 50 * GIB, 1000, 4))).isEqualTo(Level.FAILURE);
    assertThat(level(new Disk("btrfs", 100 * GIB, 50 * GIB, 0, 0))).isEqualTo(Level.SKIPPED);
  }

  @Test
  void clockIsJudgedAgainstTheCloudAndAgainstThePast() {
    assertThat(level(new CloudClock(NOW, NOW.plusSeconds(29)))).isEqualTo(Level.OK);
    assertThat(level(new CloudClock(NOW, NOW.minusSeconds(30)))).isEqualTo(Level.WARNING);
    assertThat(level(new CloudClock(NOW, NOW.plusSeconds(300)))).isEqualTo(Level.FAILURE);
    assertThat(level(new CloudClock(NOW, NOW.minusSeconds(300)))).isEqualTo(Level.FAILURE);
    assertThat(level(new Observation.LastGoodTime(NOW, NOW.minusSeconds(299)))).isEqualTo(Level.OK);
    assertThat(level(new Observation.LastGoodTime(NOW, NOW.minusSeconds(301))))
        .isEqualTo(Level.FAILURE);
  }

  @Test
  void namesMatterWhereNoProxyResolvesThem() {
    assertThat(level(new Observation.Name("c.example", List.of("192.0.2.1"), true)))
        .isEqualTo(Level.OK);
    assertThat(level(new Observation.Name("c.example", List.of(), true))).isEqualTo(Level.FAILURE);
    assertThat(level(new Observation.Name("c.example", List.of(), false))).isEqualTo(Level.OK);
  }

  @Test
  void everyWayThatIsNeededHasToAnswer() {
    for (var way : Way.values()) {
      assertThat(level(new Reach(way, "c:1", true, Reached.ANSWERED, ""))).isEqualTo(Level.OK);
      for (var reached : EnumSet.complementOf(EnumSet.of(Reached.ANSWERED))) {
        var needed = Judgement.judge(new Reach(way, "c:1", true, reached, "why")).getFirst();
        assertThat(needed.level()).isEqualTo(Level.FAILURE);
        assertThat(needed.check()).isEqualTo(way.check());
        assertThat(needed.message()).contains("c:1", "why");
        assertThat(level(new Reach(way, "c:1", false, reached, "why"))).isEqualTo(Level.OK);
      }
    }
  }

  @Test
  void certificatesAreRenewedInTimeAndFitTheirKeys() {
    var from = NOW.minus(Duration.ofDays(60));
    assertThat(level(certificate(from, NOW.plus(Duration.ofDays(30)), true))).isEqualTo(Level.OK);
    assertThat(level(certificate(from, NOW.plus(Duration.ofDays(10)), true)))
        .isEqualTo(Level.WARNING);
    assertThat(level(certificate(from, NOW, true))).isEqualTo(Level.FAILURE);
    assertThat(level(certificate(from, NOW.plus(Duration.ofDays(30)), false)))
        .isEqualTo(Level.FAILURE);
    var early = certificate(NOW.plusSeconds(1), NOW.plus(Duration.ofDays(30)), true);
    assertThat(Judgement.judge(early).getFirst().mend()).contains("clock");
  }

  private static Observation certificate(Instant from, Instant until, boolean matches) {
    return new Observation.Certificate("the certificate", from, until, matches, NOW, "deploy");
  }

  @Test
  void portsAreTakenByOthersOnly() {
    var wanted =
        List.of(new PublishedPort("cache", "", 80), new PublishedPort("b", "127.0.0.1", 5));
    var listeners = Optional.of(List.of(new Listener("0.0.0.0", 80), new Listener("192.0.2.1", 5)));
    var findings = Judgement.judge(new Observation.Ports(wanted, Set.of(), listeners));
    assertThat(findings).extracting(Finding::level).containsExactly(Level.FAILURE, Level.OK);
    assertThat(findings.getFirst().message()).contains("80", "cache");
    assertThat(level(new Observation.Ports(wanted, Set.of(80), listeners))).isEqualTo(Level.OK);
    assertThat(level(new Observation.Ports(wanted, Set.of(), Optional.empty())))
        .isEqualTo(Level.SKIPPED);
    assertThat(level(new Observation.Ports(List.of(), Set.of(), listeners)))
        .isEqualTo(Level.SKIPPED);
  }

  @Test
  void foldersAndSecretsAreTheAgentsAlone() {
    assertThat(level(new Observation.Folder("/d", true, true, false, false))).isEqualTo(Level.OK);
    assertThat(level(new Observation.Folder("/d", true, true, true, true))).isEqualTo(Level.OK);
    assertThat(level(new Observation.Folder("/d", true, true, true, false)))
        .isEqualTo(Level.FAILURE);
    assertThat(level(new Observation.Folder("/d", true, false, false, false)))
        .isEqualTo(Level.FAILURE);
    assertThat(level(new Observation.Folder("/d", false, false, false, false)))
        .isEqualTo(Level.FAILURE);
    assertThat(level(new Observation.SecretFile("/k", true, false))).isEqualTo(Level.OK);
    assertThat(level(new Observation.SecretFile("/k", true, true))).isEqualTo(Level.FAILURE);
    assertThat(level(new Observation.SecretFile("/k", false, false))).isEqualTo(Level.FAILURE);
  }

  @Test
  void logsHaveABound() {
    assertThat(level(new Observation.LogRotation("c", "json-file", ""))).isEqualTo(Level.WARNING);
    assertThat(level(new Observation.LogRotation("c", "json-file", "10m"))).isEqualTo(Level.OK);
    assertThat(level(new Observation.LogRotation("c", "local", ""))).isEqualTo(Level.OK);
  }

  @Test
  void exitCodeIsTheWorstThatCounts() {
    var ok = Finding.ok("a", "fine");
    var warning = Finding.warning("b", "soon", "do");
    var failure = Finding.failure("c", "broken", "mend");
    assertThat(report(ok).exitCode(true)).isZero();
    assertThat(report(ok, warning).exitCode(false)).isZero();
    assertThat(report(ok, warning).exitCode(true)).isEqualTo(1);
    assertThat(report(failure, warning).exitCode(false)).isEqualTo(2);
    assertThat(report(ok, warning, failure).text()).contains("→ mend", "1 ok", "1 warnings");
    assertThat(report(warning, failure).json().at("/findings/1/mend").asText()).isEqualTo("mend");
    assertThat(report(warning, failure).json().path("result").asText()).isEqualTo("failure");
  }

  private static CheckReport report(Finding... findings) {
    return new CheckReport("1", NOW, List.of(findings));
  }

  @Test
  void failureWithoutAMendIsRefused() {
    assertThatThrownBy(() -> Finding.failure("a", "broken", ""))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
