package dev.larder.cloud.authority;

import dev.larder.common.file.AtomicFile;
import dev.larder.common.trust.KeyMatch;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.util.PrivateKeyFactory;
import org.bouncycastle.crypto.util.SubjectPublicKeyInfoFactory;

/**
 * The cloud's keys, in a folder of files that only its user can read. They are made when there is
 * no authority yet.
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

  private static final String MEND =
      "put ca.key, ca.crt and manifest.key back from the same backup, or remove all three to begin"
          + " with another authority and no nodes";

  /**
   * Opens the folder.
   *
   * @param hosts that the server is reached by: names and addresses
   * @throws IOException that names the file, when one cannot be used or is missing beside another
   */
  public static Keyring open(Path folder, List<String> hosts, SecureRandom random, Instant now)
      throws IOException {
    var manifestKeyFile = folder.resolve("manifest.key");
    var keyFile = folder.resolve("ca.key");
    var certificateFile = folder.resolve("ca.crt");
    try {
      if (!Files.exists(keyFile) && !Files.exists(certificateFile)) {
        if (!Files.exists(manifestKeyFile)) {
          var pair = KeyPairGenerator.getInstance(ED25519).generateKeyPair();
          write(manifestKeyFile, Pem.write(pair.getPrivate()), SECRET);
        }
        var pair = CertificateAuthority.newKey(random);
        write(keyFile, Pem.write(pair.getPrivate()), SECRET);
        write(
            certificateFile, Pem.write(CertificateAuthority.selfSigned(pair, random, now)), PUBLIC);
      }
      var authority =
          authority(
              read(keyFile, text -> Pem.privateKey(text, "EC")),
              read(certificateFile, Pem::certificate),
              random,
              folder);
      var manifestKey = read(manifestKeyFile, text -> Pem.privateKey(text, ED25519));
      var server = ServerKeys.open(folder, authority, hosts, random, now);
      return new Keyring(authority, server, manifestKey, publicKey(manifestKey));
    } catch (GeneralSecurityException e) {
      throw new IOException("The keys in " + folder + " cannot be used: " + e.getMessage(), e);
    }
  }

  private static void write(Path file, String text, String permissions) throws IOException {
    AtomicFile.write(file, text.getBytes(StandardCharsets.US_ASCII), permissions);
  }

  @FunctionalInterface
  private interface Reader<T> {
    T read(String text) throws IOException, GeneralSecurityException;
  }

  private static <T> T read(Path file, Reader<T> reader) throws IOException {
    try {
      return reader.read(Files.readString(file));
    } catch (NoSuchFileException e) {
      throw new IOException(file + " is missing; " + MEND, e);
    } catch (IOException | GeneralSecurityException e) {
      throw new IOException(file + " cannot be used (" + e.getMessage() + "); " + MEND, e);
    }
  }

  private static CertificateAuthority authority(
      PrivateKey key, X509Certificate certificate, SecureRandom random, Path folder)
      throws IOException {
    if (!KeyMatch.matches(key, certificate)) {
      throw new IOException(folder.resolve("ca.key") + " is not the key of ca.crt; " + MEND);
    }
    return new CertificateAuthority(certificate, key, random);
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
