package dev.larder.cloud.authority;

import static java.util.stream.Collectors.toSet;

import dev.larder.common.file.AtomicFile;
import dev.larder.common.trust.KeyMatch;
import dev.larder.common.trust.ServerKeyManager;
import dev.larder.common.trust.ServerKeyManager.Pair;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.bouncycastle.util.IPAddress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The server's own key and certificate: two files, and what TLS is given of them. */
public final class ServerKeys {
  private static final Logger log = LoggerFactory.getLogger(ServerKeys.class);
  private static final Duration RENEWED_BEFORE_END = Duration.ofDays(90);
  private static final int ALTERNATIVE_NAME = 1;

  private final Path keyFile;
  private final Path certificateFile;
  private final CertificateAuthority authority;
  private final List<String> hosts;
  private final SecureRandom random;

  private final ServerKeyManager manager = new ServerKeyManager();

  private ServerKeys(
      Path folder, CertificateAuthority authority, List<String> hosts, SecureRandom random) {
    this.keyFile = folder.resolve("server.key");
    this.certificateFile = folder.resolve("server.crt");
    this.authority = authority;
    this.hosts = List.copyOf(hosts);
    this.random = random;
  }

  /** Takes what is in the folder, if that is good still, or makes a new pair. */
  static ServerKeys open(
      Path folder,
      CertificateAuthority authority,
      List<String> hosts,
      SecureRandom random,
      Instant now)
      throws IOException, GeneralSecurityException {
    var keys = new ServerKeys(folder, authority, hosts, random);
    keys.read().ifPresent(keys.manager::add);
    keys.renewIfDue(now);
    return keys;
  }

  /** What TLS asks. */
  public ServerKeyManager manager() {
    return manager;
  }

  /**
   * Makes a new pair when the one in use is for other hosts, not valid yet, or within ninety days
   * of its end.
   */
  public synchronized void renewIfDue(Instant now) throws IOException, GeneralSecurityException {
    var served = manager.newest();
    if (served.isPresent() && serves(served.get().certificate(), now)) {
      return;
    }
    var pair = CertificateAuthority.newKey(random);
    var certificate = authority.issueServer(pair.getPublic(), hosts, now);
    write(keyFile, Pem.write(pair.getPrivate()), Keyring.SECRET);
    write(certificateFile, Pem.write(certificate), Keyring.PUBLIC);
    manager.add(new Pair(pair.getPrivate(), List.of(certificate)));
    log.atInfo()
        .addKeyValue("until", certificate.getNotAfter().toInstant())
        .log("server certificate issued");
  }

  /**
   * Empty when there is none that can be used: another is made at any time. A cut between the two
   * files leaves what does not fit.
   */
  private Optional<Pair> read() {
    try {
      return readPair().filter(pair -> KeyMatch.matches(pair.key(), pair.certificate()));
    } catch (IOException | GeneralSecurityException e) {
      log.atWarn().setCause(e).log("server certificate cannot be read, another is made");
      return Optional.empty();
    }
  }

  private Optional<Pair> readPair() throws IOException, GeneralSecurityException {
    if (!Files.exists(certificateFile) || !Files.exists(keyFile)) {
      return Optional.empty();
    }
    var pair =
        new Pair(
            Pem.privateKey(Files.readString(keyFile), "EC"),
            List.of(Pem.certificate(Files.readString(certificateFile))));
    return Optional.of(pair);
  }

  private boolean serves(X509Certificate certificate, Instant now) throws GeneralSecurityException {
    var names = new TreeSet<String>();
    var alternatives = certificate.getSubjectAlternativeNames();
    if (alternatives != null) {
      alternatives.forEach(name -> names.add(oneForm(String.valueOf(name.get(ALTERNATIVE_NAME)))));
    }
    var end = certificate.getNotAfter().toInstant();
    return names.equals(hosts.stream().map(ServerKeys::oneForm).collect(toSet()))
        && !now.isBefore(certificate.getNotBefore().toInstant())
        && now.isBefore(end.minus(RENEWED_BEFORE_END));
  }

  /** An IPv6 address can be written in many. */
  private static String oneForm(String host) {
    return IPAddress.isValid(host) ? InetAddress.ofLiteral(host).getHostAddress() : host;
  }

  private static void write(Path file, String text, String permissions) throws IOException {
    AtomicFile.write(file, text.getBytes(StandardCharsets.US_ASCII), permissions);
  }
}
