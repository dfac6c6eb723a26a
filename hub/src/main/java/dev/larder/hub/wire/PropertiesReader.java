package dev.larder.hub.wire;

import static dev.larder.hub.wire.MalformedPacketException.malformed;
import static dev.larder.hub.wire.MalformedPacketException.protocolError;
import static dev.larder.hub.wire.Properties.AUTHENTICATION_DATA;
import static dev.larder.hub.wire.Properties.AUTHENTICATION_METHOD;
import static dev.larder.hub.wire.Properties.RESPONSE_TOPIC;
import static dev.larder.hub.wire.Properties.TOPIC_ALIAS;

import dev.larder.hub.wire.Properties.Binary;
import dev.larder.hub.wire.Properties.Numeric;
import dev.larder.hub.wire.Properties.Property;
import dev.larder.hub.wire.Properties.Text;
import dev.larder.hub.wire.Properties.User;
import java.util.ArrayList;
import java.util.Arrays;

/** Reads properties and checks each one, and that it may stand where it does (MQTT 5, 2.2.2). */
final class PropertiesReader {
  private static final String[] NAMES = new String[Long.SIZE];

  static {
    Arrays.setAll(NAMES, id -> "property " + id);
  }

  private PropertiesReader() {}

  /** Properties with their length. */
  static Properties read(Cursor packet, PropertyPlace place) throws MalformedPacketException {
    int length = packet.variable("property length");
    return length == 0 ? Properties.NONE : block(packet.part(length, "properties"), place);
  }

  /** All that is left, as properties. */
  static Properties block(Cursor block, PropertyPlace place) throws MalformedPacketException {
    var all = new ArrayList<Property>();
    long seen = 0;
    while (block.remaining() > 0) {
      int id = block.variable("property id");
      if (!place.allows(id)) {
        throw malformed(
            "property " + id + " is unknown or not for " + place + " (MQTT 5, 2.2.2.2)");
      }
      if (((seen >> id) & 1) != 0 && !place.repeats(id)) {
        throw protocolError(named(id) + " comes twice in " + place);
      }
      seen |= 1L << id;
      all.add(property(id, block));
    }
    if (((seen >> AUTHENTICATION_DATA) & 1) != 0 && ((seen >> AUTHENTICATION_METHOD) & 1) == 0) {
      throw protocolError("authentication data has no method (MQTT 5, 3.1.2.11.10)");
    }
    return Properties.of(all);
  }

  private static Property property(int id, Cursor block) throws MalformedPacketException {
    var kind = PropertyKind.of(id);
    return switch (kind) {
      case FLAG -> number(id, block.octet(named(id)), kind);
      case TWO_BYTES -> number(id, block.twoBytes(named(id)), kind);
      case FOUR_BYTES -> number(id, block.fourBytes(named(id)), kind);
      case VARIABLE -> number(id, block.variable(named(id)), kind);
      case TEXT -> text(id, block.text(named(id)));
      case BINARY -> new Binary(id, block.binary(named(id)));
      case PAIR -> new User(block.text("user property's name"), block.text("user property"));
    };
  }

  private static Property number(int id, long value, PropertyKind kind)
      throws MalformedPacketException {
    if (value < PropertyKind.minimum(id) || value > kind.maximum()) {
      // [MQTT-3.3.2-8] and (MQTT 5, 3.3.2.3.4) for the alias; the others say so where they stand.
      throw new MalformedPacketException(
          id == TOPIC_ALIAS ? Reason.TOPIC_ALIAS_INVALID : Reason.PROTOCOL_ERROR,
          named(id) + " must not be " + value);
    }
    return new Numeric(id, value);
  }

  private static Property text(int id, String value) throws MalformedPacketException {
    if (id == RESPONSE_TOPIC && (value.isEmpty() || TopicCache.hasWildcard(value))) {
      throw protocolError("response topic is empty or has a wildcard [MQTT-3.3.2-14, 4.7.3-1]");
    }
    return new Text(id, value);
  }

  private static String named(int id) {
    return NAMES[id];
  }
}
