package dev.larder.cloud.fleet;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.larder.cloud.refusal.Refusal;
import dev.larder.cloud.store.Database;
import dev.larder.cloud.store.Transaction;
import dev.larder.common.id.CacheNodeId;
import dev.larder.common.id.DeviceId;
import dev.larder.common.id.ModuleId;
import dev.larder.common.json.Json;
import dev.larder.common.manifest.Deployment;
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
import java.util.regex.Pattern;
import java.util.stream.LongStream;
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
  private static final int OUTPUT_LENGTH = 200;

  /** More, or earlier, than any node can have served; their sums stay within a column's range. */
  private static final long MOST_COUNTED = 1L << 50;

  private static final Instant EARLIEST = Instant.parse("2000-01-01T00:00:00Z");
  private static final Pattern EPOCH = Pattern.compile("[a-zA-Z0-9_.-]{1,64}");

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
          if (!tx.nodes().hold(node)) {
            throw new Refusal(Refusal.Reason.GONE, "This cache node has been deleted.");
          }
          Optional<Version> wanted = Optional.empty();
          for (var message : messages) {
            var found = store(tx, node, message);
            wanted = found.isPresent() ? found : wanted;
          }
          tx.telemetry().forgetOldEpochs(node);
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
    if (!EPOCH.matcher(topic.epoch()).matches() || !isSender(topic.sender())) {
      throw new IllegalArgumentException("An epoch or a sender without its form");
    }
    var now = clock.instant();
    if (!tx.telemetry().advance(node, topic.epoch(), topic.sequence(), now)) {
      return;
    }
    TelemetryEnvelope envelope = ENVELOPE.readValue(payload);
    if (!isPlain(envelope.output(), OUTPUT_LENGTH)) {
      throw new IllegalArgumentException("An output's name that is too long, or not plain text");
    }
    if (topic.sender().equals(ModuleId.CACHE.value())
        && envelope.output().equals(TrafficMessage.OUTPUT)) {
      traffic(tx, node, TRAFFIC.readValue(envelope.payload()), now);
    } else {
      tx.telemetry().count(node, topic.sender(), envelope.output(), now);
    }
  }

  private static boolean isSender(String name) {
    return ModuleId.isOne(name) || DeviceId.ofName(name).isPresent();
  }

  /** What every database takes as a text of a key. */
  private static boolean isPlain(String text, int longest) {
    return text.length() <= longest && text.chars().noneMatch(Character::isISOControl);
  }

  private static void traffic(
      Transaction tx, CacheNodeId node, TrafficMessage traffic, Instant now) {
    var counts = traffic.byContentType();
    if (counts.size() > MOST_CONTENT_TYPES
        || !counts.keySet().stream().allMatch(type -> isPlain(type, CONTENT_TYPE_LENGTH))
        || !counts.values().stream().allMatch(Inbox::isPossible)
        || traffic.from().isBefore(EARLIEST)) {
      throw new IllegalArgumentException("Traffic that cannot have been");
    }
    var at = traffic.from().isAfter(now.plus(CLOCK_AHEAD)) ? now : traffic.from();
    counts.forEach((type, count) -> tx.traffic().add(node, at, type, count));
  }

  private static boolean isPossible(Counts counts) {
    return LongStream.of(
            counts.requests(),
            counts.hits(),
            counts.hitBytes(),
            counts.missBytes(),
            counts.originBytes())
        .allMatch(count -> count >= 0 && count <= MOST_COUNTED);
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
    boolean device = DeviceId.ofName(twin).isPresent();
    if (!device && !ModuleId.isOne(twin) && !twin.equals(Deployment.HUB)) {
      throw new IllegalArgumentException("A twin's name without its form");
    }
    boolean kept =
        tx.twins().setReported(node, twin, version.longValue(), reported)
            || (device && tx.twins().addDevice(node, twin, version.longValue(), reported));
    var accepted = reported.path("updates").path("accepted");
    return kept && twin.equals(ModuleId.CACHE.value()) && accepted.isTextual()
        ? Optional.of(Version.of(accepted.textValue()))
        : Optional.empty();
  }
}
