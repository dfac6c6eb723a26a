package dev.larder.cache.tls;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.PemKeyCertOptions;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.X509KeyManager;

/**
 * A certificate chain and its private key that were seen to belong together.
 *
 * @param options as the server takes them
 * @param subject the certificate's
 */
public record InstalledPair(PemKeyCertOptions options, String subject, Instant notAfter) {
  private static final byte[] PROBE = {1, 2, 3};
  private static final List<String> KEY_TYPES = List.of("EC", "RSA", "EdDSA");

  /** Files that cannot be served, and why, in words for an administrator. */
  public static final class BadPair extends Exception {
    BadPair(String message) {
      super(message, null, false, false);
    }
  }

  /** Reads the two files' contents, PEM, and tries the key on the certificate. */
  static InstalledPair read(Vertx vertx, byte[] chain, byte[] key) throws BadPair {
    var options =
        new PemKeyCertOptions().addCertValue(Buffer.buffer(chain)).addKeyValue(Buffer.buffer(key));
    KeyManager[] managers;
    try {
      managers = options.getKeyManagerFactory(vertx).getKeyManagers();
    } catch (Exception e) {
      throw new BadPair(
          "server.crt and server.key are no PEM certificate chain and key: " + e.getMessage());
    }
    for (var manager : managers) {
      for (var type : KEY_TYPES) {
        if (manager instanceof X509KeyManager keys) {
          var aliases = keys.getServerAliases(type, null);
          if (aliases != null) {
            return checked(
                options, keys.getCertificateChain(aliases[0])[0], keys.getPrivateKey(aliases[0]));
          }
        }
      }
    }
    throw new BadPair("server.key is neither an RSA nor an EC key: make one of these");
  }

  private static InstalledPair checked(
      PemKeyCertOptions options, X509Certificate certificate, PrivateKey key) throws BadPair {
    var algorithm =
        switch (key.getAlgorithm()) {
          case "RSA" -> "SHA256withRSA";
          case "EC" -> "SHA256withECDSA";
          default -> key.getAlgorithm();
        };
    boolean matches;
    try {
      var sign = Signature.getInstance(algorithm);
      sign.initSign(key);
      sign.update(PROBE);
      var verify = Signature.getInstance(algorithm);
      verify.initVerify(certificate.getPublicKey());
      verify.update(PROBE);
      matches = verify.verify(sign.sign());
    } catch (GeneralSecurityException _) {
      matches = false;
    }
    if (!matches) {
      throw new BadPair(
          "server.key is not the key of the first certificate in server.crt: install the two that"
              + " belong together, the node's own certificate first");
    }
    return new InstalledPair(
        options,
        certificate.getSubjectX500Principal().getName(),
        certificate.getNotAfter().toInstant());
  }
}
