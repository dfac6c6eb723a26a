package dev.larder.hub;

import dev.larder.common.id.CacheNodeId;
import dev.larder.common.id.CustomerId;
import dev.larder.common.id.ModuleId;
import dev.larder.common.identity.ModuleIdentity;
import dev.larder.common.json.Json;
import dev.larder.common.trust.ModuleKey;
import dev.larder.hub.tls.Issued;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.bouncycastle.asn1.x509.KeyPurposeId;

/** A hub's identity folder, and a cloud's certificate beside it. */
final class TestIdentity {
  static final CacheNodeId NODE = CacheNodeId.of("11111111-2222-3333-4444-555555555555");
  static final String GENERATION = "g1";
  static final byte[] SECRET = new byte[ModuleKey.NODE_SECRET_BYTES];

  private static final Duration DAY = Duration.ofDays(1);

  private final Path folder;
  private final Issued authority;

  private TestIdentity(Path folder, Issued authority) {
    this.folder = folder;
    this.authority = authority;
  }

  /** Makes one whose cloud is on a port of loopback. */
  static TestIdentity make(Path folder, int cloudPort) {
    return make(folder, Optional.of(new ModuleIdentity.Endpoint("127.0.0.1", cloudPort)));
  }

  /** Makes one of a node that has no cloud. */
  static TestIdentity alone(Path folder) {
    return make(folder, Optional.empty());
  }

  private static TestIdentity make(Path folder, Optional<ModuleIdentity.Endpoint> cloud) {
    try {
      Files.createDirectories(folder);
      var node = Issued.authority("CN=node authority");
      var clouds = Issued.authority("CN=cloud authority");
      node.issue("CN=hub", KeyPurposeId.id_kp_serverAuth, DAY).writeServer(folder);
      write(folder, "node", clouds.issue("CN=" + NODE, KeyPurposeId.id_kp_clientAuth, DAY));
      write(folder, "cloud", clouds.issue("CN=cloud", KeyPurposeId.id_kp_serverAuth, DAY));
      Files.writeString(folder.resolve("cloud-ca.pem"), Issued.pem(clouds.certificate()));
      Files.writeString(
          folder.resolve("node-secret"), Base64.getEncoder().encodeToString(SECRET) + "\n");
      var identity =
          new ModuleIdentity(
              CustomerId.of("99999999-2222-3333-4444-555555555555"),
              NODE,
              ModuleId.HUB,
              GENERATION,
              "hub",
              8883,
              cloud);
      Files.write(folder.resolve(ModuleIdentity.FILE), Json.writeBytes(identity));
      return new TestIdentity(folder, node);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void write(Path folder, String name, Issued issued)
      throws IOException, GeneralSecurityException {
    Files.writeString(folder.resolve(name + ".crt"), Issued.pem(issued.certificate()));
    Files.writeString(folder.resolve(name + ".key"), issued.keyPem());
  }

  Path folder() {
    return folder;
  }

  /** The authority that clients trust, as a PEM file. */
  Path trustFile() {
    return folder.resolve("trust.pem");
  }

  /** A client's certificate of the node's authority. */
  Issued issue(String commonName, Duration life) {
    return authority.issue("CN=" + commonName, KeyPurposeId.id_kp_clientAuth, life);
  }

  static String clientId(String module) {
    return NODE + "/" + module;
  }

  static String userName(String module) {
    return "hub/" + clientId(module) + "/?api-version=2021-04-12&generation=" + GENERATION;
  }

  static String password(String module) {
    return ModuleKey.derive(SECRET, ModuleId.of(module), GENERATION);
  }

  /** What trusts the node's authority. */
  TrustManagerFactory trust() {
    try {
      var store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      store.setCertificateEntry("node", authority.certificate());
      var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init(store);
      return factory;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** TLS that trusts the node's authority, and shows a certificate if there is one. */
  SSLContext tls(Optional<Issued> shown) {
    try {
      var context = SSLContext.getInstance("TLS");
      var keys = shown.isPresent() ? shown.get().keyManagers() : new KeyManager[0];
      context.init(keys, trust().getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
