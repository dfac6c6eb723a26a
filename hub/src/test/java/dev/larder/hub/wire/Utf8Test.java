package dev.larder.hub.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.hub.Seeds;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Against the JDK's decoder, which is not what it is built on. */
final class Utf8Test {
  private static final int[] EDGES = {
    0x00, 0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC1, 0xC2, 0xDF, 0xE0, 0xE1, 0xEC,
    0xED, 0xEE, 0xEF, 0xF0, 0xF1, 0xF3, 0xF4, 0xF5, 0xFF
  };

  @Test
  void agreesWithTheJdkOnEveryEdge() {
    var bytes = new byte[4];
    for (int a : EDGES) {
      for (int b : EDGES) {
        for (int c : EDGES) {
          for (int d : EDGES) {
            bytes[0] = (byte) a;
            bytes[1] = (byte) b;
            bytes[2] = (byte) c;
            bytes[3] = (byte) d;
            check(bytes);
          }
        }
      }
    }
  }

  @Test
  void agreesWithTheJdkOnSequencesAmongAscii() {
    Seeds.run(
        20_000,
        random -> {
          var bytes = new byte[random.nextInt(40)];
          Arrays.fill(bytes, (byte) 'x');
          for (int i = 0; bytes.length > 0 && i < 6; i++) {
            bytes[random.nextInt(bytes.length)] = (byte) EDGES[random.nextInt(EDGES.length)];
          }
          check(bytes);
          check(new String(bytes, StandardCharsets.UTF_16).getBytes(StandardCharsets.UTF_8));
        });
  }

  @Test
  void aStringHasNoNul() {
    assertThat(Utf8.isValid(new byte[] {'a', 0, 'b'})).isTrue();
    assertThat(Utf8.isText(new byte[] {'a', 0, 'b'}, 0, 3)).isFalse();
    assertThat(Utf8.isText(new byte[] {'a', 0, 'b'}, 2, 3)).isTrue();
    assertThat(Utf8.isText(new byte[] {'a', (byte) 0xC3, (byte) 0xA9}, 0, 2)).isFalse();
  }

  private static void check(byte[] bytes) {
    // No assertThat, which is slow, for there are a few hundred thousand of them.
    if (Utf8.isValid(bytes) != isValidForTheJdk(bytes)) {
      throw new AssertionError(Bytes.hex(bytes) + " is UTF-8: " + !Utf8.isValid(bytes));
    }
  }

  private static boolean isValidForTheJdk(byte[] bytes) {
    try {
      StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .decode(ByteBuffer.wrap(bytes));
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }
}
