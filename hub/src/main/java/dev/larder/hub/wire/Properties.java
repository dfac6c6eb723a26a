package dev.larder.hub.wire;

import dev.larder.hub.message.Payload;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A packet's properties (MQTT 5, 2.2.2). Not changed once built; {@link #NONE} for packets without
 * any, those of MQTT 3.1.1 among them.
 */
public final class Properties {
  public static final int PAYLOAD_FORMAT_INDICATOR = 0x01;
  public static final int MESSAGE_EXPIRY_INTERVAL = 0x02;
  public static final int CONTENT_TYPE = 0x03;
  public static final int RESPONSE_TOPIC = 0x08;
  public static final int CORRELATION_DATA = 0x09;
  public static final int SUBSCRIPTION_IDENTIFIER = 0x0B;
  public static final int SESSION_EXPIRY_INTERVAL = 0x11;
  public static final int ASSIGNED_CLIENT_IDENTIFIER = 0x12;
  public static final int SERVER_KEEP_ALIVE = 0x13;
  public static final int AUTHENTICATION_METHOD = 0x15;
  public static final int AUTHENTICATION_DATA = 0x16;
  public static final int REQUEST_PROBLEM_INFORMATION = 0x17;
  public static final int WILL_DELAY_INTERVAL = 0x18;
  public static final int REQUEST_RESPONSE_INFORMATION = 0x19;
  public static final int RESPONSE_INFORMATION = 0x1A;
  public static final int SERVER_REFERENCE = 0x1C;
  public static final int REASON_STRING = 0x1F;
  public static final int RECEIVE_MAXIMUM = 0x21;
  public static final int TOPIC_ALIAS_MAXIMUM = 0x22;
  public static final int TOPIC_ALIAS = 0x23;
  public static final int MAXIMUM_QOS = 0x24;
  public static final int RETAIN_AVAILABLE = 0x25;
  public static final int USER_PROPERTY = 0x26;
  public static final int MAXIMUM_PACKET_SIZE = 0x27;
  public static final int WILDCARD_SUBSCRIPTION_AVAILABLE = 0x28;
  public static final int SUBSCRIPTION_IDENTIFIER_AVAILABLE = 0x29;
  public static final int SHARED_SUBSCRIPTION_AVAILABLE = 0x2A;

  public static final Properties NONE = new Properties(List.of());

  /** One property: a number, a text, bytes, or a name with its text. */
  public sealed interface Property {
    int id();
  }

  /** A byte, two bytes, four bytes or a variable byte integer, by its id; unsigned. */
  public record Numeric(int id, long value) implements Property {}

  public record Text(int id, String value) implements Property {}

  public record Binary(int id, Payload value) implements Property {}

  /** A user property; the same name may come more than once, and order is kept. */
  public record User(String name, String value) implements Property {
    @Override
    public int id() {
      return USER_PROPERTY;
    }
  }

  private final List<Property> all;

  private Properties(List<Property> all) {
    this.all = all;
  }

  public static Properties of(List<Property> all) {
    return all.isEmpty() ? NONE : new Properties(List.copyOf(all));
  }

  public static Properties of(Property... all) {
    return of(List.of(all));
  }

  public boolean isEmpty() {
    return all.isEmpty();
  }

  public List<Property> all() {
    return all;
  }

  /** The number under an id, or {@code otherwise} where there is none. */
  public long number(int id, long otherwise) {
    for (var property : all) {
      if (property instanceof Numeric(int its, long value) && its == id) {
        return value;
      }
    }
    return otherwise;
  }

  public boolean has(int id) {
    for (var property : all) {
      if (property.id() == id) {
        return true;
      }
    }
    return false;
  }

  public Optional<String> text(int id) {
    for (var property : all) {
      if (property instanceof Text(int its, var value) && its == id) {
        return Optional.of(value);
      }
    }
    return Optional.empty();
  }

  public Optional<Payload> binary(int id) {
    for (var property : all) {
      if (property instanceof Binary(int its, var value) && its == id) {
        return Optional.of(value);
      }
    }
    return Optional.empty();
  }

  public List<User> user() {
    return all.stream().filter(User.class::isInstance).map(User.class::cast).toList();
  }

  /** These and one more. */
  public Properties with(Property more) {
    var list = new ArrayList<>(all);
    list.add(more);
    return new Properties(List.copyOf(list));
  }

  /** These without those of an id. */
  public Properties without(int id) {
    return has(id) ? of(all.stream().filter(p -> p.id() != id).toList()) : this;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Properties that && all.equals(that.all);
  }

  @Override
  public int hashCode() {
    return all.hashCode();
  }

  @Override
  public String toString() {
    return all.toString();
  }
}
