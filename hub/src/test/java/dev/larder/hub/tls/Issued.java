package dev.larder.hub.tls;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.HexFormat;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A certificate with its key, and the one that issued it. */
public record Issued(X509Certificate certificate, KeyPair keys, X509Certificate issuer) {
  public static Issued authority(String subject) {
    return make(subject, true, KeyPurposeId.anyExtendedKeyUsage, Duration.ofDays(1));
  }

  /** Signs itself. */
  public static Issued alone(String subject) {
    return make(subject, false, KeyPurposeId.id_kp_clientAuth, Duration.ofDays(1));
  }

  private static Issued make(
      String subject, boolean authority, KeyPurposeId purpose, Duration life) {
    try {
      var keys = keyPair();
      var made = sign(subject, keys, subject, keys, authority, purpose, life);
      return new Issued(made, keys, made);
    } catch (GeneralSecurityException | OperatorException | IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A certificate that this one issues. */
  public Issued issue(String subject, KeyPurposeId purpose, Duration life) {
    try {
      var made = keyPair();
      var name = certificate.getSubjectX500Principal().getName();
      return new Issued(sign(subject, made, name, keys, false, purpose, life), made, certificate);
    } catch (GeneralSecurityException | OperatorException | IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static KeyPair keyPair() throws GeneralSecurityException {
    var generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    return generator.generateKeyPair();
  }

  private static X509Certificate sign(
      String subject,
      KeyPair keys,
      String issuer,
      KeyPair issuerKeys,
      boolean authority,
      KeyPurposeId purpose,
      Duration life)
      throws GeneralSecurityException, OperatorException, IOException {
    var now = Instant.now();
    var builder =
        new JcaX509v3CertificateBuilder(
            new X500Name(issuer),
            BigInteger.valueOf(now.toEpochMilli()),
            Date.from(now.minus(Duration.ofDays(2))),
            Date.from(now.plus(life)),
            new X500Name(subject),
            keys.getPublic());
    builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(authority));
    if (!authority) {
      builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purpose));
    }
    builder.addExtension(
        Extension.subjectAlternativeName,
        false,
        new GeneralNames(
            new GeneralName[] {
              new GeneralName(GeneralName.dNSName, "localhost"),
              new GeneralName(GeneralName.iPAddress, "127.0.0.1")
            }));
    return new JcaX509CertificateConverter()
        .getCertificate(
            builder.build(
                new JcaContentSignerBuilder("SHA256withECDSA").build(issuerKeys.getPrivate())));
  }

  /** Writes the hub's pair and its authority. */
  public void writeServer(Path folder) throws IOException, GeneralSecurityException {
    writeKey(folder);
    Files.writeString(folder.resolve("server.crt"), pem(certificate));
    Files.writeString(folder.resolve("trust.pem"), pem(issuer));
  }

  void writeKey(Path folder) throws IOException {
    Files.writeString(folder.resolve("server.key"), keyPem());
  }

  public String keyPem() {
    return pem("PRIVATE KEY", keys.getPrivate().getEncoded());
  }

  /** Its thumbprint, as devices are listed by it. */
  public String sha256() throws GeneralSecurityException {
    var digest = MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded());
    return HexFormat.of().formatHex(digest);
  }

  public static String pem(X509Certificate certificate) throws GeneralSecurityException {
    return pem("CERTIFICATE", certificate.getEncoded());
  }

  private static String pem(String type, byte[] der) {
    var text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    return "-----BEGIN " + type + "-----\n" + text + "\n-----END " + type + "-----\n";
  }

  /** For a client that shows this one. */
  public KeyManager[] keyManagers() throws IOException, GeneralSecurityException {
    var store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    var password = "x".toCharArray();
    store.setKeyEntry("own", keys.getPrivate(), password, new Certificate[] {certificate});
    var factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(store, password);
    return factory.getKeyManagers();
  }
}
