package dev.larder.hub.session;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.larder.common.id.ModuleId;
import dev.larder.common.json.Json;
import dev.larder.hub.identity.Identity;
import dev.larder.hub.log.Log;
import dev.larder.hub.message.Payload;
import dev.larder.hub.wire.Encoder;
import dev.larder.hub.wire.Packet;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/** Lasting sessions as the log keeps them: who, for how long, subscriptions, will. */
final class Records {
  private static final String KEY = "session/";

  private final Log log;

  Records(Log log) {
    this.log = log;
  }

  /** What is known of a session that outlived the process. */
  record Restored(
      String key,
      Identity identity,
      String clientId,
      long expirySeconds,
      long disconnectedMillis,
      List<Subscription> subscriptions,
      Optional<Packet.Will> will) {}

  /** Keeps a session as it is now; false when there is no room. */
  boolean keep(Session session) {
    var record = Json.object();
    record.put("identity", session.identity().name());
    record.put("clientId", session.clientId());
    record.put("expiry", session.lifetime().expirySeconds());
    if (!session.isConnected()) {
      record.put("disconnected", session.lifetime().disconnectedMillis());
    }
    var subscriptions = record.putArray("subscriptions");
    for (var subscription : session.subscriptions().values()) {
      subscriptions
          .addObject()
          .put("filter", subscription.filter())
          .put("qos", subscription.qos())
          .put("noLocal", subscription.noLocal())
          .put("retainAsPublished", subscription.retainAsPublished())
          .put("identifier", subscription.identifier());
    }
    session.will().ifPresent(will -> write(record.putObject("will"), will));
    session.recordIsBehind = !log.put(KEY + session.key(), Json.writeBytes(record));
    return !session.recordIsBehind;
  }

  private static void write(ObjectNode record, Packet.Will will) {
    record.put("topic", will.topic());
    record.put("qos", will.qos());
    record.put("retain", will.retain());
    record.put("payload", will.payload().bytes());
    record.put("properties", Encoder.encodeProperties(will.properties()));
  }

  void forget(Session session) {
    if (log.state().containsKey(KEY + session.key())) {
      log.remove(KEY + session.key());
    }
  }

  List<Restored> read() {
    var restored = new ArrayList<Restored>();
    log.state()
        .subMap(KEY, KEY + Character.MAX_VALUE)
        .forEach((key, value) -> restored.add(read(key.substring(KEY.length()), value)));
    return restored;
  }

  private static Restored read(String key, byte[] value) {
    try {
      var record = Json.mapper().readTree(value);
      var subscriptions = new ArrayList<Subscription>();
      for (var one : record.path("subscriptions")) {
        subscriptions.add(
            Subscription.of(
                one.path("filter").asText(),
                one.path("qos").asInt(),
                one.path("noLocal").asBoolean(),
                one.path("retainAsPublished").asBoolean(),
                one.path("identifier").asInt()));
      }
      return new Restored(
          key,
          identity(record.path("identity").asText(), key),
          record.path("clientId").asText(),
          record.path("expiry").asLong(),
          record.path("disconnected").asLong(),
          subscriptions,
          Optional.of(record.path("will")).filter(JsonNode::isObject).map(Records::will));
    } catch (IOException e) {
      throw new UncheckedIOException("A session's record is no JSON: " + key, e);
    }
  }

  /** Only modules and devices have one session each, which bears their name. */
  private static Identity identity(String name, String key) {
    if (!name.equals(key)) {
      return new Identity.Anonymous();
    }
    return name.startsWith(Identity.PREFIX)
        ? new Identity.Device(name.substring(Identity.PREFIX.length()))
        : new Identity.Module(ModuleId.of(name));
  }

  private static Packet.Will will(JsonNode record) {
    return new Packet.Will(
        record.path("topic").asText(),
        Payload.of(bytes(record.path("payload"))),
        record.path("qos").asInt(),
        record.path("retain").asBoolean(),
        Encoder.decodeProperties(bytes(record.path("properties"))));
  }

  private static byte[] bytes(JsonNode text) {
    return Base64.getDecoder().decode(text.asText());
  }
}
