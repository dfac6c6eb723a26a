package dev.larder.agent.trust;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;

/** Whether a private key is the one that a certificate was made for. */
public final class KeyMatch {
  private static final byte[] PROBE = "larder".getBytes(StandardCharsets.US_ASCII);

  private KeyMatch() {}

  public static boolean matches(PrivateKey key, X509Certificate certificate)
      throws GeneralSecurityException {
    var signer = Signature.getInstance(NodeKey.SIGNATURE);
    signer.initSign(key);
    signer.update(PROBE);
    var signature = signer.sign();
    var verifier = Signature.getInstance(NodeKey.SIGNATURE);
    verifier.initVerify(certificate.getPublicKey());
    verifier.update(PROBE);
    return verifier.verify(signature);
  }
}
