package dev.larder.hub.log;

import static dev.larder.hub.Messages.message;
import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.hub.message.Stored;
import java.nio.ByteBuffer;
import java.time.Instant;
import org.junit.jupiter.api.Test;

final class FrameTest {
  @Test
  void readsWhatItWrote() {
    var message = message("payload", Instant.parse("2026-01-02T03:04:05.678Z"));
    var frame = Frame.encode(42, message);
    var head = Frame.head(frame, 0).orElseThrow();
    assertThat(head.bytes()).isEqualTo(frame.capacity());
    assertThat(Frame.message(frame, 0, head)).isEqualTo(new Stored(42, message));
  }

  @Test
  void seesEveryFlippedBit() {
    var frame = Frame.encode(7, message("x"));
    for (int bit = 0; bit < frame.capacity() * 8; bit++) {
      var damaged = ByteBuffer.allocate(frame.capacity()).put(0, frame, 0, frame.capacity());
      damaged.put(bit / 8, (byte) (damaged.get(bit / 8) ^ (1 << (bit % 8))));
      assertThat(Frame.head(damaged, 0)).as("bit %d", bit).isEmpty();
    }
  }

  @Test
  void seesEveryCut() {
    var frame = Frame.encode(7, message("x"));
    for (int length = 0; length < frame.capacity(); length++) {
      assertThat(Frame.head(frame.duplicate().limit(length), 0)).as("length %d", length).isEmpty();
    }
  }

  @Test
  void zeroesAreNoFrame() {
    assertThat(Frame.head(ByteBuffer.allocate(4096), 0)).isEmpty();
  }
}
