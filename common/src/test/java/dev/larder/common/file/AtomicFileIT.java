package dev.larder.common.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFileIT {
  @TempDir Path folder;

  @Test
  void replacesTheWholeFileAndLeavesNothingElse() throws IOException {
    var target = folder.resolve("made").resolve("secret");
    AtomicFile.write(target, new byte[] {1, 2, 3}, "rw-------");
    AtomicFile.write(target, new byte[] {4}, "r--r-----");
    assertThat(target).hasBinaryContent(new byte[] {4});
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(target)))
        .isEqualTo("r--r-----");
    try (var files = Files.list(target.getParent())) {
      assertThat(files).containsExactly(target);
    }
  }

  @Test
  void aTargetThatCannotBeReplacedStaysAsItIs() throws IOException {
    var target = folder.resolve("taken");
    Files.createDirectories(target.resolve("inner"));
    assertThatThrownBy(() -> AtomicFile.write(target, new byte[1], "rw-------"))
        .isInstanceOf(IOException.class);
    assertThat(target.resolve("inner")).isDirectory();
    try (var files = Files.list(folder)) {
      assertThat(files).containsExactly(target);
    }
  }
}
