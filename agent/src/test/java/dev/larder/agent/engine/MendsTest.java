package dev.larder.agent.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The engine's words are those of Docker 20.10 and 29. */
class MendsTest {
  private static String explain(String reason) {
    return Mends.explain(new EngineException(EngineException.CONFLICT, reason));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Get \"http://127.0.0.1:5000/v2/\": dial tcp 127.0.0.1:5000: connect: connection refused"
            + "|127.0.0.1:5000",
        "Get \"https://r.example/v2/\": dial tcp [2001:db8::9]:443: i/o timeout|[2001:db8::9]:443",
        "Get \"https://r.example/v2/\": dial tcp: lookup r.example on 192.0.2.53:53: no such host"
            + "|r.example"
      })
  void aRegistryThatIsAwayIsNamed(String reason, String registry) {
    assertThat(explain(reason))
        .startsWith("the registry cannot be reached at " + registry + ": see that it runs")
        .endsWith(reason);
  }

  @Test
  void aFullDiskOfTheEnginesIsToldOnceAndWithItsFolderIfThatIsKnown() {
    var reason = "write /blob: no space left on device";
    assertThat(explain(reason))
        .startsWith("the disk of the Docker engine, with its data folder, is full: free space")
        .endsWith(reason);
    var named = Mends.diskFull("/var/lib/docker", reason);
    assertThat(named).contains("with /var/lib/docker, is full");
    assertThat(explain(named)).isEqualTo(named);
  }

  @Test
  void aFullDiskOfTheNodesIsNamed() {
    assertThat(Mends.explain(new IOException("/data/agent/x: No space left on device")))
        .startsWith("the disk of the node's own files is full: free space on it")
        .endsWith("/data/agent/x: No space left on device");
    assertThat(Mends.explain(new IOException("Permission denied"))).contains("Permission denied");
  }

  @Test
  void whatHasNoMendIsLeftAsItIs() {
    assertThat(explain("manifest unknown")).isEqualTo("manifest unknown");
  }
}
