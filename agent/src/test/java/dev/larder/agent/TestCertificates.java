package dev.larder.agent;

import dev.larder.agent.trust.Authority;
import dev.larder.common.id.CacheNodeId;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** The certificates that a cloud gives to nodes. */
public final class TestCertificates {
  private TestCertificates() {}

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
