package dev.larder.common.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.larder.common.json.Json;
import dev.larder.common.report.NodeEvents.Event;
import java.time.Instant;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class NodeEventsTest {
  private static NodeEvents events(String log, long first, long last) {
    return new NodeEvents(
        log,
        0,
        LongStream.rangeClosed(first, last)
            .mapToObj(n -> new Event(n, Instant.ofEpochSecond(n), "started", "press", log))
            .toList());
  }

  private static List<Long> sequences(NodeEvents events) {
    return events.list().stream().map(Event::sequence).toList();
  }

  @Test
  void whatComesAgainIsPassedOver() {
    var kept = events("a", 1, 3).and(events("a", 2, 5));
    assertThat(sequences(kept)).containsExactly(1L, 2L, 3L, 4L, 5L);
    assertThat(kept.and(events("a", 1, 5))).isEqualTo(kept);
    assertThat(events("a", 150, 400).and(events("a", 1, 9))).isEqualTo(events("a", 201, 400));
  }

  @Test
  void theLastAreKept() {
    var kept = events("a", 1, 150).and(events("a", 151, 320));
    assertThat(kept).isEqualTo(events("a", 121, 320));
  }

  @Test
  void anotherLogBeginsAgainBehindThisOne() {
    var kept = events("a", 7, 9).and(events("b", 1, 2));
    assertThat(sequences(kept)).containsExactly(7L, 8L, 9L, 1L, 2L);
    assertThat(sequences(kept.and(events("b", 1, 3)))).containsExactly(7L, 8L, 9L, 1L, 2L, 3L);
  }

  @Test
  void isBoundedInEveryPart() throws JsonProcessingException {
    var event = new Event(1, Instant.EPOCH, "failed", "press", "x".repeat(9000));
    assertThat(event.description()).hasSize(500);
    assertThatThrownBy(() -> new Event(1, Instant.EPOCH, "failed", "x".repeat(129), ""))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new NodeEvents("", 0, List.of()))
        .isInstanceOf(IllegalArgumentException.class);
    var read = Json.mapper().readValue(Json.write(events("a", 1, 2)), NodeEvents.class);
    assertThat(read).isEqualTo(events("a", 1, 2));
  }
}
