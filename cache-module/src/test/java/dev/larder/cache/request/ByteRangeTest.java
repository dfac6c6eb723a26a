package dev.larder.cache.request;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.cache.request.ByteRange.Span;
import dev.larder.cache.request.ByteRange.Unsatisfiable;
import dev.larder.cache.request.ByteRange.Whole;
import java.util.List;
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
        "bytes=0-1,5-6",
        "bytes=6-5",
        "items=0-1",
        "bytes",
        "bytes=",
        "bytes=a-b",
        "bytes=--1"
      })
  void severalOrMalformedRangesStandForTheWhole(String header) {
    assertThat(ByteRange.parse(List.of(header))).isEqualTo(new Whole());
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
