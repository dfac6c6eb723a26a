package dev.larder.cloud.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HeldRequestsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"wait=20|20", "respond-async, wait=5|5", "wait=3600|60", "wait=x|0", "await=7|0"})
  void theWaitIsWhatTheNodePrefersButBounded(String prefer, long seconds) {
    assertThat(HeldRequests.patience(Optional.of(prefer))).isEqualTo(Duration.ofSeconds(seconds));
  }
}
