package dev.larder.agent.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class LogFramesTest {
  private static byte[] frame(int stream, String text) {
    var bytes = text.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(8 + bytes.length)
        .put((byte) stream)
        .putInt(4, bytes.length)
        .put(8, bytes)
        .array();
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  @Test
  void stripsHeadersOfBothStreams() {
    var raw = new ByteArrayOutputStream();
    // Longer than 127 bytes, which is no UTF-8 in a header.
    var line = "ü".repeat(100) + "\n";
    raw.writeBytes(frame(1, line));
    raw.writeBytes(frame(2, ""));
    raw.writeBytes(frame(2, "two\n"));
    assertThat(text(LogFrames.strip(raw.toByteArray()))).isEqualTo(line + "two\n");
  }

  @Test
  void keepsWhatIsThereOfACutFrame() {
    var raw = frame(1, "cut short");
    assertThat(text(LogFrames.strip(Arrays.copyOf(raw, raw.length - 6)))).isEqualTo("cut");
    assertThat(LogFrames.strip(Arrays.copyOf(raw, 5))).isEmpty();
    assertThat(text(LogFrames.strip(ByteBuffer.wrap(raw).putInt(4, -1).array())))
        .isEqualTo("cut short");
  }

  @Test
  void labelsLinesAndJoinsThoseThatTheEngineBroke() {
    var raw = new ByteArrayOutputStream();
    raw.writeBytes(frame(1, "T1 one\n"));
    raw.writeBytes(frame(2, "T2 pass"));
    raw.writeBytes(frame(2, ""));
    raw.writeBytes(frame(2, "T3 word\n"));
    raw.writeBytes(frame(2, "T4 \n"));
    raw.writeBytes(frame(1, "T5 last"));
    assertThat(text(LogFrames.label(raw.toByteArray())))
        .isEqualTo("stdout T1 one\nstderr T2 password\nstderr T4 \nstdout T5 last");
    var cut = Arrays.copyOf(raw.toByteArray(), raw.size() - 3);
    assertThat(text(LogFrames.label(cut))).endsWith("stdout T5 l");
    assertThat(LogFrames.label(new byte[7])).isEmpty();
  }
}
