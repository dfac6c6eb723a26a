package dev.larder.agent;

import dev.larder.agent.cloud.CloudTls;
import dev.larder.agent.cloud.CloudTls.NodeCertificate;
import dev.larder.agent.trust.Authority;
import dev.larder.common.id.CacheNodeId;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** The certificates that a cloud gives to nodes. */
public final class TestCertificates {
  private TestCertificates() {}

  /** That trusts the authority alone, and shows what this key and its certificate are. */
  public static SSLContext tls(Authority authority, KeyPair key, X509Certificate certificate)
      throws GeneralSecurityException {
    return CloudTls.context(
        List.of(authority.certificate()),
        Optional.of(new NodeCertificate(key.getPrivate(), List.of(certificate))));
  }

  /** Valid from a minute ago. */
  public static X509Certificate client(
      Authority authority, PublicKey key, CacheNodeId node, Duration life)
      throws GeneralSecurityException {
    var issuer =
        X500Name.getInstance(authority.certificate().getSubjectX500Principal().getEncoded());
    var now = Instant.now();
    try {
      var signer = new JcaContentSignerBuilder("SHA256withECDSA").build(authority.key());
      return new JcaX509CertificateConverter()
          .getCertificate(
              new JcaX509v3CertificateBuilder(
                      issuer,
                      BigInteger.valueOf(System.nanoTime()),
                      Date.from(now.minusSeconds(60)),
                      Date.from(now.plus(life)),
                      new X500Name("CN=" + node),
                      key)
                  .build(signer));
    } catch (OperatorCreationException e) {
      throw new GeneralSecurityException(e);
    }
  }
}
