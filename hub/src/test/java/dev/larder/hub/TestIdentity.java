package dev.larder.hub;

import dev.larder.common.id.CacheNodeId;
import dev.larder.common.id.CustomerId;
import dev.larder.common.id.ModuleId;
import dev.larder.common.identity.ModuleIdentity;
import dev.larder.common.json.Json;
import dev.larder.common.trust.ModuleKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A hub's identity folder, and a cloud's certificate beside it. */
final class TestIdentity {
  static final CacheNodeId NODE = CacheNodeId.of("11111111-2222-3333-4444-555555555555");
  static final String GENERATION = "g1";

  private static final byte[] SECRET = new byte[ModuleKey.NODE_SECRET_BYTES];

  private record Authority(X500Name name, KeyPair keys, X509Certificate certificate) {}

  private final Path folder;
  private final X509Certificate trust;

  private TestIdentity(Path folder, X509Certificate trust) {
    this.folder = folder;
    this.trust = trust;
  }

  /** Makes one whose cloud is on a port of loopback. */
  static TestIdentity make(Path folder, int cloudPort) {
    try {
      Files.createDirectories(folder);
      var node = authority("node authority");
      var cloud = authority("cloud authority");
      leaf(node, "hub", folder, "server.crt", "server.key");
      leaf(cloud, NODE.toString(), folder, "node.crt", "node.key");
      leaf(cloud, "cloud", folder, "cloud.crt", "cloud.key");
      pem(folder.resolve("trust.pem"), "CERTIFICATE", node.certificate().getEncoded());
      pem(folder.resolve("cloud-ca.pem"), "CERTIFICATE", cloud.certificate().getEncoded());
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
              Optional.of(new ModuleIdentity.Endpoint("127.0.0.1", cloudPort)));
      Files.write(folder.resolve(ModuleIdentity.FILE), Json.writeBytes(identity));
      return new TestIdentity(folder, node.certificate());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (GeneralSecurityException | OperatorCreationException e) {
      throw new IllegalStateException(e);
    }
  }

  Path folder() {
    return folder;
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

  /** Sockets that trust the node's authority. */
  SSLSocketFactory sockets() {
    try {
      var store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      store.setCertificateEntry("node", trust);
      var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init(store);
      var context = SSLContext.getInstance("TLS");
      context.init(null, factory.getTrustManagers(), null);
      return context.getSocketFactory();
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static KeyPair keys() throws GeneralSecurityException {
    var generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    return generator.generateKeyPair();
  }

  private static Authority authority(String name)
      throws GeneralSecurityException, OperatorCreationException, CertIOException {
    var keys = keys();
    var subject = new X500Name("CN=" + name);
    var builder = builder(subject, subject, keys);
    builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(true));
    return new Authority(subject, keys, sign(builder, keys));
  }

  private static void leaf(
      Authority authority, String name, Path folder, String certificate, String key)
      throws GeneralSecurityException, OperatorCreationException, IOException {
    var keys = keys();
    var builder = builder(authority.name(), new X500Name("CN=" + name), keys);
    builder.addExtension(
        Extension.subjectAlternativeName,
        false,
        new GeneralNames(
            new GeneralName[] {
              new GeneralName(GeneralName.dNSName, name),
              new GeneralName(GeneralName.dNSName, "localhost"),
              new GeneralName(GeneralName.iPAddress, "127.0.0.1")
            }));
    pem(folder.resolve(certificate), "CERTIFICATE", sign(builder, authority.keys()).getEncoded());
    pem(folder.resolve(key), "PRIVATE KEY", keys.getPrivate().getEncoded());
  }

  private static JcaX509v3CertificateBuilder builder(
      X500Name issuer, X500Name subject, KeyPair keys) {
    var now = Instant.now();
    return new JcaX509v3CertificateBuilder(
        issuer,
        BigInteger.valueOf(now.toEpochMilli()),
        Date.from(now.minus(Duration.ofHours(1))),
        Date.from(now.plus(Duration.ofDays(1))),
        subject,
        keys.getPublic());
  }

  private static X509Certificate sign(JcaX509v3CertificateBuilder builder, KeyPair issuer)
      throws GeneralSecurityException, OperatorCreationException {
    var signer = new JcaContentSignerBuilder("SHA256withECDSA").build(issuer.getPrivate());
    return new JcaX509CertificateConverter().getCertificate(builder.build(signer));
  }

  private static void pem(Path file, String type, byte[] der) throws IOException {
    var text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    Files.writeString(
        file, "-----BEGIN " + type + "-----\n" + text + "\n-----END " + type + "-----\n");
  }
}
