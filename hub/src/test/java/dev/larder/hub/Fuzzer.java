package dev.larder.hub;

import dev.larder.hub.message.Payload;
import dev.larder.hub.wire.Encoder;
import dev.larder.hub.wire.Packet;
import dev.larder.hub.wire.Properties;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** Makes what a client might send: sound packets, such with a wound, and bytes that are none. */
final class Fuzzer {
  private static final List<String> TOPICS =
      List.of("f", "f/a", "f/b/c", "f//", "/", "$x/f", "ü/f", "f/" + "x".repeat(300));
  private static final List<String> FILTERS =
      List.of("f", "f/#", "+/a", "f/+/c", "$share/g/f/#", "$share/h/f", "f/#/x", "$share//f");

  private final Random random;

  Fuzzer(Random random) {
    this.random = random;
  }

  private <T> T any(List<T> all) {
    return all.get(random.nextInt(all.size()));
  }

  private static byte[] bytes(int level, Packet packet) {
    var out = Unpooled.buffer();
    Encoder.write(out, level, packet);
    return ByteBufUtil.getBytes(out);
  }

  /** A CONNECT that mostly is a sound one. */
  byte[] connect(int level) {
    var will =
        random.nextInt(4) > 0
            ? Optional.<Packet.Will>empty()
            : Optional.of(
                new Packet.Will(
                    any(TOPICS),
                    payload(),
                    random.nextInt(3),
                    random.nextInt(8) == 0,
                    Properties.NONE));
    var properties =
        level < 5 || random.nextBoolean()
            ? Properties.NONE
            : Properties.of(
                new Properties.Numeric(
                    Properties.SESSION_EXPIRY_INTERVAL, random.nextInt(3) * 1_000L),
                new Properties.Numeric(Properties.RECEIVE_MAXIMUM, 1 + random.nextInt(5)),
                new Properties.Numeric(Properties.MAXIMUM_PACKET_SIZE, 20 + random.nextInt(400)),
                new Properties.Numeric(Properties.TOPIC_ALIAS_MAXIMUM, random.nextInt(5)));
    var connect =
        new Packet.Connect(
            level,
            random.nextInt(3) > 0,
            random.nextInt(100),
            "fuzz-" + random.nextInt(20),
            will,
            Optional.empty(),
            Optional.empty(),
            properties);
    return wounded(bytes(level, connect), 10);
  }

  /** Anything that a client may send after it. */
  byte[] packet(int level) {
    if (random.nextInt(40) == 0) {
      return garbage(1 + random.nextInt(60));
    }
    return wounded(bytes(level, sound(level)), 12);
  }

  private Packet sound(int level) {
    int id = 1 + random.nextInt(12);
    int code = random.nextInt(6) == 0 ? 0x80 + random.nextInt(0x20) : 0;
    return switch (random.nextInt(14)) {
      case 0, 1, 2, 3, 4 -> publish(level, id);
      case 5, 6 -> new Packet.PubAck(id, code, Properties.NONE);
      case 7 -> new Packet.PubRec(id, code, Properties.NONE);
      case 8 -> new Packet.PubRel(id, code, Properties.NONE);
      case 9 -> new Packet.PubComp(id, code, Properties.NONE);
      case 10, 11 -> new Packet.Subscribe(id, List.of(wish(level), wish(level)), Properties.NONE);
      case 12 -> new Packet.Unsubscribe(id, List.of(any(FILTERS)), Properties.NONE);
      default ->
          random.nextInt(10) == 0
              ? new Packet.Disconnect(level < 5 ? 0 : code, Properties.NONE)
              : new Packet.PingReq();
    };
  }

  private Packet publish(int level, int id) {
    int qos = random.nextInt(3);
    boolean aliased = level == 5 && random.nextInt(3) == 0;
    var properties =
        aliased
            ? Properties.of(
                new Properties.Numeric(Properties.TOPIC_ALIAS, 1 + random.nextInt(3)),
                new Properties.Numeric(Properties.MESSAGE_EXPIRY_INTERVAL, random.nextInt(5)))
            : Properties.NONE;
    return new Packet.Publish(
        aliased && random.nextBoolean() ? "" : any(TOPICS),
        qos,
        random.nextInt(6) == 0,
        qos > 0 && random.nextBoolean(),
        qos == 0 ? 0 : id,
        payload(),
        properties);
  }

  private Packet.Wish wish(int level) {
    var filter = any(FILTERS);
    boolean five = level == 5;
    return new Packet.Wish(
        filter,
        random.nextInt(3),
        five && !filter.startsWith("$share/") && random.nextBoolean(),
        five && random.nextBoolean(),
        five ? random.nextInt(3) : 0);
  }

  private Payload payload() {
    return Payload.of(garbage(random.nextInt(20) == 0 ? 20_000 : random.nextInt(50)));
  }

  private byte[] garbage(int length) {
    var bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  /** One in some gets a wound. */
  private byte[] wounded(byte[] sound, int oneIn) {
    if (random.nextInt(oneIn) > 0) {
      return sound;
    }
    var bytes = sound.clone();
    int at = random.nextInt(bytes.length);
    return switch (random.nextInt(4)) {
      case 0 -> Arrays.copyOf(bytes, at);
      case 1 -> Arrays.copyOf(bytes, bytes.length + 1 + random.nextInt(5));
      case 2 -> {
        bytes[at] = (byte) random.nextInt(256);
        yield bytes;
      }
      default -> {
        bytes[at] ^= (byte) (1 << random.nextInt(8));
        yield bytes;
      }
    };
  }
}
