package dev.larder.hub.measure;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class SampleTest {
  private final Sample sample = new Sample();

  @Test
  void followsOneThingAtATime() {
    var first = new Object();
    var second = new Object();
    sample.begin(first, 900, 1_000);
    sample.begin(second, 900, 1_001);
    sample.end(second, 1_002);
    assertThat(sample.taken().count()).isZero();
    sample.end(first, 1_040);
    assertThat(sample.taken().sum()).isEqualTo(40);
    assertThat(sample.since().sum()).isEqualTo(140);
    sample.end(first, 1_050);
    assertThat(sample.taken().count()).isEqualTo(1);
  }

  @Test
  void whatNeverEndsMakesRoomForOthers() {
    var lost = new Object();
    var next = new Object();
    sample.begin(lost, 0, 0);
    sample.begin(next, 300_000, 300_001);
    sample.end(lost, 300_002);
    sample.end(next, 300_005);
    assertThat(sample.taken().sum()).isEqualTo(4);
    assertThat(sample.since().sum()).isEqualTo(5);
  }

  @Test
  void aClockThatIsSetBackMakesNoNegativeTimes() {
    var thing = new Object();
    sample.begin(thing, 5_000, 5_000);
    sample.end(thing, 1_000);
    assertThat(sample.taken().counts().getFirst()).isEqualTo(1);
    assertThat(sample.taken().sum()).isZero();
  }

  @Test
  void whatIsForgottenDoesNotCount() {
    var thing = new Object();
    sample.begin(thing, 0, 0);
    sample.forget();
    sample.end(thing, 10);
    assertThat(sample.taken().count()).isZero();
  }
}
