package dev.larder.cloud.access;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/** Passwords as PBKDF2-HMAC-SHA256, written {@code pbkdf2-sha256$<iterations>$<salt>$<hash>}. */
public final class PasswordHash {
  /** OWASP's figure for this function (2023). */
  private static final int ITERATIONS = 600_000;

  private static final int SALT_BYTES = 16;
  private static final int HASH_BITS = 256;
  private static final String SCHEME = "pbkdf2-sha256";
  private static final int PARTS = 4;

  private PasswordHash() {}

  public static String of(String password, SecureRandom random) {
    var salt = new byte[SALT_BYTES];
    random.nextBytes(salt);
    var encoder = Base64.getEncoder();
    return String.join(
        "$",
        SCHEME,
        String.valueOf(ITERATIONS),
        encoder.encodeToString(salt),
        encoder.encodeToString(derive(password, salt, ITERATIONS)));
  }

  /** Whether this is the password that the text was made of. */
  public static boolean matches(String password, String text) {
    var parts = text.split("\\$", -1);
    if (parts.length != PARTS || !parts[0].equals(SCHEME)) {
      throw new IllegalArgumentException("Not a password hash of ours");
    }
    var decoder = Base64.getDecoder();
    var hash = derive(password, decoder.decode(parts[2]), Integer.parseInt(parts[1]));
    return MessageDigest.isEqual(hash, decoder.decode(parts[3]));
  }

  private static byte[] derive(String password, byte[] salt, int iterations) {
    var spec = new PBEKeySpec(password.toCharArray(), salt, iterations, HASH_BITS);
    try {
      return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256").generateSecret(spec).getEncoded();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("The JDK has no PBKDF2", e);
    } finally {
      spec.clearPassword();
    }
  }
}
