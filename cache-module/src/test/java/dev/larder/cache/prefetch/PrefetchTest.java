package dev.larder.cache.prefetch;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.larder.cache.prefetch.PrefetchOrder.Range;
import dev.larder.common.json.Json;
import dev.larder.common.problem.Checked;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class PrefetchTest {
  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

  private static Checked<PrefetchOrder> read(String json) throws JsonProcessingException {
    return PrefetchOrder.read((ObjectNode) Json.mapper().readTree(json));
  }

  @Test
  void anOrderIsReadWhole() throws Exception {
    var order =
        read("""
        {"urls":["http://a/b",{"url":"http://a/c","ranges":["0-9","bytes=20-"]}],
         "bytesPerSecond":1000000,"window":{"start":"22:00","end":"05:00"}}
        """)
            .orThrow();
    assertThat(order.items().get(1).ranges())
        .containsExactly(new Range(0, Optional.of(9L)), new Range(20, Optional.empty()));
    assertThat(order.bytesPerSecond()).hasValue(1_000_000L);
    assertThat(order.window()).hasValue(new Window(LocalTime.of(22, 0), LocalTime.of(5, 0)));
  }

  @Test
  void everyProblemIsNamed() throws Exception {
    var problems =
        read("""
        {"urls":[{"url":"http://a","ranges":["9-3"]},5],"bytesPerSecond":3,"rate":1,
         "window":{"start":"25:00","end":"05:00"}}
        """)
            .problems();
    assertThat(problems)
        .extracting(problem -> problem.path())
        .containsExactly("rate", "urls[0].ranges[0]", "urls[1]", "bytesPerSecond", "window.start");
    assertThat(problems).allSatisfy(problem -> assertThat(problem.mend()).isNotEmpty());
  }

  @Test
  void aWindowMayPassMidnight() {
    var night = new Window(LocalTime.of(22, 0), LocalTime.of(5, 0));
    assertThat(night.untilOpen(NOON)).isEqualTo(Duration.ofHours(10));
    assertThat(night.isOpen(NOON.plus(Duration.ofHours(10)))).isTrue();
    assertThat(night.isOpen(NOON.plus(Duration.ofHours(16)))).isTrue();
    assertThat(night.isOpen(NOON.plus(Duration.ofHours(17)))).isFalse();
    var day = new Window(LocalTime.of(8, 0), LocalTime.of(10, 0));
    assertThat(day.untilOpen(NOON)).isEqualTo(Duration.ofHours(20));
  }

  @Test
  void theRateHoldsOnTheMean() {
    var pacer = new Pacer(OptionalLong.of(1_000), 0);
    long now = 0;
    for (int i = 0; i < 10; i++) {
      now += pacer.waitNanos(now);
      pacer.spent(5_000, now);
    }
    now += pacer.waitNanos(now);
    assertThat(now).isBetween(TimeUnit.SECONDS.toNanos(50), TimeUnit.SECONDS.toNanos(51));
    assertThat(new Pacer(OptionalLong.empty(), 0).waitNanos(0)).isZero();
  }

  @Test
  void aJobCountsAndSurvivesItsWriting() throws Exception {
    var order = read("{\"urls\":[\"http://a/1\",\"http://a/2\",\"http://a/3\"]}").orThrow();
    var job =
        PrefetchJob.of("j", order, NOON)
            .measured(10)
            .fetched(10)
            .here(10)
            .itemDone(NOON)
            .itemFailed("gone", NOON)
            .measured(7)
            .here(3);
    assertThat(job.view().objects()).isEqualTo(new PrefetchJob.Objects(1, 1, 3));
    assertThat(job.view().bytes()).isEqualTo(new PrefetchJob.Bytes(13, 17, 10));
    assertThat(job.view().current()).hasValue("http://a/3");
    var kept = Json.mapper().readValue(Json.writeBytes(job), PrefetchJob.class);
    assertThat(kept).isEqualTo(job);
    assertThat(kept.resumed().view().bytes()).isEqualTo(new PrefetchJob.Bytes(10, 10, 10));
    var done = kept.resumed().measured(7).here(7).itemDone(NOON);
    assertThat(done.isOver()).isTrue();
    assertThat(done.cancelled(NOON)).isEqualTo(done);
    assertThat(done.current()).isEmpty();
  }
}
