package dev.larder.cloud.authority;

import dev.larder.common.file.AtomicFile;
import dev.larder.common.trust.KeyMatch;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.util.PrivateKeyFactory;
import org.bouncycastle.crypto.util.SubjectPublicKeyInfoFactory;

/**
 * The cloud's keys, in a folder of files that only its user can read. What is not there yet is
 * made.
 *
 * @param authority issues certificates
 * @param server what the cloud's servers show
 * @param manifestKey signs manifests
 * @param manifestPublicKey as enrolment hands it out
 */
public record Keyring(
    CertificateAuthority authority,
    ServerKeys server,
    PrivateKey manifestKey,
    String manifestPublicKey) {
  static final String SECRET = "rw-------";
  static final String PUBLIC = "rw-r--r--";

  private static final String ED25519 = "Ed25519";

  /**
   * Opens the folder.
   *
   * @param hosts that the server is reached by: names and addresses
   * @throws IOException that names the file, when one cannot be used or is missing beside another
   */
  public static Keyring open(Path folder, List<String> hosts, SecureRandom random, Instant now)
      throws IOException {
    try {
      var authority = authority(folder, random, now);
      var server = ServerKeys.open(folder, authority, hosts, random, now);
      var manifestKey = manifestKey(folder.resolve("manifest.key"));
      return new Keyring(authority, server, manifestKey, publicKey(manifestKey));
    } catch (GeneralSecurityException e) {
      throw new IOException("The keys in " + folder + " cannot be used: " + e.getMessage(), e);
    }
  }

  private static void write(Path file, String text, String permissions) throws IOException {
    AtomicFile.write(file, text.getBytes(StandardCharsets.US_ASCII), permissions);
  }

  private static CertificateAuthority authority(Path folder, SecureRandom random, Instant now)
      throws IOException, GeneralSecurityException {
    var keyFile = folder.resolve("ca.key");
    var certificateFile = folder.resolve("ca.crt");
    if (!Files.exists(certificateFile) && !Files.exists(keyFile)) {
      var pair = CertificateAuthority.newKey(random);
      write(keyFile, Pem.write(pair.getPrivate()), SECRET);
      write(certificateFile, Pem.write(CertificateAuthority.selfSigned(pair, random, now)), PUBLIC);
    }
    for (var file : List.of(keyFile, certificateFile)) {
      if (!Files.exists(file)) {
        throw new InvalidKeyException(
            file
                + " is missing; put both ca.key and ca.crt back from the backup, or remove both to"
                + " begin with another authority and no nodes");
      }
    }
    var certificate = Pem.certificate(Files.readString(certificateFile));
    var key = Pem.privateKey(Files.readString(keyFile), "EC");
    if (!KeyMatch.matches(key, certificate)) {
      throw new InvalidKeyException(
          keyFile + " is not the key of ca.crt; put both back from the same backup");
    }
    return new CertificateAuthority(certificate, key, random);
  }

  private static PrivateKey manifestKey(Path file) throws IOException, GeneralSecurityException {
    if (!Files.exists(file)) {
      var pair = KeyPairGenerator.getInstance(ED25519).generateKeyPair();
      write(file, Pem.write(pair.getPrivate()), SECRET);
    }
    return Pem.privateKey(Files.readString(file), ED25519);
  }

  /** RFC 8032, 5.1.5: the private key says which; the JDK does not tell. */
  private static String publicKey(PrivateKey key) throws IOException {
    var parameters = (Ed25519PrivateKeyParameters) PrivateKeyFactory.createKey(key.getEncoded());
    var info =
        SubjectPublicKeyInfoFactory.createSubjectPublicKeyInfo(parameters.generatePublicKey());
    return Base64.getEncoder().encodeToString(info.getEncoded());
  }

  @Override
  public String toString() {
    return "Keyring[" + manifestPublicKey + "]";
  }
}
