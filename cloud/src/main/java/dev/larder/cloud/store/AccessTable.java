package dev.larder.cloud.store;

import dev.larder.common.id.Name;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** The administrator's account, the open sessions and the API tokens; secrets as hashes only. */
public final class AccessTable {
  private final Handle handle;

  AccessTable(Handle handle) {
    this.handle = handle;
  }

  /**
   * The administrator.
   *
   * @param generated whether the password is still the one made at the first start
   */
  public record Account(String passwordHash, boolean generated) {}

  public record TokenRow(UUID id, Name name, Instant createdAt) {}

  public Optional<Account> account(String name) {
    return handle
        .createQuery("SELECT * FROM account WHERE name = :name")
        .bind("name", name)
        .map((row, _) ->
            new Account(Columns.text(row, "password_hash"), row.getLong("generated") == 1))
        .findOne();
  }

  public void putAccount(String name, Account account) {
    handle
        .createUpdate(
            "INSERT INTO account (name, password_hash, generated)"
                + " VALUES (:name, :hash, :generated) ON CONFLICT (name) DO UPDATE"
                + " SET password_hash = excluded.password_hash, generated = excluded.generated")
        .bind("name", name)
        .bind("hash", account.passwordHash())
        .bind("generated", account.generated() ? 1L : 0L)
        .execute();
  }

  public void addSession(String hash, Instant expiresAt) {
    handle
        .createUpdate("INSERT INTO session (hash, expires_at) VALUES (:hash, :expires)")
        .bind("hash", hash)
        .bind("expires", expiresAt.toEpochMilli())
        .execute();
  }

  /** When an open session ends. */
  public Optional<Instant> session(String hash, Instant now) {
    return handle
        .createQuery("SELECT expires_at FROM session WHERE hash = :hash AND expires_at > :now")
        .bind("hash", hash)
        .bind("now", now.toEpochMilli())
        .map((row, _) -> Columns.instant(row, "expires_at"))
        .findOne();
  }

  public void removeSession(String hash) {
    handle.createUpdate("DELETE FROM session WHERE hash = :hash").bind("hash", hash).execute();
  }

  /** Ends every session but one, which may be none. */
  public void removeSessionsBut(String hash) {
    handle.createUpdate("DELETE FROM session WHERE hash <> :hash").bind("hash", hash).execute();
  }

  public void removeSessionsBefore(Instant now) {
    handle
        .createUpdate("DELETE FROM session WHERE expires_at <= :now")
        .bind("now", now.toEpochMilli())
        .execute();
  }

  /** Whether it was added; it is not when the name is taken. */
  public boolean addToken(TokenRow token, String hash) {
    return handle
            .createUpdate(
                "INSERT INTO token (id, name, hash, created_at) VALUES (:id, :name, :hash, :at)"
                    + " ON CONFLICT (name) DO NOTHING")
            .bind("id", token.id().toString())
            .bind("name", token.name().value())
            .bind("hash", hash)
            .bind("at", token.createdAt().toEpochMilli())
            .execute()
        == 1;
  }

  public List<TokenRow> tokens() {
    return handle
        .createQuery("SELECT * FROM token ORDER BY created_at DESC, name")
        .map((row, _) -> token(row))
        .list();
  }

  public Optional<TokenRow> token(String hash) {
    return handle
        .createQuery("SELECT * FROM token WHERE hash = :hash")
        .bind("hash", hash)
        .map((row, _) -> token(row))
        .findOne();
  }

  public boolean removeToken(UUID id) {
    return handle
            .createUpdate("DELETE FROM token WHERE id = :id")
            .bind("id", id.toString())
            .execute()
        == 1;
  }

  private static TokenRow token(ResultSet row) throws SQLException {
    return new TokenRow(
        UUID.fromString(Columns.text(row, "id")),
        Name.of(Columns.text(row, "name")),
        Columns.instant(row, "created_at"));
  }
}
