package dev.larder.cache.tls;

import dev.larder.cache.tls.InstalledPair.BadPair;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches the folder in which a certificate is installed: {@code server.crt}, the chain, and {@code
 * server.key}, both PEM. A good pair is served within two seconds, in the place of the one before;
 * a bad one is said to be so and changes nothing.
 */
public final class Certificates implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Certificates.class);
  private static final Duration LOOK = Duration.ofMillis(500);
  private static final String CHAIN = "server.crt";
  private static final String KEY = "server.key";
  private static final int MOST_BYTES = 1 << 20;

  private final Vertx vertx;
  private final Path folder;
  private final Port port;
  private final Clock clock;
  private final AtomicBoolean looking = new AtomicBoolean();
  private final long timer;
  private volatile TlsStatus status = TlsStatus.OFF;

  /** What the files were at the last look, and those that were acted on. */
  private Optional<Installed> seen = Optional.empty();

  private Optional<Installed> done = Optional.empty();

  /** What serves with a certificate. */
  @FunctionalInterface
  public interface Port {
    /** Serves with this pair from now on; connections that are open stay. */
    Future<Void> serve(InstalledPair pair);
  }

  /** The two files' identities. */
  private record Installed(Stamp chain, Stamp key) {}

  private record Stamp(FileTime modified, long size, String file) {
    static Stamp of(Path path) throws IOException {
      var attributes = Files.readAttributes(path, BasicFileAttributes.class);
      return new Stamp(
          attributes.lastModifiedTime(), attributes.size(), String.valueOf(attributes.fileKey()));
    }
  }

  public Certificates(Vertx vertx, Path folder, Clock clock, Port port) {
    this.vertx = vertx;
    this.folder = folder;
    this.clock = clock;
    this.port = port;
    look(true);
    this.timer =
        vertx.setPeriodic(
            LOOK.toMillis(), _ -> Thread.ofVirtual().name("certificates").start(() -> look(false)));
  }

  public TlsStatus status() {
    return status;
  }

  /** Two files are not replaced at once: they are acted on when a look finds them unchanged. */
  private void look(boolean atOnce) {
    if (!looking.compareAndSet(false, true)) {
      return;
    }
    try {
      var now =
          Optional.of(
              new Installed(Stamp.of(folder.resolve(CHAIN)), Stamp.of(folder.resolve(KEY))));
      if (!now.equals(done) && (atOnce || now.equals(seen))) {
        done = now;
        install();
      }
      seen = now;
    } catch (NoSuchFileException _) {
      seen = Optional.empty();
    } catch (IOException e) {
      refuse("The files in " + folder + " cannot be read: " + e.getMessage());
    } finally {
      looking.set(false);
    }
  }

  private void install() throws IOException {
    try {
      var pair = InstalledPair.read(vertx, read(CHAIN), read(KEY));
      port.serve(pair).await();
      status = TlsStatus.on(pair, clock.instant());
      log.atInfo()
          .addKeyValue("subject", pair.subject())
          .addKeyValue("notAfter", pair.notAfter())
          .log("certificate installed");
    } catch (BadPair e) {
      refuse(String.valueOf(e.getMessage()));
    } catch (RuntimeException e) {
      refuse("The certificate cannot be served: " + e.getMessage());
    }
  }

  private byte[] read(String name) throws IOException, BadPair {
    var file = folder.resolve(name);
    if (Files.size(file) > MOST_BYTES) {
      throw new BadPair(name + " is more than 1 MiB, and so no certificate or key");
    }
    return Files.readAllBytes(file);
  }

  private void refuse(String problem) {
    if (!problem.equals(status.problem())) {
      log.atWarn()
          .addKeyValue("folder", folder)
          .addKeyValue("problem", problem)
          .log("certificate not installed: what was served before is served on");
      status = status.with(problem);
    }
  }

  @Override
  public void close() {
    vertx.cancelTimer(timer);
  }
}
