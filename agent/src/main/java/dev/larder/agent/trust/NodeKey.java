package dev.larder.agent.trust;

import dev.larder.common.id.CacheNodeId;
import dev.larder.common.id.CustomerId;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;

/** The node's own key towards the cloud, which never leaves the node. */
public final class NodeKey {
  static final String SIGNATURE = "SHA256withECDSA";

  private NodeKey() {}

  /** A new EC key on P-256. */
  public static KeyPair generate() throws GeneralSecurityException {
    var generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    return generator.generateKeyPair();
  }

  /** A PKCS#10 request (RFC 2986) in PEM, for {@code CN=<cacheNodeId>,O=<customerId>}. */
  public static String request(KeyPair key, CacheNodeId node, CustomerId customer)
      throws GeneralSecurityException {
    var subject =
        new X500NameBuilder(BCStyle.INSTANCE)
            .addRDN(BCStyle.CN, node.toString())
            .addRDN(BCStyle.O, customer.toString())
            .build();
    try {
      var signer = new JcaContentSignerBuilder(SIGNATURE).build(key.getPrivate());
      var request =
          new JcaPKCS10CertificationRequestBuilder(subject, key.getPublic()).build(signer);
      return Pem.write("CERTIFICATE REQUEST", request.getEncoded());
    } catch (OperatorCreationException | IOException e) {
      throw new GeneralSecurityException("The request for a certificate cannot be signed", e);
    }
  }
}
