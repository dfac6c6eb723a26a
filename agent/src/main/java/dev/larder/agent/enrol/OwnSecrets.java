package dev.larder.agent.enrol;

import dev.larder.agent.node.NodeFiles;
import dev.larder.agent.time.GoodTime;
import dev.larder.agent.trust.Authority;
import dev.larder.agent.trust.Pem;
import dev.larder.common.file.AtomicFile;
import dev.larder.common.id.CacheNodeId;
import dev.larder.common.trust.KeyMatch;
import dev.larder.common.trust.ModuleKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Base64;

/**
 * The secrets that a node makes for itself: K and the authority of its modules. They outlive a
 * second enrolment, since the modules' keys hang on them; one that is lost, or cannot be used any
 * more, is made anew.
 */
final class OwnSecrets {
  private final NodeFiles files;
  private final Instant now;

  OwnSecrets(NodeFiles files, Instant now) {
    this.files = files;
    this.now = GoodTime.atLeast(files, now);
  }

  /**
   * Whether all are there and can be used.
   *
   * @throws IOException when they may be there and cannot be read
   */
  boolean areThere() throws IOException {
    return hasSecret() && hasAuthority();
  }

  /** Makes those that are not there; whether there were such. */
  boolean make(CacheNodeId node) throws IOException, GeneralSecurityException {
    var isSecretMade = !hasSecret();
    if (isSecretMade) {
      var secret = new byte[ModuleKey.NODE_SECRET_BYTES];
      new SecureRandom().nextBytes(secret);
      write(files.nodeSecret(), Base64.getEncoder().encodeToString(secret));
    }
    var isAuthorityMade = !hasAuthority();
    if (isAuthorityMade) {
      var authority = Authority.create(node.toString(), now);
      write(files.authorityKey(), Pem.write(authority.key()));
      write(files.authorityCertificate(), Pem.write(authority.certificate()));
    }
    return isSecretMade || isAuthorityMade;
  }

  private boolean hasSecret() throws IOException {
    try {
      return files.readNodeSecret().length == ModuleKey.NODE_SECRET_BYTES;
    } catch (NoSuchFileException | IllegalArgumentException _) {
      return false;
    }
  }

  private boolean hasAuthority() throws IOException {
    try {
      var certificate = Pem.certificates(Files.readString(files.authorityCertificate())).getFirst();
      return KeyMatch.matches(Pem.key(Files.readString(files.authorityKey())), certificate)
          && !now.isBefore(certificate.getNotBefore().toInstant())
          && now.isBefore(certificate.getNotAfter().toInstant());
    } catch (NoSuchFileException | GeneralSecurityException _) {
      return false;
    }
  }

  private static void write(Path file, String text) throws IOException {
    AtomicFile.write(file, text.getBytes(StandardCharsets.UTF_8), NodeFiles.SECRET);
  }
}
