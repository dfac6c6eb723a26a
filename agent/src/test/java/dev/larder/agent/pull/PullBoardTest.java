package dev.larder.agent.pull;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.agent.pull.PullState.Coming;
import dev.larder.agent.pull.PullState.Waiting;
import dev.larder.common.id.ModuleId;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PullBoardTest {
  private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");
  private static final ModuleId HUB = ModuleId.HUB;
  private static final ModuleId CACHE = ModuleId.CACHE;

  private final PullBoard board = new PullBoard();

  @Test
  void tellsOfAnAdvanceEveryFiveSecondsAtMost() {
    board.begin(HUB);
    assertThat(board.note(HUB, new Coming(1), NOW)).isTrue();
    assertThat(board.note(HUB, new Coming(2), NOW.plusSeconds(4))).isFalse();
    assertThat(board.told(NOW.plusSeconds(4))).isEqualTo(Map.of(HUB, new Coming(1)));
    assertThat(board.note(HUB, new Coming(3), NOW.plusSeconds(5))).isTrue();
    assertThat(board.told(NOW.plusSeconds(5))).isEqualTo(Map.of(HUB, new Coming(3)));
  }

  @Test
  void tellsOfWaitingAndOfItsEndAtOnce() {
    board.begin(HUB);
    board.begin(CACHE);
    assertThat(board.note(HUB, new Coming(1), NOW)).isTrue();
    assertThat(board.note(CACHE, new Waiting(), NOW)).isTrue();
    assertThat(board.note(CACHE, new Coming(0), NOW)).isTrue();
    board.end(CACHE);
    assertThat(board.told(NOW)).isEqualTo(Map.of(HUB, new Coming(1)));
  }

  @Test
  void aLookShowsAnAdvanceThatStoodStillSince() {
    board.begin(HUB);
    board.note(HUB, new Coming(1), NOW);
    board.note(HUB, new Coming(40), NOW.plusSeconds(1));
    assertThat(board.told(NOW.plusSeconds(60))).isEqualTo(Map.of(HUB, new Coming(40)));
  }

  @Test
  void aClockThatWasSetBackHoldsNothingUp() {
    board.begin(HUB);
    board.note(HUB, new Coming(1), NOW);
    assertThat(board.note(HUB, new Coming(2), NOW.minusSeconds(86_400))).isTrue();
  }

  @Test
  void whatIsToldOfAPullChangesSeldomWhateverHappens() {
    for (long seed = 1; seed <= 200; seed++) {
      var random = new Random(seed);
      var one = new PullBoard();
      var percent = new HashMap<>(Map.of(HUB, 0, CACHE, 0));
      percent.keySet().forEach(one::begin);
      var now = NOW;
      int changes = 0;
      var before = one.told(now);
      for (int i = 0; i < 300; i++) {
        now = now.plusMillis(random.nextInt(500));
        var module = List.of(HUB, CACHE).get(random.nextInt(2));
        var state =
            new Coming(percent.merge(module, random.nextInt(2), (a, b) -> Math.min(99, a + b)));
        one.note(module, state, now);
        var told = one.told(now);
        changes += told.equals(before) ? 0 : 1;
        before = told;
      }
      long most = (now.getEpochSecond() - NOW.getEpochSecond()) / PullBoard.PERIOD.toSeconds() + 2;
      assertThat((long) changes).as("seed " + seed).isBetween(most / 2, most);
    }
  }
}
