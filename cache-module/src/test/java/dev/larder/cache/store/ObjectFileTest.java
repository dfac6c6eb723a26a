package dev.larder.cache.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.cache.slice.ObjectMeta;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ObjectFileTest {
  private static final Instant MADE = Instant.parse("2026-11-23T10:00:00Z");
  private static final Instant VALIDATED = Instant.parse("2026-11-23T12:00:00Z");

  private static ObjectMeta meta(Instant receivedAt) {
    return new ObjectMeta(3 << 20, Map.of("etag", "\"a\""), receivedAt);
  }

  private static byte[] join(ByteBuffer... parts) {
    var file = new ByteArrayOutputStream();
    for (var part : parts) {
      file.writeBytes(bytes(part));
    }
    return file.toByteArray();
  }

  private static byte[] bytes(ByteBuffer buffer) {
    var bytes = new byte[buffer.limit()];
    buffer.get(0, bytes);
    return bytes;
  }

  @Test
  void theLastFrameCountsAndMarksStandBetween() {
    var file =
        join(
            ObjectFile.frame("g/a", meta(MADE)),
            ObjectFile.mark(0, 1 << 20, 17),
            ObjectFile.frame("g/a", meta(VALIDATED)),
            ObjectFile.mark(1, 1 << 20, 18),
            ObjectFile.mark(0, 0, 0));

    assertThat(ObjectFile.read(file))
        .contains(new ObjectFile.Content("g/a", meta(VALIDATED), Map.of(1, 18)));
  }

  @Test
  void whatIsTornIsPassedOverWhereverItStands() {
    var first = ObjectFile.frame("g/a", meta(MADE));
    var torn = bytes(ObjectFile.frame("g/a", meta(VALIDATED)));
    for (int length = 0; length < torn.length; length++) {
      var cut = ByteBuffer.wrap(Arrays.copyOf(torn, length));
      var file = join(first, ObjectFile.mark(2, 1 << 20, 5), cut, ObjectFile.mark(1, 1 << 20, 6));

      assertThat(ObjectFile.read(file))
          .as("torn after %s", length)
          .contains(new ObjectFile.Content("g/a", meta(MADE), Map.of(2, 5, 1, 6)));
    }
  }

  @Test
  void withoutAWholeFirstFrameThereIsNothing() {
    var frame = bytes(ObjectFile.frame("g/a", meta(MADE)));
    for (int length = 0; length < frame.length; length++) {
      assertThat(ObjectFile.read(Arrays.copyOf(frame, length))).isEmpty();
    }
  }
}
