package dev.larder.cloud.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.flywaydb.core.Flyway;
import org.jdbi.v3.core.Jdbi;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;

/**
 * The one database. Its methods block: they are for virtual threads. A write is one transaction and
 * is on disk when the method returns.
 */
public final class Database implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final int SQLITE_CONNECTIONS = 4;
  private static final int POSTGRES_CONNECTIONS = 10;

  private final HikariDataSource pool;
  private final Jdbi jdbi;
  private final Optional<ReentrantLock> writing;

  private Database(HikariConfig config, Optional<ReentrantLock> writing) {
    config.setConnectionTimeout(PATIENCE.toMillis());
    this.pool = new HikariDataSource(config);
    this.jdbi = Jdbi.create(pool);
    this.writing = writing;
  }

  private Database migrated() {
    try {
      Flyway.configure().dataSource(pool).locations("classpath:db/migration").load().migrate();
      return this;
    } catch (RuntimeException e) {
      pool.close();
      throw e;
    }
  }

  /** An SQLite file, made when it is not there. SQLite has one writer, so writes queue here. */
  public static Database sqlite(Path file) {
    var sqlite = new SQLiteConfig();
    sqlite.setJournalMode(SQLiteConfig.JournalMode.WAL);
    sqlite.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
    sqlite.setTransactionMode(SQLiteConfig.TransactionMode.IMMEDIATE);
    sqlite.setBusyTimeout(Math.toIntExact(PATIENCE.toMillis()));
    sqlite.enforceForeignKeys(true);
    var source = new SQLiteDataSource(sqlite);
    source.setUrl("jdbc:sqlite:" + file);
    var config = new HikariConfig();
    config.setDataSource(source);
    config.setMaximumPoolSize(SQLITE_CONNECTIONS);
    return new Database(config, Optional.of(new ReentrantLock(true))).migrated();
  }

  /** A database named by a JDBC URL, {@code jdbc:postgresql://host/name?user=…&password=…}. */
  public static Database jdbc(String url) {
    var config = new HikariConfig();
    config.setJdbcUrl(url);
    config.setMaximumPoolSize(POSTGRES_CONNECTIONS);
    return new Database(config, Optional.empty()).migrated();
  }

  /** Reads; statements may see each other's concurrent writes. */
  public <T> T read(Function<Transaction, T> work) {
    return jdbi.withHandle(handle -> work.apply(new Transaction(handle)));
  }

  /** Does all of the work or, when it throws, none of it. */
  public <T> T write(Function<Transaction, T> work) {
    writing.ifPresent(ReentrantLock::lock);
    try {
      return jdbi.inTransaction(handle -> work.apply(new Transaction(handle)));
    } finally {
      writing.ifPresent(ReentrantLock::unlock);
    }
  }

  @Override
  public void close() {
    pool.close();
  }
}
