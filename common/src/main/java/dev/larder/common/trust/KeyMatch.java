package dev.larder.common.trust;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;

/** Whether a private EC key is the one that a certificate was made for. */
public final class KeyMatch {
  private static final String SIGNATURE = "SHA256withECDSA";
  private static final byte[] PROBE = "larder".getBytes(StandardCharsets.US_ASCII);

  private KeyMatch() {}

  /** False as well for a key or a certificate of another kind. */
  public static boolean matches(PrivateKey key, X509Certificate certificate) {
    try {
      var signer = Signature.getInstance(SIGNATURE);
      signer.initSign(key);
      signer.update(PROBE);
      var signature = signer.sign();
      var verifier = Signature.getInstance(SIGNATURE);
      verifier.initVerify(certificate.getPublicKey());
      verifier.update(PROBE);
      return verifier.verify(signature);
    } catch (GeneralSecurityException _) {
      return false;
    }
  }
}
