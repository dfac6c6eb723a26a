package dev.larder.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.common.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What larder-node.sh ends with, and what it says when it cannot run a command. */
class LarderNodeScriptIT {
  @TempDir private Path folder;
  private ScriptBed bed;

  @BeforeEach
  void node() throws IOException {
    bed = ScriptBed.in(folder);
    Files.createDirectory(bed.node());
    Files.writeString(bed.node().resolve(".larder-node"), "larder-agent:1");
  }

  @Test
  void engineThatDoesNotAnswerIsAFinding() throws Exception {
    bed.tell("broken", "version");
    var json = bed.operate("check", "--json");
    assertThat(json.exitCode()).isEqualTo(2);
    var report = Json.mapper().readTree(json.output());
    assertThat(report.path("result").asText()).isEqualTo("failure");
    assertThat(report.path("findings")).hasSize(1);
    assertThat(report.at("/findings/0/check").asText()).isEqualTo("engine");
    assertThat(report.at("/findings/0/mend").asText()).contains("systemctl start docker");
    var text = bed.operate("check");
    assertThat(text.exitCode()).isEqualTo(2);
    assertThat(text.output()).contains("failure  engine", "→", "1 failures");
    assertThat(bed.operate("list").output()).contains("ERROR: The Docker engine does not answer");
  }

  @Test
  void engineThatStartsNoContainerIsAFinding() throws Exception {
    bed.tell("ended", "125");
    var json = bed.operate("check", "--json");
    assertThat(json.exitCode()).isEqualTo(2);
    var finding = Json.mapper().readTree(json.output()).at("/findings/0");
    assertThat(finding.path("check").asText()).isEqualTo("engine");
    assertThat(finding.path("mend").asText()).contains("docker system df");
  }

  @Test
  void exitCodesAreThoseOfTheHelp() throws Exception {
    assertThat(bed.operate("list").exitCode()).isZero();
    bed.tell("ended", "64");
    assertThat(bed.operate("list", "--wrong").exitCode()).isEqualTo(64);
    var output = folder.resolve("bundle.tar.gz");
    assertThat(bed.operate("support-bundle", "--output", output.toString()).exitCode())
        .isEqualTo(64);
    assertThat(output).doesNotExist();
    bed.tell("ended", "125");
    assertThat(bed.operate("list").exitCode()).isEqualTo(2);
    bed.tell("ended", "1");
    assertThat(bed.operate("check", "--strict").exitCode()).isEqualTo(1);
    assertThat(bed.operate("check").exitCode()).isEqualTo(2);
    bed.tell("ended", "0");
    assertThat(bed.operate("support-bundle", "--output", output.toString()).exitCode()).isZero();
    assertThat(output).exists();
    assertThat(folder).isDirectoryNotContaining("glob:**bundle.tar.gz.*");
  }
}
