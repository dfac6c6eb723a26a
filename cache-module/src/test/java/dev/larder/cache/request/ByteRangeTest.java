package dev.larder.cache.request;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.cache.request.ByteRange.Parts;
import dev.larder.cache.request.ByteRange.Span;
import dev.larder.cache.request.ByteRange.Unsatisfiable;
import dev.larder.cache.request.ByteRange.Whole;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.StringJoiner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ByteRangeTest {
  @ParameterizedTest
  @CsvSource({
    "bytes=0-0,0,1",
    "bytes=0-99,0,100",
    "bytes=10-,10,100",
    "bytes=-1,99,100",
    "bytes=-1000,0,100",
    "bytes=50-1000,50,100",
    "BYTES=5-6,5,7",
    "bytes=99-99999999999999999999999999,99,100"
  })
  void oneRangeIsASpan(String header, long start, long end) {
    assertThat(ByteRange.parse(List.of(header)).resolve(100)).isEqualTo(new Span(start, end, true));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"bytes=100-", "bytes=100-200", "bytes=-0", "bytes=99999999999999999999999999-"})
  void aRangeWithoutAByteIsUnsatisfiable(String header) {
    assertThat(ByteRange.parse(List.of(header)).resolve(100)).isEqualTo(new Unsatisfiable());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "bytes=6-5",
        "bytes=0-1,6-5",
        "bytes=0-1,x",
        "bytes=,",
        "items=0-1",
        "bytes",
        "bytes=",
        "bytes=a-b",
        "bytes=--1"
      })
  void malformedRangesStandForTheWhole(String header) {
    assertThat(ByteRange.parse(List.of(header))).isEqualTo(new Whole());
  }

  private static Parts parts(long... bounds) {
    var spans = new ArrayList<Span>();
    for (int i = 0; i < bounds.length; i += 2) {
      spans.add(new Span(bounds[i], bounds[i + 1], true));
    }
    return new Parts(spans);
  }

  private static ByteRange.Resolved resolve(String header) {
    return ByteRange.parse(List.of(header)).resolve(100);
  }

  @Test
  void severalRangesAreSentInTheirOrderAndThoseThatTouchAsOne() {
    assertThat(resolve("bytes=0-1,5-6")).isEqualTo(parts(0, 2, 5, 7));
    assertThat(resolve("bytes= 50-59 , 0-9,-10")).isEqualTo(parts(50, 60, 0, 10, 90, 100));
    assertThat(resolve("bytes=0-9,20-29,10-19")).isEqualTo(new Span(0, 30, true));
    assertThat(resolve("bytes=80-89,0-9,40-49,5-45")).isEqualTo(parts(80, 90, 0, 50));
    assertThat(resolve("bytes=0-4,200-,-0")).isEqualTo(new Span(0, 5, true));
    assertThat(resolve("bytes=100-,200-300")).isEqualTo(new Unsatisfiable());
  }

  @Test
  void tooManyRangesStandForTheWhole() {
    var most = "bytes=" + ranges(ByteRange.MOST_RANGES);

    assertThat(ByteRange.parse(List.of(most)).resolve(1_000))
        .isInstanceOfSatisfying(Parts.class, all -> assertThat(all.spans()).hasSize(64));
    assertThat(ByteRange.parse(List.of("bytes=" + ranges(ByteRange.MOST_RANGES + 1))))
        .isEqualTo(new Whole());
  }

  private static String ranges(int count) {
    var ranges = new StringJoiner(",");
    for (int i = 0; i < count; i++) {
      ranges.add(2 * i + "-" + 2 * i);
    }
    return ranges.toString();
  }

  @Test
  void anyHeaderIsReadAndHoldsJustTheBytesItNames() {
    long seed = 20261127;
    var random = new Random(seed);
    for (int i = 0; i < 50_000; i++) {
      int length = random.nextInt(60);
      var asked = new BitSet();
      var header = new StringJoiner(",", "bytes=", "");
      for (int n = 1 + random.nextInt(6); n > 0; n--) {
        int first = random.nextInt(70);
        int last = first + random.nextInt(12);
        switch (random.nextInt(3)) {
          case 0 -> {
            header.add(first + "-" + last);
            asked.set(first, last + 1);
          }
          case 1 -> {
            header.add(first + "-");
            asked.set(first, 100);
          }
          default -> {
            header.add("-" + last);
            asked.set(Math.max(0, length - last), length);
          }
        }
      }
      asked.clear(length, 200);
      assertThat(bytes(ByteRange.parse(List.of(header.toString())).resolve(length)))
          .as("seed %s header %s length %s", seed, header, length)
          .isEqualTo(asked);
    }
  }

  private static BitSet bytes(ByteRange.Resolved resolved) {
    var bytes = new BitSet();
    switch (resolved) {
      case Unsatisfiable _ -> {}
      case Span span -> bytes.set((int) span.start(), (int) span.end());
      case Parts parts ->
          parts
              .spans()
              .forEach(span -> {
                assertThat(
                        bytes
                            .get((int) Math.max(0, span.start() - 1), (int) span.end() + 1)
                            .isEmpty())
                    .isTrue();
                bytes.set((int) span.start(), (int) span.end());
              });
    }
    return bytes;
  }

  @Test
  void anyTextIsReadAsAHeader() {
    long seed = 20261128;
    var random = new Random(seed);
    var alphabet = "bytes=0123456789-, \t";
    for (int i = 0; i < 100_000; i++) {
      var header = new StringBuilder("bytes=");
      for (int n = random.nextInt(30); n > 0; n--) {
        header.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }
      var range = ByteRange.parse(List.of(header.toString()));
      assertThat(ByteRange.parse(range.header().stream().toList()))
          .as("seed %s header %s", seed, header)
          .isEqualTo(range);
    }
  }

  @Test
  void theLastOfRepeatedHeadersCounts() {
    assertThat(ByteRange.parse(List.of("bytes=0-1", "bytes=7-8")).resolve(100))
        .isEqualTo(new Span(7, 9, true));
  }

  @Test
  void ofAnEmptyObjectOnlyTheWholeCanBeHad() {
    assertThat(new Whole().resolve(0)).isEqualTo(new Span(0, 0, false));
    assertThat(ByteRange.parse(List.of("bytes=0-")).resolve(0)).isEqualTo(new Unsatisfiable());
    assertThat(ByteRange.parse(List.of("bytes=-5")).resolve(0)).isEqualTo(new Unsatisfiable());
  }
}
