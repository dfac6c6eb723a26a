package dev.larder.cloud;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.larder.common.json.Json;
import dev.larder.common.report.NodeEvents;
import dev.larder.common.report.NodeEvents.Event;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Events that nodes report, kept and shown once. */
class EventsIT {
  @RegisterExtension private final TestCloud cloud = new TestCloud();

  private static Optional<NodeEvents> events(String log, long first, long last) {
    var list =
        LongStream.rangeClosed(first, last)
            .mapToObj(n -> new Event(n, Instant.ofEpochSecond(n), "restarted", "press", ""))
            .toList();
    return Optional.of(new NodeEvents(log, first - 1, list));
  }

  private static void send(TestNode node, Optional<NodeEvents> events)
      throws IOException, InterruptedException {
    assertThat(node.report(Json.write(TestNode.report(events))).statusCode()).isEqualTo(204);
  }

  private JsonNode shown(TestNode node) throws IOException, InterruptedException {
    return cloud.get(node.path()).body();
  }

  private List<Long> sequences(TestNode node) throws IOException, InterruptedException {
    return StreamSupport.stream(shown(node).at("/events/list").spliterator(), false)
        .map(event -> event.path("sequence").asLong())
        .toList();
  }

  @Test
  void aReportThatComesTwiceDoublesNothing() throws IOException, InterruptedException {
    var node = TestNode.enrolOne(cloud);
    send(node, Optional.empty());
    assertThat(shown(node).has("events")).isFalse();
    send(node, events("log", 1, 2));
    send(node, events("log", 1, 2));
    send(node, events("log", 2, 4));
    send(node, Optional.empty());
    assertThat(sequences(node)).containsExactly(1L, 2L, 3L, 4L);
    assertThat(shown(node).at("/events/dropped").asLong()).isEqualTo(1);
    assertThat(shown(node).at("/report/events").isMissingNode()).isTrue();
    assertThat(shown(node).at("/report/certificateDaysLeft").asInt()).isEqualTo(300);
    cloud.restart();
    assertThat(sequences(node)).containsExactly(1L, 2L, 3L, 4L);
  }

  @Test
  void theLastTwoHundredAreKept() throws IOException, InterruptedException {
    var node = TestNode.enrolOne(cloud);
    send(node, events("log", 1, 180));
    send(node, events("log", 181, 300));
    assertThat(sequences(node)).hasSize(200).startsWith(101L).endsWith(300L);
    send(node, events("another", 1, 1));
    assertThat(sequences(node)).hasSize(200).startsWith(102L).endsWith(300L, 1L);
  }

  @Test
  void whatIsNoEventIsRefused() throws IOException, InterruptedException {
    var node = TestNode.enrolOne(cloud);
    var text = Json.write(TestNode.report(events("log", 1, 1)));
    var name = text.replace("\"press\"", "\"" + "x".repeat(129) + "\"");
    assertThat(node.report(name).statusCode()).isEqualTo(400);
  }
}
