package dev.larder.cache.slice;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The evictor over seeded traces and histories. */
class EvictionOrderSimTest {
  private static final long MIB = 1L << 20;
  private static final int STEPS = 20_000;

  @Test
  void updatesThatPassByOnceDoNotRuinTheHitRatio() {
    long seed = 1;
    long drive = 4_096 * MIB;
    var quiet = EvictionTrace.trace(seed, 0, 0);
    var scanned = EvictionTrace.trace(seed, 5_000, 2 * drive);
    var before = EvictionTrace.ours(quiet, drive);
    var after = EvictionTrace.ours(scanned, drive);
    var lru = EvictionTrace.lru(scanned, drive);

    assertThat(after.zipfRequests()).isGreaterThan(before.zipfRequests() - 0.02);
    assertThat(after.zipfBytes()).isGreaterThan(before.zipfBytes() - 0.02);
    assertThat(after.zipfRequests()).isGreaterThan(lru.zipfRequests() + 0.1);
    assertThat(after.zipfBytes()).isGreaterThan(lru.zipfBytes() + 0.1);
  }

  /** Rows come, grow, are used, pinned, busy and go; sums and choices agree with a plain model. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void sumsAgreeAndWhatMustStayStays(long seed) {
    var random = new Random(seed);
    var space = new DriveSpace(500 * MIB);
    Map<Integer, Long> rows = new HashMap<>();
    Set<Integer> busy = new HashSet<>();
    Set<Integer> pinned = new HashSet<>();
    for (int step = 0; step < STEPS; step++) {
      var key = KeyHash.of("o" + random.nextInt(3_000));
      int row = space.find(key);
      if (row == ObjectTable.NONE) {
        long bytes = random.nextLong(MIB);
        while (space.freeBytes() < bytes + EvictionOrder.OBJECT_BYTES
            && space.evictableBytes() > 0) {
          int victim = space.victim();
          assertThat(busy).as("seed %s", seed).doesNotContain(victim);
          assertThat(pinned).as("seed %s", seed).doesNotContain(victim);
          rows.remove(victim);
          space.remove(victim);
        }
        if (space.freeBytes() >= bytes + EvictionOrder.OBJECT_BYTES) {
          rows.put(space.add(key, step, bytes), bytes);
        }
        continue;
      }
      switch (random.nextInt(8)) {
        case 0 -> {
          boolean on = random.nextInt(4) == 0;
          space.setBusy(row, on);
          note(busy, row, on);
        }
        case 1 -> {
          boolean on = random.nextInt(4) == 0 && space.mayPin(MIB);
          space.setPinned(row, on);
          note(pinned, row, on);
        }
        case 2 -> {
          long less = random.nextLong(1 + rows.getOrDefault(row, 0L));
          space.grow(row, -less);
          rows.merge(row, -less, Long::sum);
        }
        default -> space.use(row);
      }
      space.takePending();
      long sum = rows.values().stream().mapToLong(b -> b + EvictionOrder.OBJECT_BYTES).sum();
      assertThat(space.usedBytes()).as("seed %s", seed).isEqualTo(sum);
      long free =
          rows.entrySet().stream()
              .filter(each -> !busy.contains(each.getKey()) && !pinned.contains(each.getKey()))
              .mapToLong(each -> each.getValue() + EvictionOrder.OBJECT_BYTES)
              .sum();
      assertThat(space.evictableBytes()).as("seed %s", seed).isEqualTo(free);
      assertThat(space.objects()).as("seed %s", seed).isEqualTo(rows.size());
    }
  }

  private static void note(Set<Integer> set, int row, boolean on) {
    if (on) {
      set.add(row);
    } else {
      set.remove(row);
    }
  }

  @Test
  void ghostsAreBoundedInNumberAndBytes() {
    var ghosts = new Ghosts();
    var random = new Random(1);
    for (int i = 0; i < 2_000_000; i++) {
      ghosts.add(random.nextLong(), 100, 20_000_000);
    }

    assertThat(ghosts.count()).isBetween(190_000, 200_000);
  }
}
