package dev.larder.common.trust;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;

/** Whether a private key is the one that a certificate was made for. */
public final class KeyMatch {
  private static final byte[] PROBE = "larder".getBytes(StandardCharsets.US_ASCII);

  private KeyMatch() {}

  /** Of EC and RSA keys; false for those of another kind, or of two kinds. */
  public static boolean matches(PrivateKey key, X509Certificate certificate) {
    var algorithm = certificate.getPublicKey().getAlgorithm();
    var scheme = "SHA256with" + (algorithm.equals("EC") ? "ECDSA" : algorithm);
    try {
      var signer = Signature.getInstance(scheme);
      signer.initSign(key);
      signer.update(PROBE);
      var signature = signer.sign();
      var verifier = Signature.getInstance(scheme);
      verifier.initVerify(certificate.getPublicKey());
      verifier.update(PROBE);
      return verifier.verify(signature);
    } catch (GeneralSecurityException _) {
      return false;
    }
  }
}
