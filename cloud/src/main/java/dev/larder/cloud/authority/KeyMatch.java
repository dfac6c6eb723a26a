package dev.larder.cloud.authority;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;

/** Whether two EC keys are a pair. */
final class KeyMatch {
  private static final byte[] PROBE = "larder".getBytes(StandardCharsets.US_ASCII);

  private KeyMatch() {}

  static boolean matches(PrivateKey key, PublicKey publicKey) {
    try {
      var signer = Signature.getInstance(CertificateAuthority.SIGNATURE);
      signer.initSign(key);
      signer.update(PROBE);
      var signature = signer.sign();
      var verifier = Signature.getInstance(CertificateAuthority.SIGNATURE);
      verifier.initVerify(publicKey);
      verifier.update(PROBE);
      return verifier.verify(signature);
    } catch (GeneralSecurityException _) {
      return false;
    }
  }
}
