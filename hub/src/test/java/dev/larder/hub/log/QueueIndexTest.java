package dev.larder.hub.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class QueueIndexTest {
  private final QueueIndex index = new QueueIndex(List.of(), QueueIndex.State.NEW);

  private void append(int count, long atMillis) {
    for (int i = 0; i < count; i++) {
      index.appended(100, atMillis);
    }
  }

  @Test
  void dropsASegmentOnlyWhenAllOfItIsConsumed() {
    append(3, 0);
    index.roll();
    append(2, 0);
    assertThat(index.consume(3)).isEmpty();
    assertThat(index.consume(4)).extracting(Segment::first).containsExactly(1L);
    assertThat(index.waiting()).isEqualTo(2);
    assertThat(index.consume(6)).isEmpty();
    assertThat(index.next()).isEqualTo(6);
  }

  @Test
  void countsWhatExpiresOnce() {
    append(3, 10);
    index.roll();
    append(1, 20);
    index.roll();
    index.consume(2);
    index.passedOver(2);
    index.passedOver(2);
    assertThat(index.expire(11)).extracting(Segment::first).containsExactly(1L);
    assertThat(index.state()).isEqualTo(new QueueIndex.State(4, 2, 0, 0));
    assertThat(index.expire(11)).isEmpty();
    assertThat(index.expire(21)).extracting(Segment::first).containsExactly(4L);
    assertThat(index.state().expired()).isEqualTo(3);
  }

  @Test
  void countsWhatGivesWayToNewerOnes() {
    append(3, 10);
    index.roll();
    append(1, 20);
    index.consume(2);
    assertThat(index.evict()).extracting(Segment::first).containsExactly(1L);
    assertThat(index.state()).isEqualTo(new QueueIndex.State(4, 0, 2, 0));
  }

  @Test
  void countsWhatDamageTookFromAnOlderSegment() {
    var scans =
        List.of(
            new Segment.Scan(new Segment(1, 4, 308, 10), 50),
            new Segment.Scan(new Segment(9, 11, 208, 20), 0));
    var recovered = new QueueIndex(scans, new QueueIndex.State(2, 0, 0, 0));
    assertThat(recovered.state()).isEqualTo(new QueueIndex.State(2, 0, 0, 5));
    assertThat(recovered.next()).isEqualTo(11);
    assertThat(recovered.waiting()).isEqualTo(4);
  }

  @Test
  void neverUsesASequenceOfLostBytesAgain() {
    var scans = List.of(new Segment.Scan(new Segment(1, 4, 308, 10), 100));
    var recovered = new QueueIndex(scans, QueueIndex.State.NEW);
    assertThat(recovered.next()).isEqualTo(4 + 4);
    assertThat(recovered.active()).isEqualTo(Segment.empty(8));
  }

  @Test
  void goesOnBeyondAPositionThatIsAheadOfTheFiles() {
    var recovered = new QueueIndex(List.of(), new QueueIndex.State(50, 0, 0, 0));
    assertThat(recovered.next()).isEqualTo(50);
  }
}
