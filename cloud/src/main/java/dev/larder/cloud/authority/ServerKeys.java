package dev.larder.cloud.authority;

import dev.larder.common.file.AtomicFile;
import dev.larder.common.trust.KeyMatch;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The server's own key and certificate. TLS asks for them at each handshake, so that new ones are
 * served without a restart.
 */
public final class ServerKeys extends X509ExtendedKeyManager {
  private static final Logger log = LoggerFactory.getLogger(ServerKeys.class);
  private static final Duration RENEWED_BEFORE_END = Duration.ofDays(90);
  private static final int ALTERNATIVE_NAME = 1;

  private final Path keyFile;
  private final Path certificateFile;
  private final CertificateAuthority authority;
  private final List<String> hosts;
  private final SecureRandom random;

  /** A pair's alias is its place: a handshake that has begun ends with the pair that it chose. */
  private final List<Pair> pairs = new CopyOnWriteArrayList<>();

  private record Pair(PrivateKey key, X509Certificate certificate) {}

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
    keys.read().ifPresent(keys.pairs::add);
    keys.renewIfDue(now);
    return keys;
  }

  /**
   * Makes a new pair when the one in use is for other hosts, not valid yet, or within ninety days
   * of its end.
   */
  public synchronized void renewIfDue(Instant now) throws IOException, GeneralSecurityException {
    if (!pairs.isEmpty() && serves(pairs.getLast().certificate(), now)) {
      return;
    }
    var pair = CertificateAuthority.newKey(random);
    var certificate = authority.issueServer(pair.getPublic(), hosts, now);
    write(keyFile, Pem.write(pair.getPrivate()), Keyring.SECRET);
    write(certificateFile, Pem.write(certificate), Keyring.PUBLIC);
    pairs.add(new Pair(pair.getPrivate(), certificate));
    log.atInfo()
        .addKeyValue("until", certificate.getNotAfter().toInstant())
        .log("server certificate issued");
  }

  /** Empty when there is none, or a cut between the two files has left what does not fit. */
  private Optional<Pair> read() throws IOException, GeneralSecurityException {
    if (!Files.exists(certificateFile) || !Files.exists(keyFile)) {
      return Optional.empty();
    }
    var pair =
        new Pair(
            Pem.privateKey(Files.readString(keyFile), "EC"),
            Pem.certificate(Files.readString(certificateFile)));
    return Optional.of(pair).filter(p -> KeyMatch.matches(p.key(), p.certificate()));
  }

  private boolean serves(X509Certificate certificate, Instant now) throws GeneralSecurityException {
    var names = new ArrayList<String>();
    var alternatives = certificate.getSubjectAlternativeNames();
    if (alternatives != null) {
      alternatives.forEach(name -> names.add(String.valueOf(name.get(ALTERNATIVE_NAME))));
    }
    var end = certificate.getNotAfter().toInstant();
    return new TreeSet<>(names).equals(new TreeSet<>(hosts))
        && !now.isBefore(certificate.getNotBefore().toInstant())
        && now.isBefore(end.minus(RENEWED_BEFORE_END));
  }

  private static void write(Path file, String text, String permissions) throws IOException {
    AtomicFile.write(file, text.getBytes(StandardCharsets.US_ASCII), permissions);
  }

  @Override
  public @Nullable String chooseEngineServerAlias(
      String keyType, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
    int newest = pairs.size() - 1;
    var key = pairs.get(newest).key();
    return key.getAlgorithm().equals(keyType) ? Integer.toString(newest) : null;
  }

  @Override
  public @Nullable String chooseServerAlias(
      String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
    return chooseEngineServerAlias(keyType, issuers, null);
  }

  @Override
  public X509Certificate[] getCertificateChain(String alias) {
    return new X509Certificate[] {pairs.get(Integer.parseInt(alias)).certificate()};
  }

  @Override
  public PrivateKey getPrivateKey(String alias) {
    return pairs.get(Integer.parseInt(alias)).key();
  }

  @Override
  public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
    return null;
  }

  @Override
  public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
    return null;
  }

  @Override
  public @Nullable String chooseClientAlias(
      String[] keyTypes, Principal @Nullable [] issuers, @Nullable Socket socket) {
    return null;
  }
}
