package dev.larder.hub.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.hub.Messages;
import dev.larder.hub.message.Batch;
import dev.larder.hub.message.Stored;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

final class UplinkTest {
  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

  private final Uplink uplink = new Uplink(4);

  @Test
  void sendsTheLatestReportOnlyAndOneAtATime() {
    assertThat(uplink.on(new Uplink.Input.ReportChanged("cache", 3, NOON))).isEmpty();
    var connected = uplink.on(new Uplink.Input.Connected(NOON));
    assertThat(connected).contains(new Uplink.Output.SendReport(1, "cache"));
    assertThat(uplink.on(new Uplink.Input.ReportChanged("cache", 4, NOON))).isEmpty();
    assertThat(uplink.on(new Uplink.Input.ReportChanged("cache", 5, NOON))).isEmpty();
    assertThat(uplink.on(new Uplink.Input.Acknowledged(1, NOON)))
        .containsExactly(new Uplink.Output.SendReport(2, "cache"));
    assertThat(uplink.on(new Uplink.Input.Acknowledged(2, NOON))).isEmpty();
  }

  @Test
  void aNewConnectionSendsEveryReportAgain() {
    uplink.on(new Uplink.Input.ReportChanged("cache", 3, NOON));
    uplink.on(new Uplink.Input.Connected(NOON));
    uplink.on(new Uplink.Input.Acknowledged(1, NOON));
    uplink.on(new Uplink.Input.Lost());
    assertThat(uplink.on(new Uplink.Input.Connected(NOON)))
        .contains(new Uplink.Output.SendReport(1, "cache"));
  }

  @Test
  void makesANewConnectionWhenNothingIsAcknowledgedForLong() {
    var outputs = uplink.on(new Uplink.Input.Connected(NOON));
    var late = NOON.plus(Uplink.PATIENCE).plus(Duration.ofSeconds(1));
    assertThat(uplink.on(new Uplink.Input.Tick(late))).isEmpty();
    var read = ((Uplink.Output.Read) outputs.getFirst()).read();
    var batch = new Batch(List.of(new Stored(1, Messages.message("a"))), 2);
    uplink.on(new Uplink.Input.Loaded(read, batch, late));
    assertThat(uplink.on(new Uplink.Input.Tick(late))).isEmpty();
    assertThat(uplink.on(new Uplink.Input.Tick(late.plus(Uplink.PATIENCE).plusSeconds(1))))
        .containsExactly(new Uplink.Output.Reconnect());
  }

  @Test
  void waitsLongerAfterEachFailure() {
    var backoff = new Backoff();
    assertThat(backoff.failed(0.999)).isEqualTo(Duration.ofSeconds(1));
    assertThat(backoff.failed(1.0)).isEqualTo(Duration.ofSeconds(2));
    assertThat(backoff.failed(0)).isEqualTo(Duration.ofSeconds(2));
    for (int i = 0; i < 40; i++) {
      assertThat(backoff.failed(1.0)).isLessThanOrEqualTo(Backoff.MOST);
    }
    backoff.succeeded();
    assertThat(backoff.failed(0)).isEqualTo(Backoff.LEAST);
  }
}
