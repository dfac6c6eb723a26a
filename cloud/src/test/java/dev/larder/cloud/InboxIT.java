package dev.larder.cloud;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.larder.cloud.access.Secrets;
import dev.larder.cloud.fleet.Inbox;
import dev.larder.cloud.fleet.Nodes;
import dev.larder.cloud.fleet.ReleaseShelf;
import dev.larder.cloud.fleet.Resources;
import dev.larder.cloud.fleet.Signals;
import dev.larder.cloud.refusal.Refusal;
import dev.larder.cloud.release.Release;
import dev.larder.cloud.render.ManifestRenderer;
import dev.larder.cloud.render.Template;
import dev.larder.cloud.store.Database;
import dev.larder.common.id.CacheNodeId;
import dev.larder.common.id.Name;
import dev.larder.common.json.Json;
import dev.larder.common.schedule.Version;
import dev.larder.common.topic.NodeTopics;
import dev.larder.common.topic.TelemetryEnvelope;
import dev.larder.common.traffic.TrafficMessage;
import dev.larder.common.traffic.TrafficMessage.Counts;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each message once in the store, whatever is repeated, mixed or broken off; on both databases. */
class InboxIT {
  private static final int HISTORIES = 12;
  private static final Name OFFICE = Name.of("office");
  private static final Instant AT = Instant.parse("2026-11-23T10:00:00Z");

  @TempDir private Path folder = Path.of("");
  private final List<AutoCloseable> open = new ArrayList<>();
  private final Clock clock = Clock.systemUTC();

  @AfterEach
  void close() throws Exception {
    for (var part : open.reversed()) {
      part.close();
    }
  }

  /** A database with a resource in it, to which nodes are added. */
  private record Fleet(Database database, Nodes nodes, Inbox inbox) {
    CacheNodeId node(String name) {
      nodes.add(OFFICE, Name.of(name), Map.of());
      return nodes.get(OFFICE, Name.of(name), _ -> false).standing().node().id();
    }

    /** How often each output was counted, by sender and output. */
    Map<String, Long> counted(CacheNodeId node) {
      var counted = new TreeMap<String, Long>();
      database
          .read(tx -> tx.telemetry().counts(node))
          .forEach(count -> counted.put(count.module() + " " + count.output(), count.messages()));
      return counted;
    }
  }

  private Fleet fleet(Database database) throws IOException {
    open.add(database);
    try (var base = Cloud.class.getResourceAsStream("/manifests/base.json")) {
      var renderer =
          new ManifestRenderer(new Template(Json.mapper().readTree(Objects.requireNonNull(base))));
      var signals = new Signals();
      var shelf = new ReleaseShelf(database, renderer, signals, clock);
      var images = new Release.Images("a", "h", "c");
      var now = clock.instant();
      shelf.begin(new Release(Version.of("1.0.0"), images, now, now, now));
      var secrets = new Secrets(new SecureRandom());
      new Resources(database, secrets, clock).add(OFFICE);
      var settings = new Nodes.Settings(true, "https://cloud.test");
      return new Fleet(
          database,
          new Nodes(database, renderer, signals, secrets, clock, settings),
          new Inbox(database, shelf, clock));
    }
  }

  private Fleet sqlite() throws IOException {
    return fleet(Database.sqlite(folder.resolve("cloud.db")));
  }

  private Fleet postgres() throws IOException {
    var postgres = TestPostgres.start(folder.resolve("postgres"));
    open.add(postgres);
    return fleet(Database.jdbc(postgres.url()));
  }

  private static Inbox.Message message(
      CacheNodeId node, String sender, String epoch, long sequence, String output) {
    return new Inbox.Message(
        new NodeTopics.Telemetry(node.toString(), sender, epoch, sequence),
        Json.writeBytes(TelemetryEnvelope.of(AT, output, Map.of(), new byte[0])));
  }

  @Test
  void historiesOnSqlite() throws IOException {
    run(sqlite());
  }

  @Test
  void historiesOnPostgres() throws IOException {
    run(postgres());
  }

  private static void run(Fleet fleet) {
    for (int seed = 0; seed < HISTORIES; seed++) {
      var node = fleet.node("n" + seed);
      var history = new InboxHistory(new Random(seed), fleet.inbox(), node);
      history.run();
      assertThat(fleet.counted(node)).as("seed %s", seed).isEqualTo(history.expected());
      assertThat(history.broken()).as("seed %s: transactions broken off", seed).isPositive();
      assertThat(history.repeated()).as("seed %s: messages repeated", seed).isPositive();
    }
  }

  @Test
  void eightStoresOfTenPrioritiesAreRemembered() throws IOException {
    var fleet = sqlite();
    var node = fleet.node("one");
    for (int round = 0; round < 2; round++) {
      for (int store = 0; store < 8; store++) {
        var batch = new ArrayList<Inbox.Message>();
        for (int priority = 0; priority < 10; priority++) {
          var epoch = NodeTopics.epoch("11111111-2222-3333-4444-00000000000" + store, priority);
          batch.add(message(node, "web", epoch, 1_000_000L * (priority + 1), "out"));
        }
        fleet.inbox().store(node, batch);
      }
    }
    assertThat(fleet.counted(node)).isEqualTo(Map.of("web out", 80L));
  }

  @Test
  void whatNoDatabaseTakesIsPassedOverOnSqlite() throws IOException {
    passOver(sqlite());
  }

  @Test
  void whatNoDatabaseTakesIsPassedOverOnPostgres() throws IOException {
    passOver(postgres());
  }

  /** A message that failed its transaction would fail it again and again. */
  private static void passOver(Fleet fleet) {
    var node = fleet.node("bad");
    var batch = new ArrayList<Inbox.Message>();
    batch.add(message(node, "web", "e.0", 1, "out"));
    batch.add(message(node, "web", "e.0", 2, "nul\0"));
    batch.add(message(node, "web", "e.0", 3, "x".repeat(5000)));
    batch.add(message(node, "no sender", "e.0", 4, "out"));
    batch.add(message(node, "device:", "e.0", 5, "out"));
    batch.add(message(node, "web", "nul\0", 6, "out"));
    batch.add(message(node, "web", "e".repeat(5000), 7, "out"));
    batch.add(traffic(node, 8, Instant.MIN, "Other", 1));
    batch.add(traffic(node, 9, AT, "nul\0", 1));
    batch.add(traffic(node, 10, AT, "Other", Long.MAX_VALUE));
    batch.add(traffic(node, 11, AT, "Other", -1));
    for (var twin : List.of("nul\0", "no twin", "device:", "x".repeat(5000))) {
      batch.add(
          new Inbox.Message(
              new NodeTopics.Reported(node.toString(), twin),
              "{\"version\":1,\"reported\":{}}".getBytes(UTF_8)));
    }
    batch.add(message(node, "device:press", "e.0", 12, "out"));
    batch.add(message(node, "web", "e.0", 13, "x\ud800"));
    fleet.inbox().store(node, batch);
    fleet.inbox().store(node, batch);
    assertThat(fleet.counted(node))
        .hasSize(3)
        .containsEntry("web out", 1L)
        .containsEntry("device:press out", 1L)
        .allSatisfy((_, count) -> assertThat(count).isEqualTo(1));
  }

  private static Inbox.Message traffic(
      CacheNodeId node, long sequence, Instant from, String type, long count) {
    var counts = new Counts(count, count, count, count, count);
    var body = Json.writeBytes(new TrafficMessage(from, AT, Map.of(type, counts)));
    return new Inbox.Message(
        new NodeTopics.Telemetry(node.toString(), "cache", "e.0", sequence),
        Json.writeBytes(TelemetryEnvelope.of(AT, TrafficMessage.OUTPUT, Map.of(), body)));
  }

  @Test
  void nothingOfADeletedNodeIsStored() throws IOException {
    var fleet = sqlite();
    var node = fleet.node("gone");
    fleet.nodes().remove(OFFICE, Name.of("gone"));
    var batch = List.of(message(node, "web", "e.0", 1, "out"));
    assertThatThrownBy(() -> fleet.inbox().store(node, batch))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("deleted");
  }
}
