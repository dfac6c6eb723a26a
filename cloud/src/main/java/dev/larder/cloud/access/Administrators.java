package dev.larder.cloud.access;

import dev.larder.cloud.refusal.Refusal;
import dev.larder.cloud.refusal.Refusal.Reason;
import dev.larder.cloud.store.AccessTable.Account;
import dev.larder.cloud.store.AccessTable.TokenRow;
import dev.larder.cloud.store.Database;
import dev.larder.common.file.AtomicFile;
import dev.larder.common.id.Name;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** The administrator's password, sessions and API tokens. */
public final class Administrators {
  public static final Duration SESSION_LIFE = Duration.ofHours(12);

  private static final String ADMIN = "admin";
  private static final int WRONG_A_MINUTE = 10;

  private final Database database;
  private final SecureRandom random;
  private final Secrets secrets;
  private final Clock clock;
  private final AttemptLimit limit = new AttemptLimit(WRONG_A_MINUTE);

  public Administrators(Database database, SecureRandom random, Clock clock) {
    this.database = database;
    this.random = random;
    this.secrets = new Secrets(random);
    this.clock = clock;
  }

  /** Who asks: by a session, which ends, or by a token, which has a name. */
  public record Principal(
      Optional<Instant> sessionEnds, Optional<Name> token, String credentialHash) {
    public boolean bySession() {
      return sessionEnds.isPresent();
    }
  }

  /** An open session's secret, which is the cookie's value. */
  public record Session(String secret, Instant expiresAt) {}

  /** A new token and its secret, shown once. */
  public record NewToken(TokenRow row, String secret) {}

  /**
   * At the first start makes the account.
   *
   * @param given the password to use; when empty a random one is written to the file
   * @return the file, when it was written now
   */
  public Optional<Path> begin(Optional<String> given, Path file) throws IOException {
    if (database.read(tx -> tx.access().account(ADMIN)).isPresent()) {
      return Optional.empty();
    }
    var password = given.orElseGet(secrets::make);
    if (given.isEmpty()) {
      AtomicFile.write(file, (password + "\n").getBytes(StandardCharsets.UTF_8), "rw-------");
    }
    put(password, given.isEmpty());
    return given.isEmpty() ? Optional.of(file) : Optional.empty();
  }

  private void put(String password, boolean generated) {
    var account = new Account(PasswordHash.of(password, random), generated);
    database.write(tx -> {
      tx.access().putAccount(ADMIN, account);
      return account;
    });
  }

  /** Whether the password is still the one that was made at the first start. */
  public boolean generatedPassword() {
    return account().generated();
  }

  private Account account() {
    return database.read(tx -> tx.access().account(ADMIN)).orElseThrow();
  }

  /**
   * Opens a session.
   *
   * @param from the address that asks, by which wrong passwords are counted
   */
  public Session signIn(String password, String from) {
    check(password, from);
    var session = new Session(secrets.make(), clock.instant().plus(SESSION_LIFE));
    return database.write(tx -> {
      tx.access().removeSessionsBefore(clock.instant());
      tx.access().addSession(Secrets.hash(session.secret()), session.expiresAt());
      return session;
    });
  }

  private void check(String password, String from) {
    if (!limit.allows(from, clock.instant())) {
      throw new Refusal(
          Reason.TOO_MANY, "Too many wrong passwords. Wait a minute, then try again.");
    }
    if (!PasswordHash.matches(password, account().passwordHash())) {
      limit.failed(from, clock.instant());
      throw new Refusal(
          Reason.UNKNOWN,
          "The password is wrong. The first one is in the file first-login-secret of the cloud's"
              + " data folder.");
    }
  }

  public void signOut(Principal principal) {
    database.write(tx -> {
      tx.access().removeSession(principal.credentialHash());
      return principal;
    });
  }

  /** Changes the password and ends every session but the asker's. */
  public void changePassword(Principal principal, String current, String next, String from) {
    check(current, from);
    put(next, false);
    database.write(tx -> {
      tx.access().removeSessionsBut(principal.credentialHash());
      return principal;
    });
  }

  /** Who has this session. */
  public Optional<Principal> bySession(String secret) {
    var hash = Secrets.hash(secret);
    return database
        .read(tx -> tx.access().session(hash, clock.instant()))
        .map(ends -> new Principal(Optional.of(ends), Optional.empty(), hash));
  }

  /** Who has this token. */
  public Optional<Principal> byToken(String secret) {
    var hash = Secrets.hash(secret);
    return database
        .read(tx -> tx.access().token(hash))
        .map(token -> new Principal(Optional.empty(), Optional.of(token.name()), hash));
  }

  public List<TokenRow> tokens() {
    return database.read(tx -> tx.access().tokens());
  }

  /** Makes a token; empty when there is one of that name. */
  public Optional<NewToken> newToken(Name name) {
    var token =
        new NewToken(new TokenRow(UUID.randomUUID(), name, clock.instant()), secrets.make());
    boolean added =
        database.write(tx -> tx.access().addToken(token.row(), Secrets.hash(token.secret())));
    return added ? Optional.of(token) : Optional.empty();
  }

  public boolean removeToken(UUID id) {
    return database.write(tx -> tx.access().removeToken(id));
  }
}
