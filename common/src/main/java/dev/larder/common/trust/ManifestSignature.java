package dev.larder.common.trust;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;

/** The detached Ed25519 signature (RFC 8032) over a manifest's exact bytes. */
public final class ManifestSignature {
  /** The HTTP header that carries it, as base64. */
  public static final String HEADER = "Larder-Signature";

  private static final String ALGORITHM = "Ed25519";

  private ManifestSignature() {}

  /** Base64 of the 64 bytes. */
  public static String sign(PrivateKey key, byte[] manifest) {
    try {
      var signature = Signature.getInstance(ALGORITHM);
      signature.initSign(key);
      signature.update(manifest);
      return Base64.getEncoder().encodeToString(signature.sign());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Ed25519 cannot sign with this key", e);
    }
  }

  /** Whether the base64 text is this key's signature of these bytes; a malformed one is not. */
  public static boolean verify(PublicKey key, byte[] manifest, String base64) {
    try {
      var signature = Signature.getInstance(ALGORITHM);
      signature.initVerify(key);
      signature.update(manifest);
      return signature.verify(Base64.getDecoder().decode(base64));
    } catch (GeneralSecurityException | IllegalArgumentException _) {
      return false;
    }
  }

  /**
   * Reads the X.509 SubjectPublicKeyInfo form, base64, in which enrolment hands the key to a node.
   */
  public static PublicKey publicKey(String base64) {
    try {
      return KeyFactory.getInstance(ALGORITHM)
          .generatePublic(new X509EncodedKeySpec(Base64.getDecoder().decode(base64)));
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("Not an Ed25519 public key", e);
    }
  }

  /** The base64 form that {@link #publicKey} reads. */
  public static String encode(PublicKey key) {
    return Base64.getEncoder().encodeToString(key.getEncoded());
  }
}
