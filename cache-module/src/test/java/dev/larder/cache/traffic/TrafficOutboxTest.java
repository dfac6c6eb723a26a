package dev.larder.cache.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.common.traffic.TrafficMessage.Counts;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TrafficOutboxTest {
  private static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");

  private static Map<String, Counts> totals(long requests) {
    return Map.of("A", new Counts(requests, 0, 0, requests * 10, requests * 10));
  }

  @Test
  void sendsDifferencesAndNothingWhenThereIsNone() {
    var outbox = new TrafficOutbox("x", NOW);
    outbox.cut(totals(3), NOW.plusSeconds(5));
    var first = outbox.next().orElseThrow();
    outbox.acknowledged(first);
    outbox.cut(totals(3), NOW.plusSeconds(10));

    assertThat(first.message().byContentType()).isEqualTo(totals(3));
    assertThat(outbox.next()).isEmpty();
  }

  @Test
  void whatWasSentIsRepeatedUnchangedUntilAcknowledged() {
    var outbox = new TrafficOutbox("x", NOW);
    outbox.cut(totals(1), NOW.plusSeconds(5));
    var first = outbox.next();
    outbox.cut(totals(5), NOW.plusSeconds(10));

    assertThat(outbox.next()).isEqualTo(first);
    outbox.acknowledged(first.orElseThrow());
    var second = outbox.next().orElseThrow();
    assertThat(second.message().byContentType()).isEqualTo(totals(4));
    assertThat(second.id()).isNotEqualTo(first.orElseThrow().id());
  }

  @Test
  void waitingMessagesOfAMinuteAreMerged() {
    var outbox = new TrafficOutbox("x", NOW);
    for (int i = 1; i <= 24; i++) {
      outbox.cut(totals(i), NOW.plusSeconds(i * 5L));
    }
    var first = outbox.next().orElseThrow();
    outbox.acknowledged(first);
    var second = outbox.next().orElseThrow();
    outbox.acknowledged(second);

    assertThat(first.message().byContentType()).isEqualTo(totals(12));
    assertThat(second.message().from()).isEqualTo(NOW.plusSeconds(60));
    assertThat(outbox.next()).isEmpty();
  }

  @Test
  void noCountIsLostOrDoubledHoweverLongTheHubIsAway() {
    long seed = 7;
    var random = new Random(seed);
    var outbox = new TrafficOutbox("x", NOW);
    long total = 0;
    long received = 0;
    for (int i = 1; i <= 20_000; i++) {
      total += random.nextInt(3);
      outbox.cut(totals(total), NOW.plusSeconds(i * 30L));
      boolean hubIsThere = i > 15_000 && random.nextBoolean();
      Optional<TrafficOutbox.Sending> next = hubIsThere ? outbox.next() : Optional.empty();
      if (next.isPresent() && random.nextInt(4) > 0) {
        received += requests(next.get());
        outbox.acknowledged(next.get());
      }
    }
    for (var next = outbox.next(); next.isPresent(); next = outbox.next()) {
      received += requests(next.get());
      outbox.acknowledged(next.get());
    }
    assertThat(received).as("seed %s", seed).isEqualTo(total);
  }

  private static long requests(TrafficOutbox.Sending sending) {
    return sending.message().byContentType().getOrDefault("A", Counts.NONE).requests();
  }
}
