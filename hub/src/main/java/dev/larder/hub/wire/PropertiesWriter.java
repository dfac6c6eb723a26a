package dev.larder.hub.wire;

import dev.larder.hub.wire.Properties.Binary;
import dev.larder.hub.wire.Properties.Numeric;
import dev.larder.hub.wire.Properties.Property;
import dev.larder.hub.wire.Properties.Text;
import dev.larder.hub.wire.Properties.User;

/** Writes properties (MQTT 5, 2.2.2), in their order. */
final class PropertiesWriter {
  private PropertiesWriter() {}

  /** Properties without their length. */
  static byte[] bytes(Properties properties) {
    var out = new Sink();
    for (var property : properties.all()) {
      write(out, property);
    }
    return out.toBytes();
  }

  /** Properties with their length; nothing at a level that has none. */
  static void write(Sink out, int level, Properties properties) {
    if (level == 5) {
      var bytes = bytes(properties);
      out.variable(bytes.length).raw(bytes);
    }
  }

  private static void write(Sink out, Property property) {
    int id = property.id();
    var kind = PropertyKind.of(id);
    // Every id is below 128, so that a byte is the variable byte integer that it has to be.
    out.octet(id);
    switch (property) {
      case Numeric(_, long value) -> number(out, id, kind, value);
      case Text(_, var value) -> {
        require(kind == PropertyKind.TEXT, id, kind);
        out.text(value, "property " + id);
      }
      case Binary(_, var value) -> {
        require(kind == PropertyKind.BINARY, id, kind);
        out.binary(value.bytes(), "property " + id);
      }
      case User(var name, var value) ->
          out.text(name, "user property's name").text(value, "user property");
    }
  }

  private static void number(Sink out, int id, PropertyKind kind, long value) {
    if (value < PropertyKind.minimum(id) || value > kind.maximum()) {
      throw new IllegalArgumentException(
          "property %d is %d, give %d to %d"
              .formatted(id, value, PropertyKind.minimum(id), kind.maximum()));
    }
    switch (kind) {
      case FLAG -> out.octet((int) value);
      case TWO_BYTES -> out.twoBytes((int) value);
      case FOUR_BYTES -> out.fourBytes(value);
      case VARIABLE -> out.variable((int) value);
      case TEXT, BINARY, PAIR -> require(false, id, kind);
    }
  }

  private static void require(boolean fits, int id, PropertyKind kind) {
    if (!fits) {
      throw new IllegalArgumentException("property " + id + " is not of its kind, " + kind);
    }
  }
}
