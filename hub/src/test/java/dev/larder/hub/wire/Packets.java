package dev.larder.hub.wire;

import static dev.larder.hub.wire.Properties.*;

import dev.larder.hub.message.Payload;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/** Packets made by a seed, of every type and each as the standard allows it. */
final class Packets {
  private static final List<Integer> CONNECT_CODES = List.of(0, 0x80, 0x84, 0x87, 0x95, 0x9F);

  private static final List<Integer> UNSUBSCRIBE_CODES = List.of(0, 0x11, 0x80, 0x83, 0x87, 0x8F);

  private final Random random;
  private final int level;

  Packets(Random random, int level) {
    this.random = random;
    this.level = level;
  }

  Packet next() {
    return switch (random.nextInt(level == 5 ? 15 : 14)) {
      case 0 -> connect();
      case 1 -> new Packet.ConnAck(coin(), connectCode(), properties(PropertyPlace.CONNACK));
      case 2, 3 -> publish();
      case 4 -> new Packet.PubAck(id(), code(), properties(PropertyPlace.ACKNOWLEDGEMENT));
      case 5 -> new Packet.PubRec(id(), code(), properties(PropertyPlace.ACKNOWLEDGEMENT));
      case 6 -> new Packet.PubRel(id(), code(), properties(PropertyPlace.ACKNOWLEDGEMENT));
      case 7 -> new Packet.PubComp(id(), code(), properties(PropertyPlace.ACKNOWLEDGEMENT));
      case 8 -> new Packet.Subscribe(id(), some(this::wish), properties(PropertyPlace.SUBSCRIBE));
      case 9 ->
          new Packet.SubAck(
              id(), some(this::grantedCode), properties(PropertyPlace.ACKNOWLEDGEMENT));
      case 10 ->
          new Packet.Unsubscribe(
              id(), some(() -> text() + "/#"), properties(PropertyPlace.UNSUBSCRIBE));
      case 11 ->
          new Packet.UnsubAck(
              id(),
              level == 5 ? some(() -> one(UNSUBSCRIBE_CODES)) : List.of(),
              properties(PropertyPlace.ACKNOWLEDGEMENT));
      case 12 -> coin() ? new Packet.PingReq() : new Packet.PingResp();
      case 13 -> new Packet.Disconnect(code(), properties(PropertyPlace.DISCONNECT));
      default ->
          new Packet.Auth(
              0x18, properties(PropertyPlace.AUTH).with(new Text(AUTHENTICATION_METHOD, text())));
    };
  }

  private Packet connect() {
    var userName = coin() ? Optional.of(text()) : Optional.<String>empty();
    boolean password = coin() && (level == 5 || userName.isPresent());
    return new Packet.Connect(
        level,
        coin(),
        random.nextInt(65536),
        text(),
        coin()
            ? Optional.of(
                new Packet.Will(
                    topic(), payload(), random.nextInt(3), coin(), properties(PropertyPlace.WILL)))
            : Optional.empty(),
        userName,
        password ? Optional.of(payload()) : Optional.empty(),
        properties(PropertyPlace.CONNECT));
  }

  private Packet publish() {
    int qos = random.nextInt(3);
    var properties = properties(PropertyPlace.PUBLISH);
    return new Packet.Publish(
        properties.has(TOPIC_ALIAS) && coin() ? "" : topic(),
        qos,
        coin(),
        qos > 0 && coin(),
        qos > 0 ? id() : 0,
        payload(),
        properties);
  }

  private Packet.Wish wish() {
    boolean five = level == 5;
    return new Packet.Wish(
        text(), random.nextInt(3), five && coin(), five && coin(), five ? random.nextInt(3) : 0);
  }

  /** Some of those that may stand there, in any order but with a user property as the last. */
  private Properties properties(PropertyPlace place) {
    if (level < 5 || coin()) {
      return Properties.NONE;
    }
    var all = new ArrayList<Property>();
    for (int id = 0; id < Long.SIZE; id++) {
      // An AUTH's method is given to it where it is made, and data only goes with a method.
      boolean authentication = id == AUTHENTICATION_METHOD || id == AUTHENTICATION_DATA;
      if (place.allows(id) && coin() && !authentication) {
        all.add(property(id));
        if (place.repeats(id) && coin()) {
          all.add(property(id));
        }
      }
    }
    Collections.shuffle(all, random);
    all.add(new User(text(), text()));
    return Properties.of(all);
  }

  private Property property(int id) {
    var kind = PropertyKind.of(id);
    return switch (kind) {
      case FLAG, TWO_BYTES, FOUR_BYTES, VARIABLE ->
          new Numeric(id, coin() ? kind.maximum() : random.nextLong(1, kind.maximum() + 1));
      case TEXT -> new Text(id, id == RESPONSE_TOPIC ? topic() : text());
      case BINARY -> new Binary(id, payload());
      case PAIR -> new User(text(), text());
    };
  }

  private String topic() {
    return text() + "/" + text();
  }

  private String text() {
    int length = random.nextInt(20) == 0 ? random.nextInt(400) : random.nextInt(12);
    var text = new StringBuilder();
    for (int i = 0; i < length; i++) {
      text.appendCodePoint(
          switch (random.nextInt(8)) {
            case 0 -> random.nextInt(0x80, 0x800);
            case 1 -> random.nextInt(0x800, 0xD800);
            case 2 -> random.nextInt(0x10000, 0x110000);
            default -> random.nextInt('0', '{');
          });
    }
    return text.toString();
  }

  private Payload payload() {
    var bytes = new byte[random.nextInt(10) == 0 ? random.nextInt(20_000) : random.nextInt(100)];
    random.nextBytes(bytes);
    return Payload.of(bytes);
  }

  private int id() {
    return random.nextInt(1, 65536);
  }

  private int code() {
    return level < 5 || coin() ? 0 : random.nextInt(256);
  }

  private int connectCode() {
    return level < 5 ? random.nextInt(6) : one(CONNECT_CODES);
  }

  private int grantedCode() {
    return coin() ? 0x80 : random.nextInt(3);
  }

  private int one(List<Integer> codes) {
    return codes.get(random.nextInt(codes.size()));
  }

  private <T> List<T> some(Supplier<T> one) {
    return IntStream.rangeClosed(0, random.nextInt(4)).mapToObj(i -> one.get()).toList();
  }

  private boolean coin() {
    return random.nextBoolean();
  }

  /** Properties in the order of their ids, as far as order says nothing. */
  static Properties sorted(Properties properties) {
    return Properties.of(
        properties.all().stream().sorted(Comparator.comparingInt(Property::id)).toList());
  }
}
