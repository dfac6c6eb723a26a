package dev.larder.agent.identity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.agent.TestCloud;
import dev.larder.agent.TestEnrolment;
import dev.larder.agent.node.NodeFiles;
import dev.larder.agent.trust.Pem;
import dev.larder.agent.workload.Workloads;
import dev.larder.common.id.ModuleId;
import dev.larder.common.identity.ModuleIdentity;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The hub's server certificate while a clock is wrong: this machine's, or once the cloud's. */
class HubCertificateIT {
  private final Instant now = Instant.now();

  @TempDir private Path dataDir;

  private static X509Certificate write(NodeFiles files, Instant here, Instant trusted)
      throws Exception {
    var config = files.readConfig().orElseThrow();
    InstantSource ahead = () -> trusted;
    try (var workloads = new Workloads(files, config, () -> here, ahead)) {
      new ModuleIdentities(files, config, workloads, ahead).write(ModuleId.HUB, here);
    }
    var file = files.identity(ModuleId.HUB).resolve(ModuleIdentity.SERVER_CERTIFICATE);
    return Pem.certificates(Files.readString(file)).getFirst();
  }

  @Test
  void itHoldsByEitherClockAndIsNotMadeAnewForTheWrongOne() throws Exception {
    try (var cloud = new TestCloud()) {
      var files = TestEnrolment.enrol(cloud, dataDir);
      var toldWrongly = now.plus(Duration.ofDays(365));
      var first = write(files, now, toldWrongly);
      first.checkValidity(Date.from(now));
      first.checkValidity(Date.from(toldWrongly));
      assertThat(write(files, now, now)).isEqualTo(first);

      var woken = Instant.EPOCH.plus(Duration.ofDays(2));
      var second = write(files, woken, now);
      second.checkValidity(Date.from(woken));
      second.checkValidity(Date.from(now));
      assertThat(write(files, woken, now)).isEqualTo(second);
      assertThat(write(files, now, now)).isEqualTo(second);

      var due = now.plus(Duration.ofDays(600));
      assertThat(write(files, due, due)).isNotEqualTo(second);
    }
  }
}
