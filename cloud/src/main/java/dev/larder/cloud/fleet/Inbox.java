package dev.larder.cloud.fleet;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.larder.cloud.store.Database;
import dev.larder.cloud.store.Transaction;
import dev.larder.common.id.CacheNodeId;
import dev.larder.common.id.ModuleId;
import dev.larder.common.json.Json;
import dev.larder.common.schedule.Version;
import dev.larder.common.topic.NodeTopics;
import dev.larder.common.topic.TelemetryEnvelope;
import dev.larder.common.traffic.TrafficMessage;
import dev.larder.common.traffic.TrafficMessage.Counts;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What hubs publish. Telemetry is stored once however often it comes. A message that cannot be read
 * is logged and passed over: sent again it would be no better.
 */
public final class Inbox {
  private static final Logger log = LoggerFactory.getLogger(Inbox.class);

  /** A node's clock may be ahead by this; beyond, its traffic counts as served now. */
  private static final Duration CLOCK_AHEAD = Duration.ofMinutes(2);

  private static final int MOST_CONTENT_TYPES = 64;
  private static final int CONTENT_TYPE_LENGTH = 90;

  private static final ObjectReader ENVELOPE = strict(TelemetryEnvelope.class);
  private static final ObjectReader TRAFFIC = strict(TrafficMessage.class);

  private final Database database;
  private final ReleaseShelf shelf;
  private final Clock clock;

  public Inbox(Database database, ReleaseShelf shelf, Clock clock) {
    this.database = database;
    this.shelf = shelf;
    this.clock = clock;
  }

  /** One publish. */
  @SuppressWarnings("ArrayRecordComponent") // Made for one call and shared with nobody.
  public record Message(NodeTopics.Up topic, byte[] payload) {}

  private static ObjectReader strict(Class<?> type) {
    return Json.mapper()
        .readerFor(type)
        .with(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES);
  }

  /** Stores messages of one node in one transaction; when this returns they are kept. */
  public void store(CacheNodeId node, List<Message> messages) {
    var accepted =
        database.write(tx -> {
          Optional<Version> wanted = Optional.empty();
          for (var message : messages) {
            var found = store(tx, node, message);
            wanted = found.isPresent() ? found : wanted;
          }
          return wanted;
        });
    accepted.ifPresent(version -> shelf.accepted(node, version));
  }

  private Optional<Version> store(Transaction tx, CacheNodeId node, Message message) {
    try {
      return switch (message.topic()) {
        case NodeTopics.Telemetry telemetry -> {
          telemetry(tx, node, telemetry, message.payload());
          yield Optional.empty();
        }
        case NodeTopics.Reported reported -> reported(tx, node, reported.twin(), message.payload());
      };
    } catch (IOException | IllegalArgumentException e) {
      log.atWarn()
          .addKeyValue("node", node)
          .addKeyValue("topic", message.topic())
          .addKeyValue("reason", reason(e))
          .log("message cannot be read and is passed over");
      return Optional.empty();
    }
  }

  private static String reason(Exception e) {
    return e instanceof JsonProcessingException json
        ? json.getOriginalMessage()
        : String.valueOf(e.getMessage());
  }

  private void telemetry(
      Transaction tx, CacheNodeId node, NodeTopics.Telemetry topic, byte[] payload)
      throws IOException {
    var now = clock.instant();
    if (!tx.telemetry().advance(node, topic.epoch(), topic.sequence(), now)) {
      return;
    }
    tx.telemetry().forgetOldEpochs(node);
    TelemetryEnvelope envelope = ENVELOPE.readValue(payload);
    if (topic.module().equals(ModuleId.CACHE.value())
        && envelope.output().equals(TrafficMessage.OUTPUT)) {
      traffic(tx, node, TRAFFIC.readValue(envelope.payload()), now);
    } else {
      tx.telemetry().count(node, topic.module(), envelope.output(), now);
    }
  }

  private static void traffic(
      Transaction tx, CacheNodeId node, TrafficMessage traffic, Instant now) {
    var counts = traffic.byContentType();
    if (counts.size() > MOST_CONTENT_TYPES
        || counts.keySet().stream().anyMatch(type -> type.length() > CONTENT_TYPE_LENGTH)
        || counts.values().stream().anyMatch(Inbox::isNegative)) {
      throw new IllegalArgumentException("Traffic of too many content types, or below 0");
    }
    var at = traffic.from().isAfter(now.plus(CLOCK_AHEAD)) ? now : traffic.from();
    counts.forEach((type, count) -> tx.traffic().add(node, at, type, count));
  }

  private static boolean isNegative(Counts counts) {
    return Math.min(
            Math.min(counts.requests(), counts.hits()),
            Math.min(counts.hitBytes(), Math.min(counts.missBytes(), counts.originBytes())))
        < 0;
  }

  /** Keeps a reported document; the release that the cache module accepts with it. */
  private static Optional<Version> reported(
      Transaction tx, CacheNodeId node, String twin, byte[] payload) throws IOException {
    var document = Json.mapper().readTree(payload);
    var version = document.path("version");
    if (!version.isIntegralNumber()
        || !(document.path("reported") instanceof ObjectNode reported)) {
      throw new IllegalArgumentException("A reported document needs version and reported");
    }
    boolean kept = tx.twins().setReported(node, twin, version.longValue(), reported);
    var accepted = reported.path("updates").path("accepted");
    return kept && twin.equals(ModuleId.CACHE.value()) && accepted.isTextual()
        ? Optional.of(Version.of(accepted.textValue()))
        : Optional.empty();
  }
}
