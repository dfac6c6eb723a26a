package dev.larder.hub.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.hub.Seeds;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Bytes as a hostile peer sends them. */
final class DecoderFuzzSimTest {
  private static final int MUTATIONS = 150;

  @Test
  void everyPrefixOfAPacketAsksForMore() {
    Seeds.run(
        1_000,
        random -> {
          int level = random.nextInt(4, 6);
          var bytes = Bytes.of(level, new Packets(random, level).next());
          var decoder = Decoder.ofServer(level, Bytes.MAXIMUM, new TopicCache(8));
          for (int length = 0; length < Math.min(bytes.length, 2_000); length++) {
            // A buffer that has the rest behind its end, as one that is read into does.
            var in = Unpooled.wrappedBuffer(bytes).writerIndex(length);
            assertThat(attempt(decoder, in)).as("%d of %d bytes", length, bytes.length).isEmpty();
            assertThat(in.readerIndex()).isZero();
          }
          assertThat(attempt(decoder, Unpooled.wrappedBuffer(bytes))).hasSize(1);
        });
  }

  @Test
  void randomBytesAreRefusedOrRead() {
    Seeds.run(
        100_000,
        random -> {
          var bytes = new byte[random.nextInt(64)];
          random.nextBytes(bytes);
          if (bytes.length > 1 && random.nextBoolean()) {
            bytes[1] = (byte) (bytes.length - 2);
          }
          check(random, random.nextInt(4, 6), bytes);
        });
  }

  @Test
  void mutatedPacketsAreRefusedOrRead() {
    Seeds.run(
        1_500,
        random -> {
          int level = random.nextInt(4, 6);
          var valid = Bytes.of(level, new Packets(random, level).next());
          for (int i = 0; i < MUTATIONS; i++) {
            check(
                random, level, mutated(random, Arrays.copyOf(valid, Math.min(valid.length, 600))));
          }
        });
  }

  /** One to four bytes changed, put in or taken out, with the length mended now and then. */
  private static byte[] mutated(Random random, byte[] bytes) {
    var result = bytes;
    for (int i = random.nextInt(1, 5); i > 0 && result.length > 0; i--) {
      int at = random.nextInt(Math.min(result.length, random.nextBoolean() ? 24 : 600));
      result =
          switch (random.nextInt(4)) {
            case 0 -> joined(result, at, 1, new byte[0]);
            case 1 -> joined(result, at, 0, new byte[] {(byte) random.nextInt(256)});
            case 2 ->
                joined(result, at, 1, new byte[] {(byte) (result[at] ^ 1 << random.nextInt(8))});
            default -> joined(result, at, 1, new byte[] {(byte) random.nextInt(256)});
          };
    }
    if (result.length > 2 && result.length < 130 && random.nextBoolean()) {
      result[1] = (byte) (result.length - 2);
    }
    return result;
  }

  private static byte[] joined(byte[] bytes, int at, int without, byte[] with) {
    var out = Unpooled.buffer(bytes.length + 1);
    out.writeBytes(bytes, 0, at).writeBytes(with);
    out.writeBytes(bytes, at + without, bytes.length - at - without);
    return Bytes.taken(out);
  }

  private static void check(Random random, int level, byte[] bytes) {
    boolean server = random.nextBoolean();
    // Exactly as large as what it holds, so that a byte read beyond is an exception.
    ByteBuf exact =
        random.nextBoolean()
            ? Unpooled.wrappedBuffer(bytes)
            : Unpooled.directBuffer(Math.max(1, bytes.length), Math.max(1, bytes.length))
                .writeBytes(bytes);
    var packets = attempt(decoder(server, level), exact);
    assertThat(packets.size()).isLessThanOrEqualTo(bytes.length / 2);
    exact.release();
    // What follows a packet does not change what it says.
    var followed = Unpooled.wrappedBuffer(Arrays.copyOf(bytes, bytes.length + 40));
    followed.writerIndex(bytes.length);
    assertThat(attempt(decoder(server, level), followed)).isEqualTo(packets);
    for (var packet : packets) {
      if (level == 5 && !(packet instanceof Packet.Connect)) {
        assertThat(Bytes.decode(5, Bytes.of(5, packet))).isEqualTo(packet);
      }
    }
  }

  private static Decoder decoder(boolean ofServer, int level) {
    try {
      return ofServer
          ? Decoder.ofServer(level, Bytes.MAXIMUM, new TopicCache(8))
          : Bytes.decoderAt(level);
    } catch (MalformedPacketException e) {
      throw new AssertionError(e);
    }
  }

  /** The packets there are, up to what is refused. */
  private static List<Packet> attempt(Decoder decoder, ByteBuf in) {
    var packets = new ArrayList<Packet>();
    try {
      for (var next = decoder.decode(in); next != null; next = decoder.decode(in)) {
        packets.add(next);
      }
    } catch (MalformedPacketException e) {
      if (!e.reason().isFailure()) {
        throw new AssertionError("refused with " + e.reason(), e);
      }
    }
    return packets;
  }
}
