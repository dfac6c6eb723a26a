package dev.larder.cache.admin;

import dev.larder.common.file.AtomicFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;

/** The secret that opens the administration API: made at the first start, kept in a file. */
public final class AdminToken {
  /** Its file in the data folder. */
  public static final String FILE = "admin-token";

  private static final int BYTES = 32;
  private static final String BEARER = "Bearer ";

  private final byte[] token;

  private AdminToken(byte[] token) {
    this.token = token;
  }

  /** Reads the token, or makes one if there is none. */
  public static AdminToken open(Path folder) throws IOException {
    var file = folder.resolve(FILE);
    if (Files.exists(file)) {
      var kept = Files.readString(file, StandardCharsets.US_ASCII).strip();
      if (!kept.isEmpty()) {
        return new AdminToken(kept.getBytes(StandardCharsets.US_ASCII));
      }
    }
    var random = new byte[BYTES];
    new SecureRandom().nextBytes(random);
    var made = Base64.getUrlEncoder().withoutPadding().encodeToString(random);
    AtomicFile.write(file, (made + "\n").getBytes(StandardCharsets.US_ASCII), "rw-------");
    return new AdminToken(made.getBytes(StandardCharsets.US_ASCII));
  }

  /** Whether an Authorization header holds it; as long for a near miss as for a far one. */
  boolean isIn(Optional<String> authorization) {
    return authorization
        .filter(header -> header.regionMatches(true, 0, BEARER, 0, BEARER.length()))
        .map(header -> header.substring(BEARER.length()).strip())
        .filter(shown -> MessageDigest.isEqual(shown.getBytes(StandardCharsets.UTF_8), token))
        .isPresent();
  }
}
