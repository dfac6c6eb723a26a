package dev.larder.agent.enrol;

import dev.larder.agent.cloud.CloudClient;
import dev.larder.agent.cloud.CloudClient.Enrolled;
import dev.larder.agent.cloud.CloudTls;
import dev.larder.agent.node.NodeConfig;
import dev.larder.agent.node.NodeFiles;
import dev.larder.agent.proxy.HttpProxy;
import dev.larder.agent.proxy.NodeProxy;
import dev.larder.agent.trust.NodeKey;
import dev.larder.agent.trust.NodePair;
import dev.larder.agent.trust.Pem;
import dev.larder.common.file.AtomicFile;
import dev.larder.common.identity.ModuleIdentity.Endpoint;
import dev.larder.common.json.Json;
import dev.larder.common.trust.ManifestSignature;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Instant;
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
    /** Enrolled before; its own secrets, of which some were lost, were made anew. */
    SECRETS_MADE,
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
   * Enrols unless this machine already is that node, and the cloud takes it for that. Another way
   * to the cloud is then taken, once it has been tried.
   */
  public Outcome run()
      throws IOException, GeneralSecurityException, InterruptedException, RefusedException {
    var config = ownConfig();
    if (config.isEmpty() || standing(config.get()).fault().isPresent()) {
      enrol();
      return Outcome.ENROLLED;
    }
    var isMade = ownSecrets().make(request.cacheNodeId());
    if (standing(config.get()).isOtherProxy()) {
      NodeProxy.keep(files, request.proxy());
      write(
          files.config(), Json.write(config.get().withProxy(request.proxy().map(HttpProxy::url))));
      return isMade ? Outcome.SECRETS_MADE : Outcome.PROXY_CHANGED;
    }
    return isMade ? Outcome.SECRETS_MADE : Outcome.ALREADY_ENROLLED;
  }

  /** Why {@link #run} would change something; empty when it would not. Changes nothing. */
  public Optional<String> fault() throws IOException, InterruptedException, RefusedException {
    var config = ownConfig();
    if (config.isEmpty()) {
      return Optional.of("it is not enrolled");
    }
    var standing = standing(config.get());
    var fault = standing.fault();
    if (fault.isPresent()) {
      return fault;
    }
    if (!ownSecrets().areThere()) {
      return Optional.of(
          "its own secrets are lost or have ended: node-secret, authority.key or authority.crt");
    }
    return standing.isOtherProxy() ? Optional.of("it has another proxy") : Optional.empty();
  }

  private OwnSecrets ownSecrets() {
    return new OwnSecrets(files, now);
  }

  private Standing standing(NodeConfig config) {
    return new Standing(request, files, config, now);
  }

  /** What is on disk stays good until the cloud has answered: it may refuse the key. */
  private void enrol()
      throws IOException, GeneralSecurityException, InterruptedException, RefusedException {
    var trusted = cloudCa();
    var key = NodeKey.generate();
    // Before the key is spent: a folder that cannot be written must not cost it.
    var trial = files.agent("enrolling");
    write(trial, request.cacheNodeId().toString());
    Files.delete(trial);
    try (var cloud =
        new CloudClient(
            request.cloudUrl(), request.proxy(), CloudTls.context(trusted, Optional.empty()))) {
      var enrolled = cloud.enrol(wire(key));
      enrolled.manifestKeys().forEach(ManifestSignature::publicKey);
      // After the cloud's certificate has held: by a wrong clock they would not be good.
      ownSecrets().make(request.cacheNodeId());
      keep(enrolled, new NodePair(Pem.write(key.getPrivate()), enrolled.certificate()));
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

  /** Empty before the first enrolment. */
  private Optional<NodeConfig> ownConfig() throws IOException, RefusedException {
    var config = files.readConfig();
    if (config.isPresent() && !config.get().cacheNodeId().equals(request.cacheNodeId())) {
      throw new RefusedException(
          request.dataDir()
              + " belongs to another node, "
              + config.get().cacheNodeId()
              + " ("
              + config.get().nodeName()
              + "). Remove that node with uninstall.sh first, or deploy this one under another"
              + " instance name");
    }
    return config;
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

  private void keep(Enrolled enrolled, NodePair pair) throws IOException {
    pair.write(files);
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
