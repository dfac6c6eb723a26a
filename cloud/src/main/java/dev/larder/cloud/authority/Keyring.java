package dev.larder.cloud.authority;

import dev.larder.common.file.AtomicFile;
import dev.larder.common.trust.ManifestSignature;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * The cloud's keys, in a folder of files that only its user can read. What is not there yet is
 * made.
 *
 * @param authority issues certificates
 * @param serverCertificate PEM
 * @param serverKey PEM
 * @param manifestKey signs manifests
 * @param manifestPublicKey as enrolment hands it out
 */
public record Keyring(
    CertificateAuthority authority,
    String serverCertificate,
    String serverKey,
    PrivateKey manifestKey,
    String manifestPublicKey) {
  private static final String SECRET = "rw-------";
  private static final String PUBLIC = "rw-r--r--";
  private static final Duration RENEWED_BEFORE_END = Duration.ofDays(90);
  private static final int ALTERNATIVE_NAME = 1;

  /**
   * Opens the folder. The server's certificate is issued anew when its hosts are others or it is
   * within ninety days of its end.
   *
   * @param hosts that the server is reached by: names and addresses
   */
  public static Keyring open(Path folder, List<String> hosts, SecureRandom random, Instant now)
      throws IOException {
    try {
      var authority = authority(folder, random, now);
      var server = server(folder, authority, hosts, random, now);
      var manifestFile = folder.resolve("manifest.key");
      var publicFile = folder.resolve("manifest.pub");
      if (!Files.exists(manifestFile) || !Files.exists(publicFile)) {
        var pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        write(publicFile, ManifestSignature.encode(pair.getPublic()), PUBLIC);
        write(manifestFile, Pem.write(pair.getPrivate()), SECRET);
      }
      return new Keyring(
          authority,
          server.certificate(),
          server.key(),
          Pem.privateKey(Files.readString(manifestFile), "Ed25519"),
          Files.readString(publicFile));
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
    if (!Files.exists(certificateFile)) {
      var pair = CertificateAuthority.newKey(random);
      write(keyFile, Pem.write(pair.getPrivate()), SECRET);
      write(certificateFile, Pem.write(CertificateAuthority.selfSigned(pair, random, now)), PUBLIC);
    }
    return new CertificateAuthority(
        Pem.certificate(Files.readString(certificateFile)),
        Pem.privateKey(Files.readString(keyFile), "EC"),
        random);
  }

  private record Server(String certificate, String key) {}

  private static Server server(
      Path folder,
      CertificateAuthority authority,
      List<String> hosts,
      SecureRandom random,
      Instant now)
      throws IOException, GeneralSecurityException {
    var keyFile = folder.resolve("server.key");
    var certificateFile = folder.resolve("server.crt");
    if (!Files.exists(certificateFile)
        || !serves(Pem.certificate(Files.readString(certificateFile)), hosts, now)) {
      var pair = CertificateAuthority.newKey(random);
      write(keyFile, Pem.write(pair.getPrivate()), SECRET);
      write(
          certificateFile, Pem.write(authority.issueServer(pair.getPublic(), hosts, now)), PUBLIC);
    }
    return new Server(Files.readString(certificateFile), Files.readString(keyFile));
  }

  private static boolean serves(X509Certificate certificate, List<String> hosts, Instant now)
      throws GeneralSecurityException {
    var names = new ArrayList<String>();
    var alternatives = certificate.getSubjectAlternativeNames();
    if (alternatives != null) {
      alternatives.forEach(name -> names.add(String.valueOf(name.get(ALTERNATIVE_NAME))));
    }
    var end = certificate.getNotAfter().toInstant();
    return new TreeSet<>(names).equals(new TreeSet<>(hosts))
        && now.isBefore(end.minus(RENEWED_BEFORE_END));
  }

  @Override
  public String toString() {
    return "Keyring[" + manifestPublicKey + "]";
  }
}
