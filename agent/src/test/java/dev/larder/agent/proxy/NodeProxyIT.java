package dev.larder.agent.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.agent.TestCloud;
import dev.larder.agent.TestEnrolment;
import dev.larder.agent.node.NodeConfig;
import dev.larder.agent.node.NodeFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is shown to a proxy, on a node's disk. */
class NodeProxyIT {
  private static final HttpProxy PROXY =
      HttpProxy.read("http://user@proxy.example:3128", "password").orThrow();
  private static final HttpProxy BARE = new HttpProxy(PROXY.url(), Optional.empty());

  @TempDir private Path dataDir;
  private NodeFiles files;
  private NodeConfig config;

  @BeforeEach
  void keep() throws Exception {
    try (var cloud = new TestCloud()) {
      files = TestEnrolment.enrol(cloud, dataDir);
    }
    config = files.readConfig().orElseThrow().withProxy(Optional.of(PROXY.url()));
    NodeProxy.keep(files, Optional.of(PROXY));
  }

  @Test
  void isReadAsItWasKept() throws Exception {
    assertThat(NodeProxy.read(files, config)).contains(PROXY);
    assertThat(NodeProxy.read(files, config.withProxy(Optional.empty()))).isEmpty();
    NodeProxy.keep(files, Optional.of(BARE));
    assertThat(files.sealedProxyLogin()).doesNotExist();
    assertThat(NodeProxy.read(files, config)).contains(BARE);
  }

  @Test
  void anotherProxyIsNotShownIt() {
    var elsewhere = HttpProxy.read("http://proxy.example:3129", "").orThrow();
    assertThat(NodeProxy.read(files, config.withProxy(Optional.of(elsewhere.url()))))
        .contains(elsewhere);
  }

  @Test
  void damagedOrOfAnotherNodeItCountsForNone(@TempDir Path folder) throws Exception {
    var sealed = Files.readAllBytes(files.sealedProxyLogin());
    var other = new NodeFiles(folder);
    Files.createDirectory(folder.resolve("agent"));
    Files.write(other.sealedProxyLogin(), sealed);
    Files.writeString(other.nodeSecret(), "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=");
    assertThat(NodeProxy.read(other, config)).contains(BARE);

    sealed[sealed.length - 1] ^= 1;
    Files.write(files.sealedProxyLogin(), sealed);
    assertThat(NodeProxy.read(files, config)).contains(BARE);
  }
}
