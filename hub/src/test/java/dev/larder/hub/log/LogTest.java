package dev.larder.hub.log;

import static dev.larder.hub.log.SmallLog.MAX_BYTES;
import static dev.larder.hub.log.SmallLog.NOW;
import static dev.larder.hub.log.SmallLog.SEGMENT_BYTES;
import static dev.larder.hub.log.SmallLog.bounds;
import static dev.larder.hub.log.SmallLog.message;
import static dev.larder.hub.log.SmallLog.waiting;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** What a log does, one thing at a time, on a disk that loses nothing. */
final class LogTest {
  private final SmallLog small = new SmallLog();

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void sequencesRiseByOneFromOne() {
    var queue = small.log().open("q", 0, true);
    assertThat(small.append(message(10, 0), queue)).isEqualTo(1);
    assertThat(small.append(message(10, 0))).isEqualTo(2);
    assertThat(small.append(message(10, 0), queue)).isEqualTo(3);
    assertThat(waiting(queue)).containsExactly(1L, 3L);
  }

  @Test
  void isOnDiskOnceTheBatchIsCommitted() {
    var log = small.log();
    long sequence = small.append(message(10, 0), log.open("q", 0, true));
    long mark = log.mark();
    assertThat(log.committedSequence()).isLessThan(sequence);
    var batch = log.take().orElseThrow();
    small.append(message(10, 0));
    log.committed(batch);
    assertThat(log.committedSequence()).isEqualTo(sequence);
    assertThat(log.committedMark()).isEqualTo(mark).isLessThan(log.mark());
  }

  @Test
  void consumesInAnyOrder() {
    var queue = small.log().open("q", 0, false);
    for (int i = 0; i < 5; i++) {
      small.append(message(10, 0), queue);
    }
    queue.remove(3);
    queue.remove(1);
    queue.remove(3);
    assertThat(waiting(queue)).containsExactly(2L, 4L, 5L);
    assertThat(queue.nextAfter(2)).isEqualTo(4);
    assertThat(queue.nextAfter(3)).isEqualTo(4);
    assertThat(queue.nextAfter(5)).isEqualTo(-1);
    assertThat(queue.holds(3)).isFalse();
    assertThatThrownBy(() -> queue.place(3)).hasMessageContaining("does not wait in q");
  }

  @Test
  void aMessageIsReadWhereItsPlaceSays() {
    var queue = small.log().open("q", 0, true);
    var message = message(100, 77);
    long sequence = small.append(message, queue);
    var place = queue.place(sequence);
    assertThat(small.log().onDisk(place)).isFalse();
    small.shell.settle(0);
    assertThat(small.log().onDisk(place)).isTrue();
    var part = small.shell.disk.view(place.segment()).slice(place.offset(), place.length());
    assertThat(LogFrame.message(part, 0, place)).contains(message);
    var elsewhere = new Place(place.segment() + 1, place.offset(), place.length());
    assertThat(LogFrame.message(part, 0, elsewhere)).isEmpty();
  }

  @Test
  void forgetsTheOldestMessagesInMemoryFirst() {
    var queue = small.log().open("q", 0, false);
    for (int i = 0; i < 30; i++) {
      small.append(message(400, 0), queue);
      small.settle();
    }
    assertThat(queue.message(1)).isNull();
    assertThat(queue.message(30)).isNotNull();
    queue.remember(1, message(400, 0));
    assertThat(queue.message(1)).isNotNull();
  }

  @Test
  void expiresAtTheHeadAtOnceAndElsewhereWithinAMinute() {
    var queue = small.log().open("q", 0, true);
    small.append(message(10, NOW + 10), queue);
    small.append(message(10, 0), queue);
    small.append(message(10, NOW + 10), queue);
    small.log().tick(NOW + 9);
    assertThat(waiting(queue)).containsExactly(1L, 2L, 3L);
    small.log().tick(NOW + 10);
    assertThat(waiting(queue)).containsExactly(2L, 3L);
    small.log().tick(NOW + 60_009);
    assertThat(waiting(queue)).containsExactly(2L);
    assertThat(queue.expired()).isEqualTo(2);
    small.restart();
    assertThat(small.log().find("q").orElseThrow().expired()).isEqualTo(2);
  }

  @Test
  void onlyDurableQueuesOutliveTheProcess() {
    var durable = small.log().open("durable", 3, true);
    var passing = small.log().open("passing", 3, false);
    small.append(message(10, 0), durable, passing);
    small.restart();
    assertThat(small.log().find("passing")).isEmpty();
    var found = small.log().find("durable").orElseThrow();
    assertThat(found.priority()).isEqualTo(3);
    assertThat(waiting(found)).containsExactly(1L);
  }

  @Test
  void aDroppedQueueStaysDroppedAndItsNameIsFree() {
    var first = small.log().open("q", 0, true);
    small.append(message(10, 0), first);
    small.log().drop(first);
    assertThatThrownBy(() -> small.append(message(10, 0), first))
        .hasMessageContaining("was dropped");
    small.restart();
    assertThat(small.log().find("q")).isEmpty();
    assertThat(waiting(small.log().open("q", 0, true))).isEmpty();
  }

  @Test
  void keepsTheLastValueOfAKey() {
    small.log().put("a", bytes("1"));
    small.log().put("b", bytes("1"));
    small.log().put("a", bytes("2"));
    small.log().put("c", bytes("3"));
    assertThat(small.log().remove("c")).isTrue();
    small.restart();
    assertThat(small.log().state()).containsOnlyKeys("a", "b");
    assertThat(small.log().state().get("a")).isEqualTo(bytes("2"));
  }

  @Test
  void whatIsRewrittenOverAndOverTakesLittleDisk() {
    var queue = small.log().open("q", 0, true);
    small.append(message(10, 0), queue);
    for (int i = 0; i < 2_000; i++) {
      assertThat(small.log().put("key" + i % 7, bytes("value " + i + "x".repeat(100)))).isTrue();
      assertThat(small.log().put("passing" + i, bytes("x"))).isTrue();
      assertThat(small.log().remove("passing" + i)).isTrue();
      for (int j = 0; j < 6; j++) {
        small.shell.write();
        small.shell.chore();
      }
      if (i % 50 == 0) {
        small.settle();
      }
    }
    assertThat(small.log().liveBytes()).isLessThan(2_000);
    small.settle();
    assertThat(small.log().bytes()).isLessThanOrEqualTo(MAX_BYTES / 2 + SEGMENT_BYTES);
    small.restart();
    assertThat(small.log().state()).hasSize(7);
    assertThat(waiting(small.log().find("q").orElseThrow())).containsExactly(1L);
  }

  @Test
  void damageInTheMiddleIsNotedAndTheRestIsKept() {
    var queue = small.log().open("q", 0, true);
    for (int i = 0; i < 40; i++) {
      small.append(message(400, 0), queue);
      small.settle();
    }
    var hit = queue.place(12);
    small.shell.disk.damage(hit.segment(), hit.offset() + 20);
    var recovery = new Recovery(bounds(LogBounds.Overflow.REFUSE));
    small.shell.disk.contents().forEach(recovery::add);
    var found = recovery.finish().find("q").orElseThrow();
    assertThat(recovery.damaged()).containsExactly(hit.segment());
    assertThat(waiting(found)).contains(1L, 11L, 40L).doesNotContain(12L);
    assertThat(found.size()).isGreaterThan(30);
  }
}
