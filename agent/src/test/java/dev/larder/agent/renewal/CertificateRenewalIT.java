package dev.larder.agent.renewal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.larder.agent.Agent;
import dev.larder.agent.Await;
import dev.larder.agent.MovableClock;
import dev.larder.agent.TestCloud;
import dev.larder.agent.TestCloud.Renewals;
import dev.larder.agent.TestEnrolment;
import dev.larder.agent.cloud.CloudClient;
import dev.larder.agent.cloud.CloudTls;
import dev.larder.agent.identity.ModuleIdentities;
import dev.larder.agent.node.NodeFiles;
import dev.larder.agent.trust.NodePair;
import dev.larder.agent.trust.Pem;
import dev.larder.agent.workload.Workloads;
import dev.larder.common.id.ModuleId;
import dev.larder.common.identity.ModuleIdentity;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node's certificate from one to the next, over real TLS, by a clock that is moved. */
class CertificateRenewalIT {
  /** More than two thirds of a certificate's first life, and not all of it. */
  private static final Duration DUE = Duration.ofMinutes(45);

  @TempDir private Path dataDir;
  private final TestCloud cloud;
  private final MovableClock clock = new MovableClock();
  private int handedOut;
  private boolean handOutFails;

  CertificateRenewalIT() throws Exception {
    cloud = new TestCloud();
  }

  @AfterEach
  void stop() {
    cloud.close();
  }

  private static SSLContext tls(NodeFiles files) throws IOException, GeneralSecurityException {
    return CloudTls.context(
        Pem.certificates(Files.readString(files.cloudCa())),
        NodePair.read(files),
        InstantSource.system());
  }

  private static CloudClient client(NodeFiles files) throws Exception {
    var config = files.readConfig().orElseThrow();
    return new CloudClient(config.cloudUrl(), Optional.empty(), tls(files));
  }

  private CertificateRenewal renewal(NodeFiles files, CloudClient client) throws Exception {
    return new CertificateRenewal(
        files,
        files.readConfig().orElseThrow(),
        NodePair.read(files),
        client,
        pair -> {
          assertThat(NodePair.read(files)).isEqualTo(pair);
          if (handOutFails) {
            throw new IOException("no space left on purpose");
          }
          client.use(tls(files));
          handedOut++;
        },
        clock);
  }

  @Test
  void atTwoThirdsANewKeyAndCertificateAreUsedForNewConnections() throws Exception {
    var files = TestEnrolment.enrol(cloud, dataDir);
    var before = NodePair.read(files);
    try (var client = client(files)) {
      var renewal = renewal(files, client);
      cloud.offer(dev.larder.agent.policy.TestManifests.desired("{}"));
      renewal.tend();
      assertThat(NodePair.read(files)).isEqualTo(before);
      client.manifest("");
      assertThat(cloud.lastShown()).isEqualTo(before.certificate());

      clock.move(DUE);
      renewal.tend();
      var after = NodePair.read(files);
      assertThat(handedOut).isOne();
      assertThat(after.key()).isNotEqualTo(before.key());
      assertThat(renewal.daysLeft()).isCloseTo(90, within(1));
      client.manifest("");
      assertThat(cloud.lastShown()).isEqualTo(after.certificate());
      renewal.tend();
      assertThat(NodePair.read(files)).isEqualTo(after);
    }
  }

  @Test
  void aCloudThatIsAwayOrLosesItsAnswerIsAskedAgainEverLater() throws Exception {
    var files = TestEnrolment.enrol(cloud, dataDir);
    var before = NodePair.read(files);
    clock.move(DUE);
    try (var client = client(files)) {
      var renewal = renewal(files, client);
      cloud.renewals(Renewals.REFUSED);
      var first = renewal.tend();
      cloud.renewals(Renewals.ANSWER_LOST);
      var second = renewal.tend();
      assertThat(first).isBetween(Duration.ofSeconds(48), Duration.ofSeconds(60));
      assertThat(second).isBetween(Duration.ofSeconds(96), Duration.ofSeconds(120));
      for (int i = 0; i < 8; i++) {
        assertThat(renewal.tend()).isLessThanOrEqualTo(Duration.ofHours(1));
      }
      assertThat(NodePair.read(files)).isEqualTo(before);
      assertThat(handedOut).isZero();
      assertThat(renewal.daysLeft()).isZero();

      cloud.renewals(Renewals.ANSWERED);
      renewal.tend();
      assertThat(NodePair.read(files)).isNotEqualTo(before);
    }
  }

  @Test
  void whatCouldNotBeHandedOutIsHandedOutLaterAndNotRenewedAgain() throws Exception {
    var files = TestEnrolment.enrol(cloud, dataDir);
    var before = NodePair.read(files);
    clock.move(DUE);
    try (var client = client(files)) {
      var renewal = renewal(files, client);
      handOutFails = true;
      assertThat(renewal.tend()).isBetween(Duration.ofSeconds(48), Duration.ofSeconds(60));
      var after = NodePair.read(files);
      assertThat(after).isNotEqualTo(before);
      renewal.tend();
      assertThat(handedOut).isZero();

      handOutFails = false;
      renewal.tend();
      renewal.tend();
      assertThat(handedOut).isOne();
      assertThat(NodePair.read(files)).isEqualTo(after);
      cloud.offer(dev.larder.agent.policy.TestManifests.desired("{}"));
      client.manifest("");
      assertThat(cloud.lastShown()).isEqualTo(after.certificate());
    }
  }

  @Test
  void aDiskThatFillsUpInTheMiddleDoesNotCostTheNewPair() throws Exception {
    var files = TestEnrolment.enrol(cloud, dataDir);
    clock.move(DUE);
    try (var client = client(files)) {
      var renewal = renewal(files, client);
      // Nothing can take its place.
      Files.delete(files.nodeKey());
      Files.createDirectories(files.nodeKey().resolve("full"));
      renewal.tend();
      var after = NodePair.read(files);
      assertThat(handedOut).isOne();
      assertThat(renewal.daysLeft()).isCloseTo(90, within(1));

      var engine = URI.create("unix://" + dataDir.resolve("no-engine.sock"));
      new Agent(files, engine, 0, "test", clock).close();
      Files.delete(files.nodeKey().resolve("full"));
      Files.delete(files.nodeKey());
      renewal.tend();
      assertThat(files.renewedPair()).doesNotExist();
      assertThat(NodePair.read(files)).isEqualTo(after);
    }
  }

  @Test
  void theAgentRenewsByItselfAndHandsTheHubBoth() throws Exception {
    var files = TestEnrolment.enrol(cloud, dataDir);
    var before = NodePair.read(files);
    var config = files.readConfig().orElseThrow();
    try (var workloads = new Workloads(files, config, clock, clock)) {
      new ModuleIdentities(files, config, workloads, clock).write(ModuleId.HUB, clock.instant());
    }
    var hub = files.identity(ModuleId.HUB);
    var server = Files.readString(hub.resolve(ModuleIdentity.SERVER_CERTIFICATE));
    clock.move(DUE);
    var engine = URI.create("unix://" + dataDir.resolve("no-engine.sock"));
    try (var agent = new Agent(files, engine, 0, "test", clock)) {
      agent.start();
      Await.until(() -> !handedToHub(hub).equals(before.certificatePem()));
      var after = NodePair.read(files);
      assertThat(handedToHub(hub)).isEqualTo(after.certificatePem());
      assertThat(Files.readString(hub.resolve(ModuleIdentity.NODE_KEY))).isEqualTo(after.keyPem());
      assertThat(Files.readString(hub.resolve(ModuleIdentity.SERVER_CERTIFICATE)))
          .isEqualTo(server);
      cloud.awaitReport(r -> r.certificateDaysLeft().orElse(0) >= 89);
      Await.until(() -> cloud.lastShown().equals(after.certificate()));
    }
    assertThat(NodePair.read(files).certificate().getNotAfter().toInstant())
        .isCloseTo(
            clock.instant().minus(DUE).plus(TestCloud.RENEWED_LIFE), within(5, ChronoUnit.MINUTES));
  }

  private static String handedToHub(Path hub) throws Exception {
    return Files.readString(hub.resolve(ModuleIdentity.NODE_CERTIFICATE));
  }
}
