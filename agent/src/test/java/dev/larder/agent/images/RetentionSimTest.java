package dev.larder.agent.images;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.agent.plan.Container;
import dev.larder.agent.plan.HealthState;
import dev.larder.agent.plan.Phase;
import dev.larder.agent.plan.Slot;
import dev.larder.common.id.ModuleId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/**
 * Thousands of lives of a node beside foreign images and another node on one engine: manifests that
 * change, updates that turn out bad, restarts of the agent, full disks, refusals, a clock that
 * jumps.
 */
class RetentionSimTest {
  private static final int LIVES = 2000;
  private static final int TURNS = 120;
  private static final List<ModuleId> MODULES =
      List.of(ModuleId.AGENT, ModuleId.HUB, ModuleId.CACHE, ModuleId.of("press"));
  private static final List<HealthState> HEALTH = List.of(HealthState.values());

  @Test
  void removesNothingThatIsNeededOrForeignAndInTheEndAllThatIsOld() {
    int removed = 0;
    int refused = 0;
    for (long seed = 1; seed <= LIVES; seed++) {
      var life = new Life(seed);
      life.live();
      removed += life.removed;
      refused += life.refused;
    }
    // The histories are of the kind that they are meant to be.
    assertThat(removed).isGreaterThan(LIVES * 5);
    assertThat(refused).isGreaterThan(LIVES / 10);
  }

  private static final class Life {
    private final String seed;
    private final RandomGenerator random;
    private final Duration unused;

    /** What the engine has: ids. */
    private final Set<String> engine = new HashSet<>();

    private final Set<String> foreign = new HashSet<>();

    /** Images that a container of somebody else holds. */
    private final Set<String> heldByOthers = new HashSet<>();

    private final Map<ModuleId, String> manifest = new HashMap<>();
    private final Map<ModuleId, Container> containers = new HashMap<>();

    /** What each module truly ran well: the newest last. */
    private final Map<ModuleId, List<String>> ranWell = new HashMap<>();

    private final Map<String, Instant> refusedAt = new HashMap<>();
    private ImageShelf shelf = ImageShelf.EMPTY;
    private ImageShelf written = ImageShelf.EMPTY;
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private double freeShare = 0.5;
    private int releases;
    private int removed;
    private int refused;

    Life(long seed) {
      this.seed = "seed " + seed;
      random = new Random(seed);
      unused = Duration.ofDays(random.nextInt(10));
      for (int i = 0; i < 5; i++) {
        foreign.add("foreign" + i);
      }
      engine.addAll(foreign);
    }

    void live() {
      for (int i = 0; i < TURNS; i++) {
        happen();
        look(0.1);
        if (random.nextInt(40) == 0) {
          lookAhead();
        }
        now = now.plus(Duration.ofMinutes(random.nextInt(24 * 60)));
      }
      settle();
    }

    /** The clock is ahead, by years even, and is set back. */
    private void lookAhead() {
      var before = now;
      now = now.plus(Duration.ofDays(random.nextInt(1000)));
      look(0.5);
      now = before;
      look(0.1);
    }

    private void happen() {
      if (random.nextInt(4) == 0) {
        deploy(MODULES.get(random.nextInt(MODULES.size())));
      }
      if (random.nextInt(30) == 0) {
        var module = MODULES.get(random.nextInt(MODULES.size()));
        manifest.remove(module);
        containers.remove(module);
      }
      if (random.nextInt(20) == 0) {
        // Killed and started: it goes on from what is on disk.
        shelf = written;
      }
      if (random.nextInt(10) == 0) {
        freeShare = random.nextDouble();
      }
      if (random.nextInt(6) == 0 && !heldByOthers.removeIf(_ -> random.nextBoolean())) {
        heldByOthers.addAll(engine);
        heldByOthers.removeIf(_ -> random.nextInt(4) > 0);
      }
    }

    /** A release: now and then an earlier one, or somebody's image under another name. */
    private void deploy(ModuleId module) {
      var image =
          switch (random.nextInt(6)) {
            case 0 -> module + "-" + random.nextInt(releases + 1);
            case 1 -> "foreign" + random.nextInt(5);
            default -> module + "-" + releases++;
          };
      var wasThere = !engine.add(image);
      if (!wasThere || random.nextBoolean()) {
        shelf = shelf.pulled("registry/" + image, image, wasThere, now);
        refusedAt.remove(image);
        keep();
      }
      manifest.put(module, image);
      var health = HEALTH.get(random.nextInt(HEALTH.size()));
      if (random.nextInt(8) > 0) {
        containers.put(
            module,
            ImageShelfTest.container(
                module,
                Slot.CURRENT,
                image,
                random.nextInt(6) > 0 ? Phase.RUNNING : Phase.ENDED,
                health,
                now));
      }
    }

    private void look(double refusing) {
      refusedAt.replaceAll((_, at) -> at.isAfter(now) ? now : at);
      var used = new HashSet<>(heldByOthers);
      used.addAll(manifest.values());
      containers.values().forEach(container -> used.add(container.imageId()));
      used.retainAll(engine);
      shelf = shelf.seen(used, containers.values(), manifest.keySet(), now);
      remember();
      keep();
      var due = due(used);
      while (!due.isEmpty()) {
        remove(due.getFirst(), used, refusing);
        due = due(used);
      }
    }

    private void keep() {
      if (shelf.isNews(written)) {
        written = shelf;
      }
    }

    private List<PulledImage> due(Set<String> used) {
      return Retention.of(shelf.images(), used, shelf.good(), freeShare, unused, now);
    }

    private void remember() {
      ranWell.keySet().removeIf(id -> !manifest.containsKey(id) && !containers.containsKey(id));
      containers.forEach((module, container) -> {
        var isLong = !container.startedAt().orElseThrow().isAfter(now.minusSeconds(600));
        var isWell =
            container.phase() == Phase.RUNNING
                && (container.health() == HealthState.HEALTHY
                    || (container.health() == HealthState.NONE && isLong));
        var ran = ranWell.computeIfAbsent(module, _ -> new ArrayList<>());
        if (isWell && (ran.isEmpty() || !ran.getLast().equals(container.imageId()))) {
          ran.add(container.imageId());
        }
      });
    }

    private void remove(PulledImage image, Set<String> used, double refusing) {
      var id = image.id();
      assertThat(foreign).as(seed).doesNotContain(id);
      assertThat(used).as(seed).doesNotContain(id);
      for (var ran : ranWell.values()) {
        var lastGood = ran.subList(Math.max(0, ran.size() - 2), ran.size());
        assertThat(lastGood).as(seed + ": last good ones").doesNotContain(id);
      }
      var before = refusedAt.get(id);
      assertThat(before == null || !before.plus(Retention.REFUSAL).isAfter(now))
          .as(seed + ": asked again within a day")
          .isTrue();
      var age = Duration.between(image.lastUsedAt(), now);
      assertThat(freeShare < Retention.LEAST_FREE || age.compareTo(unused) >= 0)
          .as(seed + ": went early")
          .isTrue();
      if (random.nextDouble() < refusing) {
        refused++;
        refusedAt.put(id, now);
        shelf = shelf.refused(id, now);
      } else {
        removed++;
        engine.remove(id);
        refusedAt.remove(id);
        shelf = shelf.without(id);
      }
      keep();
    }

    /** Nothing changes any more: what is left is what somebody needs, or what nobody pulled. */
    private void settle() {
      heldByOthers.clear();
      freeShare = 0.5;
      look(0);
      now = now.plus(unused).plus(Retention.REFUSAL);
      look(0);
      var needed = new HashSet<>(foreign);
      needed.addAll(manifest.values());
      containers.values().forEach(container -> needed.add(container.imageId()));
      needed.addAll(shelf.good());
      assertThat(needed).as(seed).containsAll(engine);
      assertThat(engine).as(seed).containsAll(manifest.values()).containsAll(foreign);
    }
  }
}
