package dev.larder.agent.enrol;

import dev.larder.agent.cloud.CloudException;
import dev.larder.agent.cloud.CloudProbe;
import dev.larder.agent.cloud.CloudTls;
import dev.larder.agent.node.NodeConfig;
import dev.larder.agent.node.NodeFiles;
import dev.larder.agent.proxy.NodeProxy;
import dev.larder.agent.time.GoodTime;
import dev.larder.agent.trust.NodePair;
import dev.larder.agent.trust.Pem;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** How an enrolled node stands with the cloud that a request names. Changes nothing. */
final class Standing {
  private static final int HTTPS = 443;
  private static final String OTHER_KEY =
      "the cloud signs manifests by a key that it does not know";

  private final EnrolRequest request;
  private final NodeFiles files;
  private final NodeConfig config;
  private final Instant now;

  Standing(EnrolRequest request, NodeFiles files, NodeConfig config, Instant now) {
    this.request = request;
    this.files = files;
    this.config = config;
    this.now = now;
  }

  /**
   * Why the node has to be enrolled anew; empty when it does not, or when the cloud cannot be asked
   * now.
   *
   * @throws CloudException when the request names another proxy, and that does not lead to the
   *     cloud
   */
  Optional<String> fault() throws CloudException, InterruptedException {
    if (!isSame(config.cloudUrl(), request.cloudUrl())) {
      return Optional.of("it is enrolled at another address, " + config.cloudUrl());
    }
    try {
      if (Collections.disjoint(trusted(), Pem.certificates(request.cloudCa()))) {
        return Optional.of("it knows the cloud by another certificate");
      }
      var end = NodePair.read(files).certificate().getNotAfter().toInstant();
      return GoodTime.atLeast(files, now).isBefore(end)
          ? refusal()
          : Optional.of("its certificate ended at " + end);
    } catch (CloudException e) {
      throw e;
    } catch (IOException | GeneralSecurityException e) {
      return Optional.of("its keys or certificates cannot be read: " + e.getMessage());
    }
  }

  /** Whether the request names another proxy, user or password than the node has. */
  boolean isOtherProxy() {
    return !NodeProxy.read(files, config).equals(request.proxy());
  }

  private static boolean isSame(URI one, URI other) {
    return one.getHost().equalsIgnoreCase(other.getHost()) && port(one) == port(other);
  }

  private static int port(URI url) {
    return url.getPort() < 0 ? HTTPS : url.getPort();
  }

  private List<X509Certificate> trusted() throws IOException, GeneralSecurityException {
    return Pem.certificates(Files.readString(files.cloudCa()));
  }

  /** What the cloud itself has against it. */
  private Optional<String> refusal()
      throws IOException, GeneralSecurityException, InterruptedException {
    var keys = files.readManifestKeys();
    var tls = CloudTls.ofNode(files, () -> GoodTime.atLeast(files, now));
    try {
      var manifest = new CloudProbe(tls).https(config.cloudUrl(), request.proxy()).manifest();
      return manifest.filter(fetched -> !fetched.isBy(keys)).map(_ -> OTHER_KEY);
    } catch (CloudException e) {
      if (e.kind() == CloudException.Kind.REFUSED) {
        return Optional.of(String.valueOf(e.getMessage()));
      }
      if (isOtherProxy()) {
        throw e;
      }
      return Optional.empty();
    }
  }
}
