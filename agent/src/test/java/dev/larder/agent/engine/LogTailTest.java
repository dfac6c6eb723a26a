package dev.larder.agent.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class LogTailTest {
  private static final int LIMIT = 20_000;

  private final ByteArrayOutputStream sent = new ByteArrayOutputStream();

  private void send(int stream, String text) {
    var bytes = text.getBytes(StandardCharsets.UTF_8);
    sent.writeBytes(
        ByteBuffer.allocate(8 + bytes.length)
            .put((byte) stream)
            .putInt(4, bytes.length)
            .put(8, bytes)
            .array());
  }

  private LogEnd framed() throws IOException {
    return LogTail.framed(new ByteArrayInputStream(sent.toByteArray()), LIMIT);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  @Test
  void newestLinesAreKept() throws IOException {
    for (int i = 0; i < 10_000; i++) {
      send(1 + i % 2, "line " + i + "\n");
    }
    var end = framed();
    assertThat(end.isCut()).isTrue();
    assertThat(end.bytes()).hasSizeBetween(LIMIT - 100, LIMIT);
    assertThat(text(LogFrames.strip(end.bytes())))
        .startsWith("line ")
        .endsWith("line 9998\nline 9999\n")
        .doesNotContain("line 5000\n");
  }

  @Test
  void aLogWithinTheBoundIsWhole() throws IOException {
    send(1, "begun");
    send(2, "one\n");
    send(1, " and ended\n");
    var end = framed();
    assertThat(end.bytes()).isEqualTo(sent.toByteArray());
    assertThat(end.isCut()).isFalse();
  }

  /** Half a secret would not be known for one. */
  @Test
  void aLineWhoseBeginningIsGoneIsGone() throws IOException {
    send(1, "a secret that is cut in ");
    send(2, "other\n");
    send(2, "x".repeat(LIMIT - 60) + "\n");
    send(1, "two pieces\n");
    send(1, "next\n");
    assertThat(text(LogFrames.strip(framed().bytes())))
        .endsWith("xx\nnext\n")
        .doesNotContain("two");
    assertThat(framed().isCut()).isTrue();
  }

  @Test
  void aPieceThatIsCutShortIsKeptAsFarAsItGoes() throws IOException {
    send(1, "whole\n");
    send(1, "cut short");
    var bytes = sent.toByteArray();
    var in = new ByteArrayInputStream(bytes, 0, bytes.length - 5);
    assertThat(text(LogFrames.strip(LogTail.framed(in, LIMIT).bytes()))).isEqualTo("whole\ncut ");
  }

  @Test
  void aTerminalsLogIsCutAtALine() throws IOException {
    var log = new StringBuilder();
    for (int i = 0; i < 10_000; i++) {
      log.append("line ").append(i).append('\n');
    }
    var bytes = log.toString().getBytes(StandardCharsets.UTF_8);
    var end = LogTail.plain(new ByteArrayInputStream(bytes), LIMIT);
    assertThat(end.isCut()).isTrue();
    assertThat(text(end.bytes())).startsWith("line ").endsWith("line 9999\n");
    assertThat(end.bytes()).hasSizeLessThanOrEqualTo(LIMIT);
    var whole = LogTail.plain(new ByteArrayInputStream(bytes, 0, 100), LIMIT);
    assertThat(whole.bytes()).hasSize(100);
    assertThat(whole.isCut()).isFalse();
  }
}
