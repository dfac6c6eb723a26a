package dev.larder.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Proof 7: {@code uninstall.sh} leaves nothing of Larder, and the cached content only if asked to
 * keep it.
 */
class UninstallST {
  private static final int SIZE = 3 << 20;

  @Test
  void leavesNothingButTheContentThatItWasAskedToKeep() throws Exception {
    try (var bed = Bed.deployed()) {
      var node = bed.node();
      bed.origin().make("kept.bin", SIZE, 1);
      assertThat(node.client().get("kept.bin", bed.origin()).statusCode()).isEqualTo(200);

      node.uninstall("keepcache=true").succeeded();
      assertNothingOf(bed);
      assertThat(node.drive().resolve("larder")).isDirectory();

      bed.images().tag("1.0.0");
      node.deploy().succeeded();
      var served = node.client().get("kept.bin", bed.origin());
      assertThat(served.statusCode()).isEqualTo(200);
      assertThat(bed.origin().count("kept.bin").bytes()).isEqualTo(SIZE);

      node.uninstall().succeeded();
      assertNothingOf(bed);
      try (var left = Files.list(node.drive())) {
        assertThat(left).isEmpty();
      }
      assertThat(node.uninstall().succeeded().output()).contains("nothing");
    }
  }

  private static void assertNothingOf(Bed bed) {
    var engine = Engine.client();
    assertThat(Engine.containers(bed.node().instance())).isEmpty();
    assertThat(
            engine
                .listNetworksCmd()
                .withFilter("label", List.of(Engine.INSTANCE + "=" + bed.node().instance()))
                .exec())
        .isEmpty();
    assertThat(
            engine
                .listVolumesCmd()
                .withFilter("label", List.of(Engine.INSTANCE + "=" + bed.node().instance()))
                .exec()
                .getVolumes())
        .isNullOrEmpty();
    assertThat(engine.listImagesCmd().exec())
        .noneMatch(image ->
            image.getRepoTags() != null
                && List.of(image.getRepoTags()).stream()
                    .anyMatch(tag -> tag.startsWith(bed.images().prefix())));
    assertThat(bed.node().dataFolder()).doesNotExist();
  }
}
