package dev.larder.agent.operator;

import dev.larder.agent.cloud.CloudTls;
import dev.larder.agent.engine.NodeEngine;
import dev.larder.agent.intake.LastGood;
import dev.larder.agent.intake.ManifestFiles;
import dev.larder.agent.intake.ManifestJudge;
import dev.larder.agent.intake.Verdict;
import dev.larder.agent.node.NodeConfig;
import dev.larder.agent.node.NodeFiles;
import dev.larder.agent.node.NodeNames;
import dev.larder.agent.proxy.HttpProxy;
import dev.larder.agent.proxy.NodeProxy;
import dev.larder.agent.time.GoodTime;
import dev.larder.common.manifest.NodeManifest;
import java.io.IOException;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import javax.net.ssl.SSLContext;

/**
 * The enrolled node that a command is about.
 *
 * @param docker where the engine listens
 */
record NodeAtHand(NodeFiles files, NodeConfig config, URI docker) {
  /** Empty when the folder holds no node. */
  static Optional<NodeAtHand> find(NodeFiles files, URI docker) throws IOException {
    return files.readConfig().map(config -> new NodeAtHand(files, config, docker));
  }

  NodeNames names() {
    return new NodeNames(config.instance());
  }

  NodeEngine engine() {
    return new NodeEngine(docker, names());
  }

  /** The way to the cloud, with what the agent shows on it. */
  Optional<HttpProxy> proxy() {
    return NodeProxy.read(files, config);
  }

  /** The manifest on disk; empty when there is none that the cloud signed and the host allows. */
  Optional<NodeManifest> manifest() throws IOException {
    try {
      return new LastGood(files, ManifestJudge.of(files, config, Optional::empty))
          .read()
          .filter(Verdict.Accepted.class::isInstance)
          .map(verdict -> ((Verdict.Accepted) verdict).manifest());
    } catch (IllegalArgumentException e) {
      throw unreadable(e);
    }
  }

  /** The manifest as it lies on disk, whoever signed it; empty when there is none. */
  Optional<byte[]> manifestBytes() throws IOException {
    try {
      return new ManifestFiles(files).bytes();
    } catch (IllegalArgumentException e) {
      throw unreadable(e);
    }
  }

  /** When the manifest on disk came; empty when there is none. */
  Optional<Instant> manifestAt() throws IOException {
    return new ManifestFiles(files).writtenAt();
  }

  /** Such as what is no base64. */
  private static IOException unreadable(IllegalArgumentException e) {
    return new IOException("a key for it is damaged: " + e.getMessage(), e);
  }

  /** TLS as the agent speaks it to the cloud. */
  SSLContext tls(InstantSource clock) throws IOException, GeneralSecurityException {
    return CloudTls.ofNode(files, () -> GoodTime.atLeast(files, clock.instant()));
  }
}
