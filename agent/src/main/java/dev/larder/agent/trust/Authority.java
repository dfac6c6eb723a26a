package dev.larder.agent.trust;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * The node's own certificate authority. It signs the hub's server certificate, and its certificate
 * is what modules trust; nothing outside the node does.
 */
public record Authority(PrivateKey key, X509Certificate certificate) {
  private static final Duration LIFE = Duration.ofDays(3650);
  public static final Duration SERVER_LIFE = Duration.ofDays(825);

  /** A node's clock may be behind what wrote the certificate's beginning. */
  private static final Duration CLOCK_SLACK = Duration.ofDays(1);

  private static final int SERIAL_BITS = 127;

  /** Makes the authority of a node. */
  public static Authority create(String node, Instant now) throws GeneralSecurityException {
    var pair = NodeKey.generate();
    var name = new X500Name("CN=Larder node " + node);
    try {
      var builder = builder(name, name, pair.getPublic(), now, LIFE);
      builder
          .addExtension(Extension.basicConstraints, true, new BasicConstraints(0))
          .addExtension(
              Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
      return new Authority(pair.getPrivate(), signed(builder, pair.getPrivate()));
    } catch (IOException | OperatorCreationException e) {
      throw new GeneralSecurityException("The node's authority cannot be made", e);
    }
  }

  /** A server certificate for these DNS names. */
  public X509Certificate server(PublicKey server, List<String> names, Instant now)
      throws GeneralSecurityException {
    return server(server, names, now, now.plus(SERVER_LIFE));
  }

  /**
   * A server certificate for these DNS names, the first of which is its subject's.
   *
   * @param from when it is valid, less a day
   */
  public X509Certificate server(PublicKey server, List<String> names, Instant from, Instant until)
      throws GeneralSecurityException {
    var subject = new X500Name("CN=" + names.getFirst());
    var issuer = X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded());
    var alternatives =
        names.stream()
            .map(name -> new GeneralName(GeneralName.dNSName, name))
            .toArray(GeneralName[]::new);
    try {
      var builder = builder(issuer, subject, server, from, Duration.between(from, until));
      builder
          .addExtension(Extension.basicConstraints, true, new BasicConstraints(false))
          .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature))
          .addExtension(
              Extension.extendedKeyUsage,
              false,
              new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth))
          .addExtension(Extension.subjectAlternativeName, false, new GeneralNames(alternatives))
          .addExtension(
              Extension.authorityKeyIdentifier,
              false,
              new JcaX509ExtensionUtils().createAuthorityKeyIdentifier(certificate.getPublicKey()));
      return signed(builder, key);
    } catch (IOException | OperatorCreationException e) {
      throw new GeneralSecurityException("A server's certificate cannot be made", e);
    }
  }

  /** Whether two thirds of a certificate's life are over, or it is not valid at all. */
  public static boolean isDue(X509Certificate certificate, Instant now) {
    var from = certificate.getNotBefore().toInstant();
    var life = Duration.between(from, certificate.getNotAfter().toInstant());
    return now.isBefore(from) || now.isAfter(from.plus(life.multipliedBy(2).dividedBy(3)));
  }

  /**
   * Whether two thirds of a server certificate's life are over, or it is not valid yet.
   *
   * @param here by the clock of this machine
   * @param latest that it may be
   */
  public static boolean isServerDue(X509Certificate certificate, Instant here, Instant latest) {
    // Not by its beginning, which may be that of a wrong clock.
    var due = certificate.getNotAfter().toInstant().minus(SERVER_LIFE.dividedBy(3));
    return here.isBefore(certificate.getNotBefore().toInstant()) || latest.isAfter(due);
  }

  private static X509v3CertificateBuilder builder(
      X500Name issuer, X500Name subject, PublicKey key, Instant now, Duration life)
      throws GeneralSecurityException, IOException {
    var serial = new BigInteger(SERIAL_BITS, new SecureRandom()).add(BigInteger.ONE);
    return new JcaX509v3CertificateBuilder(
            issuer,
            serial,
            Date.from(now.minus(CLOCK_SLACK)),
            Date.from(now.plus(life)),
            subject,
            key)
        .addExtension(
            Extension.subjectKeyIdentifier,
            false,
            new JcaX509ExtensionUtils().createSubjectKeyIdentifier(key));
  }

  private static X509Certificate signed(X509v3CertificateBuilder builder, PrivateKey key)
      throws GeneralSecurityException, OperatorCreationException {
    var signer = new JcaContentSignerBuilder(NodeKey.SIGNATURE).build(key);
    return new JcaX509CertificateConverter().getCertificate(builder.build(signer));
  }
}
