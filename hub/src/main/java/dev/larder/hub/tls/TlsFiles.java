package dev.larder.hub.tls;

import dev.larder.common.identity.ModuleIdentity;
import dev.larder.common.trust.KeyMatch;
import dev.larder.common.trust.ServerKeyManager;
import dev.larder.hub.message.Payload;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The identity folder's files for TLS, as they were read at one time.
 *
 * @param trust the node's authority; there may be none yet
 */
record TlsFiles(Payload chain, Payload key, Optional<Payload> trust) {
  private static final int MOST_BYTES = 1 << 20;
  private static final Pattern PKCS8 =
      Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]*+)-----END PRIVATE KEY-----");

  static TlsFiles read(Path folder) throws IOException {
    var trust = folder.resolve(ModuleIdentity.TRUST);
    return new TlsFiles(
        file(folder.resolve(ModuleIdentity.SERVER_CERTIFICATE)),
        file(folder.resolve(ModuleIdentity.SERVER_KEY)),
        Files.exists(trust) ? Optional.of(file(trust)) : Optional.empty());
  }

  private static Payload file(Path file) throws IOException {
    if (Files.size(file) > MOST_BYTES) {
      throw new IOException(file + " is more than 1 MiB, and so no certificate or key");
    }
    return Payload.of(Files.readAllBytes(file));
  }

  NodeAuthority authority() throws IOException {
    try {
      return trust.isPresent() ? NodeAuthority.of(trust.get().bytes()) : NodeAuthority.NONE;
    } catch (IOException e) {
      throw new IOException(ModuleIdentity.TRUST + " cannot be used: " + e.getMessage(), e);
    }
  }

  /** Tries the key on the certificate: the two files are written one after the other. */
  ServerKeyManager.Pair serverPair() throws IOException {
    var certificates = certificates();
    return new ServerKeyManager.Pair(privateKey(certificates.getFirst()), certificates);
  }

  private List<X509Certificate> certificates() throws IOException {
    List<X509Certificate> all;
    try {
      all =
          CertificateFactory.getInstance("X.509")
              .generateCertificates(new ByteArrayInputStream(chain.bytes()))
              .stream()
              .map(X509Certificate.class::cast)
              .toList();
    } catch (GeneralSecurityException _) {
      all = List.of();
    }
    if (all.isEmpty()) {
      throw new IOException(ModuleIdentity.SERVER_CERTIFICATE + " holds no PEM certificate");
    }
    return all;
  }

  private PrivateKey privateKey(X509Certificate certificate) throws IOException {
    try {
      var found = parsed(certificate.getPublicKey().getAlgorithm());
      if (KeyMatch.matches(found, certificate)) {
        return found;
      }
    } catch (GeneralSecurityException | IllegalArgumentException _) {
      // It is as little this certificate's key as one of another pair.
    }
    throw new IOException(
        ModuleIdentity.SERVER_KEY
            + " is not the PKCS#8 key of the first certificate in "
            + ModuleIdentity.SERVER_CERTIFICATE
            + ": the agent writes both, the key first");
  }

  private PrivateKey parsed(String algorithm) throws GeneralSecurityException {
    var pem = PKCS8.matcher(new String(key.bytes(), StandardCharsets.US_ASCII));
    if (!pem.find()) {
      throw new IllegalArgumentException("No PKCS#8 key");
    }
    var der = Base64.getMimeDecoder().decode(pem.group(1));
    return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der));
  }
}
