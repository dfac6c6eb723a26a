package dev.larder.agent.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.common.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PullProgressTest {
  private final PullProgress progress = new PullProgress();

  private int take(String layer, String status, long current, long total) {
    var line = Json.object().put("status", status).put("id", layer);
    line.putObject("progressDetail").put("current", current).put("total", total);
    progress.take(line);
    return progress.percent();
  }

  private int take(String layer, String status) {
    progress.take(Json.object().put("status", status).put("id", layer));
    return progress.percent();
  }

  @Test
  void weighsLayersByTheirBytes() {
    assertThat(take("a", "Downloading", 0, 900)).isZero();
    assertThat(take("b", "Downloading", 0, 100)).isZero();
    // Four fifths are for fetching.
    assertThat(take("a", "Downloading", 450, 900)).isEqualTo(36);
    assertThat(take("b", "Downloading", 100, 100)).isEqualTo(44);
    assertThat(take("a", "Download complete")).isEqualTo(80);
    assertThat(take("a", "Extracting", 900, 900)).isEqualTo(98);
    assertThat(take("b", "Pull complete")).isEqualTo(99);
  }

  @Test
  void aLayerOfUnknownSizeCountsAsTheMeanOfTheOthers() {
    take("a", "Pulling fs layer");
    take("b", "Pulling fs layer");
    assertThat(take("a", "Downloading", 100, 100)).isEqualTo(40);
    assertThat(take("b", "Already exists")).isEqualTo(80);
  }

  @Test
  void aLayerThatBeginsAnewTakesNothingBack() {
    assertThat(take("a", "Downloading", 50, 100)).isEqualTo(40);
    take("a", "Retrying in 5 seconds");
    assertThat(take("a", "Downloading", 1, 100)).isEqualTo(40);
  }

  @Test
  void aLayerThatCameBeforeItsSizeWasToldCountsNothing() {
    take("a", "Pulling fs layer");
    take("b", "Pulling fs layer");
    assertThat(take("b", "Downloading", 50, 100)).isEqualTo(20);
    take("a", "Download complete");
    assertThat(take("a", "Pull complete")).isEqualTo(40);
  }

  @Test
  void neverGoesDownAndNeverSaysTheWholeWhateverTheLines() {
    var statuses =
        List.of(
            "Pulling fs layer",
            "Waiting",
            "Downloading",
            "Verifying Checksum",
            "Download complete",
            "Extracting",
            "Pull complete",
            "Already exists",
            "Retrying in 1 second");
    for (long seed = 1; seed <= 500; seed++) {
      var random = new Random(seed);
      var one = new PullProgress();
      var told = new ArrayList<Integer>();
      for (int i = 0; i < 200; i++) {
        var line =
            Json.object()
                .put("status", statuses.get(random.nextInt(statuses.size())))
                .put("id", "layer" + random.nextInt(6));
        line.putObject("progressDetail")
            .put("current", random.nextLong(-5, 1000))
            .put("total", random.nextLong(-5, 1000));
        one.take(line);
        told.add(one.percent());
      }
      assertThat(told).as("seed " + seed).isSorted().allMatch(percent -> percent < 100);
      assertThat(told.getLast()).as("seed " + seed).isPositive();
    }
  }
}
