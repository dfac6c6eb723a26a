package dev.larder.agent.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.larder.agent.TestCertificates;
import dev.larder.agent.node.NodeFiles;
import dev.larder.common.id.CacheNodeId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Key and certificate on disk, cut short between any two files. */
class NodePairIT {
  @TempDir private Path dataDir;
  private final Authority authority;
  private final NodePair old;
  private final NodePair renewed;

  NodePairIT() throws Exception {
    authority = Authority.create("test", Instant.now());
    old = pair();
    renewed = pair();
  }

  private NodePair pair() throws Exception {
    var key = NodeKey.generate();
    var certificate =
        TestCertificates.client(
            authority, key.getPublic(), new CacheNodeId(UUID.randomUUID()), Duration.ofHours(1));
    return new NodePair(Pem.write(key.getPrivate()), Pem.write(certificate));
  }

  private NodeFiles files() {
    return new NodeFiles(dataDir);
  }

  @BeforeEach
  void writeOld() throws Exception {
    old.write(files());
  }

  private void cut(NodePair key, NodePair certificate) throws IOException {
    Files.writeString(files().renewedPair(), renewed.keyPem() + renewed.certificatePem());
    Files.writeString(files().nodeKey(), key.keyPem());
    Files.writeString(files().nodeCertificate(), certificate.certificatePem());
  }

  @Test
  void whateverCutsAWritingShortOnePairIsThere() throws Exception {
    for (var certificate : List.of(old, renewed)) {
      for (var key : List.of(old, renewed)) {
        cut(key, certificate);
        assertThat(NodePair.read(files())).isEqualTo(renewed);
        NodePair.settle(files());
        assertThat(files().renewedPair()).doesNotExist();
        assertThat(NodePair.read(files())).isEqualTo(renewed);
        assertThat(Files.readString(files().nodeKey())).isEqualTo(renewed.keyPem());
      }
    }
  }

  @Test
  void aTornNewPairDoesNotCostTheOldOne() throws Exception {
    var whole = renewed.keyPem() + renewed.certificatePem();
    for (var torn : List.of("", "x", whole.substring(0, 150), whole.substring(0, 400))) {
      Files.writeString(files().renewedPair(), torn);
      assertThat(NodePair.read(files())).isEqualTo(old);
      NodePair.settle(files());
      assertThat(files().renewedPair()).doesNotExist();
      assertThat(NodePair.read(files())).isEqualTo(old);
    }
  }

  @Test
  void filesAreTheAgentsAlone() throws Exception {
    renewed.write(files());
    for (var file : List.of(files().nodeKey(), files().nodeCertificate())) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
          .isEqualTo(NodeFiles.SECRET);
    }
    assertThat(renewed.toString()).doesNotContain("PRIVATE");
  }

  @Test
  void aPairThatDoesNotFitIsNone() throws Exception {
    assertThatThrownBy(() -> new NodePair(old.keyPem(), renewed.certificatePem()))
        .isInstanceOf(IllegalArgumentException.class);
    Files.writeString(files().nodeKey(), renewed.keyPem());
    assertThatThrownBy(() -> NodePair.read(files()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("deploy command");
  }

  @Test
  void aReaderBesideAWriterSeesAPairThatFits() throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Callable<Void> write =
          () -> {
            for (int i = 0; i < 25; i++) {
              (i % 2 == 0 ? renewed : old).write(files());
            }
            return null;
          };
      var writing = threads.submit(write);
      while (!writing.isDone()) {
        assertThat(NodePair.read(files())).isIn(old, renewed);
      }
      writing.get();
    }
    assertThat(NodePair.read(files())).isEqualTo(renewed);
  }
}
