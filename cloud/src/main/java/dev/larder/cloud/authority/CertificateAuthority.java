package dev.larder.cloud.authority;

import dev.larder.common.id.CacheNodeId;
import dev.larder.common.id.CustomerId;
import dev.larder.common.problem.Checked;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
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
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.PKCSException;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequest;
import org.bouncycastle.util.IPAddress;

/** The cloud's certificate authority: issues its own server certificate and those of the nodes. */
public final class CertificateAuthority {
  static final Duration AUTHORITY_LIFE = Duration.ofDays(3650);

  /** The longest that Apple's systems take of a server. */
  static final Duration SERVER_LIFE = Duration.ofDays(825);

  public static final Duration NODE_LIFE = Duration.ofDays(365);

  /** A clock that is a little behind takes the certificate all the same. */
  private static final Duration BACKDATED = Duration.ofHours(1);

  private static final String CURVE = "secp256r1";
  private static final int CURVE_BITS = 256;
  private static final String SIGNATURE = "SHA256withECDSA";
  private static final int SERIAL_BITS = 127;
  private static final String CSR_MEND = "send a PEM PKCS#10 request for an EC P-256 key";

  private final X509Certificate certificate;
  private final PrivateKey key;
  private final SecureRandom random;

  CertificateAuthority(X509Certificate certificate, PrivateKey key, SecureRandom random) {
    this.certificate = certificate;
    this.key = key;
    this.random = random;
  }

  static KeyPair newKey(SecureRandom random) throws GeneralSecurityException {
    var generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec(CURVE), random);
    return generator.generateKeyPair();
  }

  /** Makes the authority's own certificate. */
  static X509Certificate selfSigned(KeyPair pair, SecureRandom random, Instant now)
      throws GeneralSecurityException {
    var name = new X500Name("CN=Larder cloud authority");
    try {
      var builder = builder(name, pair.getPublic(), name, random, now, AUTHORITY_LIFE);
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
      builder.addExtension(
          Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
      return sign(builder, pair.getPrivate());
    } catch (IOException | OperatorCreationException e) {
      throw new GeneralSecurityException("The authority's certificate cannot be made", e);
    }
  }

  public X509Certificate certificate() {
    return certificate;
  }

  /** The certificate in PEM, which nodes and browsers trust. */
  public String pem() {
    try {
      return Pem.write(certificate);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("The authority's certificate cannot be written", e);
    }
  }

  /** Issues the server's certificate for these host names and addresses. */
  X509Certificate issueServer(PublicKey server, List<String> hosts, Instant now)
      throws GeneralSecurityException {
    var names =
        hosts.stream()
            .map(host ->
                new GeneralName(
                    IPAddress.isValid(host) ? GeneralName.iPAddress : GeneralName.dNSName, host))
            .toArray(GeneralName[]::new);
    try {
      var builder =
          leaf(server, "CN=Larder cloud", KeyPurposeId.id_kp_serverAuth, now, SERVER_LIFE);
      builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(names));
      return sign(builder, key);
    } catch (IOException | OperatorCreationException e) {
      throw new GeneralSecurityException("The server's certificate cannot be made", e);
    }
  }

  /**
   * Issues a node's client certificate. Of the request only the public key is taken, once its
   * signature proves that the node has the private one; the name is ours.
   */
  public Checked<X509Certificate> issueNode(
      String csr, CacheNodeId node, CustomerId customer, Instant now) {
    try {
      var request = new JcaPKCS10CertificationRequest(Pem.der(csr));
      var publicKey = request.getPublicKey();
      if (!(publicKey instanceof ECPublicKey ec)
          || ec.getParams().getCurve().getField().getFieldSize() != CURVE_BITS) {
        return Checked.invalid("csr", "is not for an EC P-256 key", CSR_MEND);
      }
      var verifier = new JcaContentVerifierProviderBuilder().build(publicKey);
      if (!request.isSignatureValid(verifier)) {
        return Checked.invalid("csr", "is not signed by its own key", CSR_MEND);
      }
      var subject = "CN=" + node + ",O=" + customer;
      var builder = leaf(publicKey, subject, KeyPurposeId.id_kp_clientAuth, now, NODE_LIFE);
      return Checked.valid(sign(builder, key));
    } catch (IOException
        | GeneralSecurityException
        | OperatorCreationException
        | PKCSException
        | IllegalArgumentException e) {
      return Checked.invalid("csr", "cannot be read: " + e.getMessage(), CSR_MEND);
    }
  }

  private JcaX509v3CertificateBuilder leaf(
      PublicKey subjectKey, String subject, KeyPurposeId purpose, Instant now, Duration life)
      throws IOException, GeneralSecurityException {
    var issuer = X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded());
    var builder = builder(issuer, subjectKey, new X500Name(subject), random, now, life);
    builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
    builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
    builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purpose));
    builder.addExtension(
        Extension.authorityKeyIdentifier,
        false,
        new JcaX509ExtensionUtils().createAuthorityKeyIdentifier(certificate));
    return builder;
  }

  private static JcaX509v3CertificateBuilder builder(
      X500Name issuer,
      PublicKey subjectKey,
      X500Name subject,
      SecureRandom random,
      Instant now,
      Duration life)
      throws IOException, GeneralSecurityException {
    var builder =
        new JcaX509v3CertificateBuilder(
            issuer,
            new BigInteger(SERIAL_BITS, random).add(BigInteger.ONE),
            Date.from(now.minus(BACKDATED)),
            Date.from(now.plus(life)),
            subject,
            subjectKey);
    builder.addExtension(
        Extension.subjectKeyIdentifier,
        false,
        new JcaX509ExtensionUtils().createSubjectKeyIdentifier(subjectKey));
    return builder;
  }

  private static X509Certificate sign(JcaX509v3CertificateBuilder builder, PrivateKey key)
      throws GeneralSecurityException, OperatorCreationException {
    return new JcaX509CertificateConverter()
        .getCertificate(builder.build(new JcaContentSignerBuilder(SIGNATURE).build(key)));
  }
}
