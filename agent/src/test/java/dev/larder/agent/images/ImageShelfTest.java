package dev.larder.agent.images;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.agent.plan.Container;
import dev.larder.agent.plan.HealthState;
import dev.larder.agent.plan.Phase;
import dev.larder.agent.plan.Slot;
import dev.larder.common.id.ModuleId;
import dev.larder.common.json.Json;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ImageShelfTest {
  private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");
  private static final Set<ModuleId> HUB = Set.of(ModuleId.HUB);

  static Container container(
      ModuleId module,
      Slot slot,
      String image,
      Phase phase,
      HealthState health,
      Instant startedAt) {
    return new Container(
        module + "-" + image,
        module,
        slot,
        "spec",
        phase,
        health,
        true,
        0,
        image,
        0,
        Optional.of(startedAt),
        Optional.empty());
  }

  private static Container hub(String image, HealthState health, Duration ago) {
    return container(ModuleId.HUB, Slot.CURRENT, image, Phase.RUNNING, health, NOW.minus(ago));
  }

  private static ImageShelf seen(ImageShelf shelf, Container... containers) {
    return shelf.seen(Set.of(), List.of(containers), HUB, NOW);
  }

  @Test
  void whatTheEngineHadBeforeIsNotTheAgents() {
    var shelf = ImageShelf.EMPTY.pulled("r/a:1", "x", true, NOW);
    assertThat(shelf).isEqualTo(ImageShelf.EMPTY);
    // But another name for one of its own is its too.
    shelf = shelf.pulled("r/a:1", "x", false, NOW).pulled("r/a:2", "x", true, NOW);
    assertThat(shelf.images())
        .containsExactly(new PulledImage("x", List.of("r/a:1", "r/a:2"), NOW, Optional.empty()));
  }

  @Test
  void aNameThatMovedToAnotherImageIsThatImagesAlone() {
    var shelf =
        ImageShelf.EMPTY
            .pulled("r/a:1", "x", false, NOW)
            .pulled("r/a:1", "y", false, NOW.plusSeconds(1));
    assertThat(shelf.images())
        .containsExactly(
            new PulledImage("y", List.of("r/a:1"), NOW.plusSeconds(1), Optional.empty()),
            new PulledImage("x", List.of(), NOW, Optional.empty()));
  }

  @Test
  void aHealthyRunOrALongOneMakesAnImageGood() {
    var shelf = seen(ImageShelf.EMPTY, hub("a", HealthState.HEALTHY, Duration.ZERO));
    assertThat(shelf.good()).containsExactly("a");
    shelf = seen(shelf, hub("b", HealthState.NONE, Duration.ofMinutes(9)));
    assertThat(shelf.good()).containsExactly("a");
    shelf = seen(shelf, hub("b", HealthState.NONE, Duration.ofMinutes(10)));
    assertThat(shelf.good()).containsExactlyInAnyOrder("a", "b");
  }

  @Test
  void anImageThatNeverBecameHealthyPushesNoGoodOneOut() {
    var shelf = seen(ImageShelf.EMPTY, hub("a", HealthState.HEALTHY, Duration.ZERO));
    for (var bad : List.of("b", "c", "d")) {
      shelf = seen(shelf, hub(bad, HealthState.UNHEALTHY, Duration.ofDays(1)));
      shelf = seen(shelf, hub(bad, HealthState.STARTING, Duration.ofDays(1)));
      shelf =
          seen(
              shelf,
              container(ModuleId.HUB, Slot.NEXT, bad, Phase.RUNNING, HealthState.HEALTHY, NOW),
              container(
                  ModuleId.HUB, Slot.CURRENT, bad, Phase.ENDED, HealthState.NONE, Instant.EPOCH));
    }
    assertThat(shelf.good()).containsExactly("a");
    shelf = seen(shelf, hub("e", HealthState.HEALTHY, Duration.ZERO));
    shelf = seen(shelf, hub("f", HealthState.HEALTHY, Duration.ZERO));
    assertThat(shelf.good()).containsExactlyInAnyOrder("e", "f");
  }

  @Test
  void whatAModuleRanIsForgottenWhenManifestAndContainersAreWithoutIt() {
    var shelf = seen(ImageShelf.EMPTY, hub("a", HealthState.HEALTHY, Duration.ZERO));
    var container = hub("a", HealthState.HEALTHY, Duration.ZERO);
    assertThat(shelf.seen(Set.of(), List.of(container), Set.of(), NOW).good()).hasSize(1);
    assertThat(shelf.seen(Set.of(), List.of(), HUB, NOW).good()).hasSize(1);
    assertThat(shelf.seen(Set.of(), List.of(), Set.of(), NOW).good()).isEmpty();
  }

  @Test
  void timesThatHaveNotComeAreMended() {
    var shelf = ImageShelf.EMPTY.pulled("r/a:1", "x", false, NOW.plusSeconds(86_400));
    shelf = shelf.refused("x", NOW.plusSeconds(86_400));
    assertThat(seen(shelf).images())
        .containsExactly(new PulledImage("x", List.of("r/a:1"), NOW, Optional.of(NOW)));
  }

  @Test
  void forgetsTheOneThatWasUnusedLongestWhenThereAreTooMany() {
    var shelf = ImageShelf.EMPTY;
    for (int i = 0; i <= ImageShelf.IMAGES_LIMIT; i++) {
      shelf = shelf.pulled("r/a:" + i, "x" + i, false, NOW.plusSeconds(i));
    }
    assertThat(shelf.images())
        .hasSize(ImageShelf.IMAGES_LIMIT)
        .extracting(PulledImage::id)
        .contains("x1")
        .doesNotContain("x0");
    for (int i = 0; i < 100; i++) {
      shelf = shelf.pulled("r/b:" + i, "x1", false, NOW.plusSeconds(1000));
    }
    assertThat(shelf.images().getFirst().references())
        .hasSize(PulledImage.REFERENCES_LIMIT)
        .endsWith("r/b:99");
  }

  @Test
  void isNewsWhenAnImageComesOrGoesOrWasUsedMuchLater() {
    var shelf = ImageShelf.EMPTY.pulled("r/a:1", "x", false, NOW);
    var used = Set.of("x");
    assertThat(shelf.isNews(ImageShelf.EMPTY)).isTrue();
    assertThat(shelf.seen(used, List.of(), HUB, NOW.plusSeconds(60)).isNews(shelf)).isFalse();
    assertThat(shelf.seen(used, List.of(), HUB, NOW.plusSeconds(21_600)).isNews(shelf)).isTrue();
    assertThat(shelf.refused("x", NOW).isNews(shelf)).isTrue();
    assertThat(shelf.without("x")).isEqualTo(ImageShelf.EMPTY);
    assertThat(seen(shelf, hub("x", HealthState.HEALTHY, Duration.ZERO)).isNews(shelf)).isTrue();
  }

  @Test
  void isReadAsItWasWritten() throws IOException {
    var shelf =
        new ImageShelf(
            List.of(
                new PulledImage("x", List.of("r/a:1"), NOW, Optional.of(NOW)),
                new PulledImage("y", List.of(), NOW, Optional.empty())),
            Map.of("edgeHub", new GoodImages("x", Optional.of("y"))),
            Set.of("r/a:2"));
    assertThat(Json.mapper().readValue(Json.writeBytes(shelf), ImageShelf.class)).isEqualTo(shelf);
    var before = "{\"images\": [], \"modules\": {}}";
    assertThat(Json.mapper().readValue(before, ImageShelf.class)).isEqualTo(ImageShelf.EMPTY);
  }

  @Test
  void aPullThatHasBegunIsNotedUntilItsEnd() {
    var begun = ImageShelf.EMPTY.begun("r/a:1");
    assertThat(begun.isNews(ImageShelf.EMPTY)).isTrue();
    assertThat(begun.left("r/a:1")).isEqualTo(ImageShelf.EMPTY);
    assertThat(begun.pulled("r/a:1", "x", true, NOW)).isEqualTo(ImageShelf.EMPTY);
    assertThat(begun.pulled("r/a:1", "x", false, NOW))
        .isEqualTo(ImageShelf.EMPTY.pulled("r/a:1", "x", false, NOW));
    assertThat(seen(begun).begun()).containsExactly("r/a:1");
  }
}
