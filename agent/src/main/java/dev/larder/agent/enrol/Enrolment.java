package dev.larder.agent.enrol;

import dev.larder.agent.cloud.CloudClient;
import dev.larder.agent.cloud.CloudClient.Enrolled;
import dev.larder.agent.cloud.CloudException;
import dev.larder.agent.cloud.CloudProbe;
import dev.larder.agent.cloud.CloudTls;
import dev.larder.agent.node.NodeConfig;
import dev.larder.agent.node.NodeFiles;
import dev.larder.agent.proxy.HttpProxy;
import dev.larder.agent.proxy.NodeProxy;
import dev.larder.agent.time.GoodTime;
import dev.larder.agent.trust.Authority;
import dev.larder.agent.trust.KeyMatch;
import dev.larder.agent.trust.NodeKey;
import dev.larder.agent.trust.NodePair;
import dev.larder.agent.trust.Pem;
import dev.larder.common.file.AtomicFile;
import dev.larder.common.identity.ModuleIdentity.Endpoint;
import dev.larder.common.json.Json;
import dev.larder.common.trust.ManifestSignature;
import dev.larder.common.trust.ModuleKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/** Makes this machine the node that a registration key is for. */
public final class Enrolment {
  private final EnrolRequest request;
  private final NodeFiles files;
  private final String agentVersion;
  private final Instant now;

  /** What came of it. */
  public enum Outcome {
    ENROLLED,
    ALREADY_ENROLLED,
    PROXY_CHANGED
  }

  /** The machine cannot become this node; the message says why and what to do. */
  public static final class RefusedException extends Exception {
    public RefusedException(String message) {
      super(message);
    }

    public RefusedException(String message, Throwable cause) {
      super(message, cause);
    }
  }

  public Enrolment(EnrolRequest request, String agentVersion, Instant now) {
    this.request = request;
    this.files = new NodeFiles(request.dataDir());
    this.agentVersion = agentVersion;
    this.now = now;
  }

  /**
   * Enrols unless this machine already is that node, with a certificate that still holds. Another
   * way to the cloud is then taken, once it has been tried.
   */
  public Outcome run()
      throws IOException, GeneralSecurityException, InterruptedException, RefusedException {
    if (isEnrolled()) {
      return takeProxy() ? Outcome.PROXY_CHANGED : Outcome.ALREADY_ENROLLED;
    }
    var trusted = cloudCa();
    var key = NodeKey.generate();
    // Before the key is spent: a folder that cannot be written must not cost it.
    Files.deleteIfExists(files.renewedPair());
    write(files.nodeKey(), Pem.write(key.getPrivate()));
    write(files.cloudCa(), request.cloudCa());
    keepOrMakeOwnSecrets();
    try (var cloud =
        new CloudClient(
            request.cloudUrl(), request.proxy(), CloudTls.context(trusted, Optional.empty()))) {
      var enrolled = cloud.enrol(wire(key));
      check(enrolled, key);
      keep(enrolled);
      return Outcome.ENROLLED;
    }
  }

  private CloudClient.Enrolment wire(KeyPair key) throws GeneralSecurityException {
    return new CloudClient.Enrolment(
        request.customerId().toString(),
        request.cacheNodeId().toString(),
        request.customerKey(),
        request.registrationKey(),
        NodeKey.request(key, request.cacheNodeId(), request.customerId()),
        agentVersion);
  }

  private boolean isEnrolled() throws IOException, RefusedException {
    var config = files.readConfig();
    if (config.isEmpty()) {
      return false;
    }
    var before = config.get().cacheNodeId();
    if (!before.equals(request.cacheNodeId())) {
      throw new RefusedException(
          request.dataDir()
              + " belongs to another node, "
              + before
              + " ("
              + config.get().nodeName()
              + "). Remove that node with uninstall.sh first, or deploy this one under another"
              + " instance name");
    }
    try {
      return now.isBefore(NodePair.read(files).certificate().getNotAfter().toInstant());
    } catch (IOException _) {
      return false;
    }
  }

  /** Whether it is another than the node had. What does not lead to the cloud is not taken. */
  private boolean takeProxy() throws IOException, GeneralSecurityException, InterruptedException {
    var config = files.readConfig().orElseThrow();
    if (NodeProxy.read(files, config).equals(request.proxy())) {
      return false;
    }
    var tls = CloudTls.ofNode(files, () -> GoodTime.atLeast(files, now));
    try {
      new CloudProbe(tls).https(config.cloudUrl(), request.proxy());
    } catch (CloudException e) {
      // A cloud that refuses has been reached.
      if (e.kind() != CloudException.Kind.REFUSED) {
        throw e;
      }
    }
    NodeProxy.keep(files, request.proxy());
    write(files.config(), Json.write(config.withProxy(request.proxy().map(HttpProxy::url))));
    return true;
  }

  private List<X509Certificate> cloudCa() throws RefusedException {
    try {
      return Pem.certificates(request.cloudCa());
    } catch (GeneralSecurityException e) {
      throw new RefusedException(
          "cloudCa is no certificate in PEM (" + e.getMessage() + "); download the bundle again",
          e);
    }
  }

  private static void check(Enrolled enrolled, KeyPair key)
      throws GeneralSecurityException, CloudException {
    var certificate = Pem.certificates(enrolled.certificate()).getFirst();
    enrolled.manifestKeys().forEach(ManifestSignature::publicKey);
    if (!KeyMatch.matches(key.getPrivate(), certificate)) {
      throw new CloudException(
          CloudException.Kind.REFUSED, "The cloud's certificate is not for this node's key");
    }
  }

  /** K and the authority outlive a second enrolment: the modules' keys hang on them. */
  private void keepOrMakeOwnSecrets() throws IOException, GeneralSecurityException {
    if (!Files.exists(files.nodeSecret())) {
      var secret = new byte[ModuleKey.NODE_SECRET_BYTES];
      new SecureRandom().nextBytes(secret);
      write(files.nodeSecret(), Base64.getEncoder().encodeToString(secret));
    }
    if (!Files.exists(files.authorityCertificate())) {
      var authority = Authority.create(request.cacheNodeId().toString(), now);
      write(files.authorityKey(), Pem.write(authority.key()));
      write(files.authorityCertificate(), Pem.write(authority.certificate()));
    }
  }

  private void keep(Enrolled enrolled) throws IOException {
    write(files.nodeCertificate(), enrolled.certificate());
    write(files.cloudCa(), enrolled.ca());
    write(files.manifestKeys(), Json.write(enrolled.manifestKeys()));
    var config =
        new NodeConfig(
            request.cloudUrl(),
            request.customerId(),
            request.cacheNodeId(),
            enrolled.nodeName(),
            request.names().instance(),
            request.dataDir().toString(),
            new Endpoint(enrolled.mqttHost(), enrolled.mqttPort()),
            request.proxy().map(HttpProxy::url));
    NodeProxy.keep(files, request.proxy());
    write(files.config(), Json.write(config));
  }

  private static void write(Path file, String text) throws IOException {
    AtomicFile.write(file, text.getBytes(StandardCharsets.UTF_8), NodeFiles.SECRET);
  }
}
