package dev.larder.agent.events;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.larder.common.json.Json;
import dev.larder.common.report.NodeEvents;
import dev.larder.common.report.NodeEvents.Event;
import dev.larder.common.report.NodeReport;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * An agent that is killed between any two of its steps, a disk that may be full, and a cloud that
 * is away, or takes a report and loses the answer, or gets it twice.
 */
class EventLogSimTest {
  private static final int HISTORIES = 300;
  private static final int STEPS = 400;
  private static final String[] STATES = {"running", "unhealthy", "backoff", "stopped", "unknown"};

  /** One history. */
  private static final class World {
    private final Random random;
    private final Map<String, String> modules = new HashMap<>();
    private final TreeMap<Long, Event> everWritten = new TreeMap<>();
    private final TreeMap<Long, Event> arrived = new TreeMap<>();
    private Optional<NodeEvents> cloud = Optional.empty();
    private String disk = Json.write(EventLog.begin("log"));
    private EventLog now = EventLog.begin("log");
    private EventLog written = now;
    private Optional<NodeEvents> onItsWay = Optional.empty();
    private Optional<NodeEvents> acknowledged = Optional.empty();
    private long time;
    private int starts;

    World(long seed) {
      random = new Random(seed);
    }

    void step() throws JsonProcessingException {
      switch (random.nextInt(8)) {
        case 0, 1 -> happen();
        case 2, 3 -> write(now.seen(report()), random.nextInt(10) > 0);
        case 4 -> onItsWay = written.toSend();
        case 5 -> arrive();
        case 6 -> {
          if (acknowledged.isPresent()) {
            write(now.delivered(acknowledged.get()), random.nextInt(10) > 0);
            acknowledged = Optional.empty();
          }
        }
        default -> {
          if (random.nextInt(3) == 0) {
            kill();
          }
        }
      }
    }

    private void happen() {
      var state = STATES[random.nextInt(STATES.length)];
      if (random.nextInt(3) == 0) {
        starts++;
      }
      modules.put("m" + random.nextInt(3), state + " " + (1 + starts));
    }

    private NodeReport report() {
      time++;
      return TestReports.report(
          1 + time / 50, 200, Map.copyOf(modules), Instant.ofEpochSecond(time));
    }

    private void write(EventLog next, boolean isWritable) {
      now = next;
      if (isWritable) {
        disk = Json.write(next);
        written = next;
        next.pending()
            .forEach(event -> {
              var before = everWritten.put(event.sequence(), event);
              assertThat(before == null || before.equals(event)).as("one name for two").isTrue();
            });
      }
    }

    /** The cloud may see the same report again and again. */
    private void arrive() {
      onItsWay.ifPresent(events -> {
        for (int i = 0; i <= random.nextInt(2); i++) {
          var kept = cloud.map(k -> k.and(events)).orElse(events);
          assertThat(kept.list()).doesNotHaveDuplicates();
          kept.list().forEach(event -> arrived.put(event.sequence(), event));
          cloud = Optional.of(kept);
        }
        acknowledged = random.nextInt(3) == 0 ? Optional.empty() : Optional.of(events);
        if (random.nextBoolean()) {
          onItsWay = Optional.empty();
        }
      });
    }

    private void kill() throws JsonProcessingException {
      now = Json.mapper().readValue(disk, EventLog.class);
      written = now;
      acknowledged = Optional.empty();
    }

    void end() {
      write(now.seen(report()), true);
      onItsWay = written.toSend();
      onItsWay.ifPresent(events -> {
        var kept = cloud.map(k -> k.and(events)).orElse(events);
        kept.list().forEach(event -> arrived.put(event.sequence(), event));
        cloud = Optional.of(kept);
      });
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 1_000_000})
  void noWrittenEventIsLostAndNoneComesTwice(long first) throws Exception {
    for (long seed = first; seed < first + HISTORIES; seed++) {
      var world = new World(seed);
      for (int i = 0; i < STEPS; i++) {
        world.step();
      }
      world.end();
      long dropped = world.cloud.map(NodeEvents::dropped).orElse(0L);
      var missing = new TreeMap<>(world.everWritten);
      missing.keySet().removeAll(world.arrived.keySet());
      assertThat(missing.size()).as("seed %d", seed).isLessThanOrEqualTo((int) dropped);
      world.arrived.forEach(
          (sequence, event) -> assertThat(event).isEqualTo(world.everWritten.get(sequence)));
      assertThat(world.cloud.map(k -> k.list().stream().map(Event::sequence).toList()))
          .hasValueSatisfying(list -> assertThat(list).isSorted().doesNotHaveDuplicates());
    }
  }
}
