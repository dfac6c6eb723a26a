package dev.larder.hub.log;

import static dev.larder.hub.log.SmallLog.MAX_BYTES;
import static dev.larder.hub.log.SmallLog.NOW;
import static dev.larder.hub.log.SmallLog.SEGMENT_BYTES;
import static dev.larder.hub.log.SmallLog.bounds;
import static dev.larder.hub.log.SmallLog.message;
import static dev.larder.hub.log.SmallLog.waiting;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;

/** What a log takes while there is little room, and what gives way. */
final class LogRoomTest {
  private final SmallLog small = new SmallLog();

  @Test
  void dropsTheOldestOfTheLowestPriority() {
    var high = small.log().open("high", 0, true);
    var low = small.log().open("low", 9, true);
    small.append(message(400, 0), high);
    for (int i = 0; i < 300; i++) {
      small.append(message(400, 0), low);
      small.shell.write();
      small.shell.write();
      small.shell.write();
      small.shell.chore();
    }
    assertThat(waiting(high)).containsExactly(1L);
    assertThat(low.overQuota()).isPositive();
    assertThat(waiting(low)).doesNotContain(2L).isNotEmpty();
    assertThat(small.log().liveBytes()).isLessThanOrEqualTo(MAX_BYTES / 4 * 3);
    long lost = low.overQuota();
    small.restart();
    assertThat(small.log().find("low").orElseThrow().overQuota()).isEqualTo(lost);
  }

  @Test
  void nothingOfAHigherPriorityGivesWay() {
    var high = small.log().open("high", 0, true);
    for (int i = 0; i < 1_000 && high.overQuota() == 0; i++) {
      small.append(message(400, 0), high);
      small.settle();
    }
    long overQuota = high.overQuota();
    assertThat(overQuota).isPositive();
    var low = small.log().open("low", 9, true);
    boolean refused = false;
    for (int i = 0; i < 60; i++) {
      refused |= small.append(message(400, 0), low) == Log.NO_ROOM;
      small.settle();
    }
    assertThat(low.overQuota() > 0 || refused).isTrue();
    assertThat(high.overQuota()).isEqualTo(overQuota);
  }

  @Test
  void refusesWhenFullAndTakesAgainWhenConsumed() {
    small.log().configure(bounds(LogBounds.Overflow.REFUSE));
    var queue = small.log().open("q", 0, true);
    var taken = new ArrayList<Long>();
    for (long s = small.append(message(400, 0), queue);
        s >= 0;
        s = small.append(message(400, 0), queue)) {
      taken.add(s);
      small.settle();
    }
    assertThat(waiting(queue)).isEqualTo(taken);
    assertThat(queue.overQuota()).isZero();
    taken.subList(0, taken.size() / 2).forEach(queue::remove);
    small.settle();
    assertThat(small.append(message(400, 0), queue)).isPositive();
  }

  @Test
  void boundsThatLeaveNoRoomBesideTheSegmentsThereAreKeptAllTheSame() {
    var queue = small.log().open("q", 9, true);
    small.append(message(400, 0), queue);
    small.settle();
    var quarter =
        new LogBounds(MAX_BYTES / 4, LogBounds.Overflow.DROP_OLDEST, 10_000, 10_000, 1 << 10);
    small.log().configure(quarter);
    for (int i = 0; i < 300; i++) {
      for (int wait = 0; wait < 20 && small.log().isStrained(256, NOW); wait++) {
        small.settle();
      }
      assertThat(small.append(message(100, 0), queue)).as("message %d", i).isPositive();
    }
    small.settle();
    assertThat(queue.overQuota()).isPositive();
    assertThat(small.shell.disk.bytes()).isLessThanOrEqualTo(quarter.maxBytes());
  }

  @Test
  void whatRoomIsBeingMadeForIsStrainedAndWhatIsToBeRefusedIsNot() {
    small.log().configure(bounds(LogBounds.Overflow.REFUSE));
    var queue = small.log().open("q", 0, true);
    while (small.append(message(400, 0), queue) != Log.NO_ROOM) {
      assertThat(small.log().isStrained(1, NOW)).isFalse();
    }
    assertThat(small.log().isStrained(500, NOW)).isTrue();
    small.settle();
    assertThat(small.log().isStrained(500, NOW)).isFalse();
    while (small.append(message(400, 0), queue) != Log.NO_ROOM) {
      small.settle();
    }
    assertThat(small.log().isStrained(500, NOW)).isFalse();
  }

  @Test
  void aFullDiskRefusesMessagesAndLetsThemBeConsumed() {
    var queue = small.log().open("q", 0, true);
    small.shell.disk.full = true;
    int taken = 0;
    while (small.append(message(400, 0), queue) != Log.NO_ROOM) {
      taken++;
      small.settle();
    }
    assertThat(small.log().isFull()).isTrue();
    assertThat(taken).isPositive();
    assertThat(small.log().put("k", new byte[300])).isTrue();
    for (int i = 0; i < taken; i++) {
      queue.remove(queue.nextAfter(0));
      small.shell.settle(NOW + 100L * i);
    }
    small.restart();
    assertThat(waiting(small.log().find("q").orElseThrow())).isEmpty();
    assertThat(small.append(message(400, 0), small.log().open("q", 0, true))).isPositive();
  }

  @Test
  void namesWhatIsWrongWithBounds() {
    assertThatThrownBy(() -> new LogBounds(1_000_000, LogBounds.Overflow.REFUSE, 0, 1_000))
        .hasMessageContaining("maxBytes 1000000");
    assertThatThrownBy(() -> new LogBounds(1L << 40, LogBounds.Overflow.REFUSE, 0, 1, 5 << 20))
        .hasMessageContaining("segmentBytes");
    assertThat(new LogBounds(1L << 40, LogBounds.Overflow.REFUSE, 0, 1_000).segmentBytes())
        .isEqualTo((4 << 20));
  }

  @Test
  void refusesWhatNoSegmentHolds() {
    var queue = small.log().open("q", 0, true);
    assertThat(small.append(message(SEGMENT_BYTES / 4, 0), queue)).isEqualTo(Log.NO_ROOM);
    assertThat(small.log().put("k", new byte[SEGMENT_BYTES / 4])).isFalse();
    var recovery = new Recovery(bounds(LogBounds.Overflow.REFUSE));
    assertThatThrownBy(() -> recovery.add(1, ByteBuffer.allocate(5 << 20)))
        .hasMessageContaining("Segment 1");
  }
}
