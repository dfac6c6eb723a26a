package dev.larder.agent.time;

import dev.larder.agent.node.NodeFiles;
import dev.larder.common.file.AtomicFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The time that trust is judged by: the system clock's, but never before the last known good time,
 * which the cloud told, and what has passed since. It is kept on disk, so that a machine that wakes
 * in 1970 still knows a certificate that holds. It goes back only when the cloud and the system
 * clock agree on an earlier time.
 */
public final class GoodTime implements InstantSource, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(GoodTime.class);
  private static final Duration NOTED = Duration.ofMinutes(5);

  /** Flash wears out. */
  private static final Duration WRITTEN_EVERY = Duration.ofHours(1);

  private final NodeFiles files;
  private final InstantSource system;
  private final LongSupplier nanos;
  private Instant known;
  private long knownAtNanos;
  private Instant written;

  /**
   * Goes on from what is on disk.
   *
   * @param nanos a clock that nobody sets, {@link System#nanoTime}
   * @param past a time that has been in any case
   */
  public GoodTime(NodeFiles files, InstantSource system, LongSupplier nanos, Instant past) {
    this.files = files;
    this.system = system;
    this.nanos = nanos;
    this.written = read(files).orElse(Instant.EPOCH);
    this.known = later(written, past);
    this.knownAtNanos = nanos.getAsLong();
  }

  /** What is on disk; empty when nothing is that can be read. */
  public static Optional<Instant> read(NodeFiles files) {
    try {
      return Optional.of(Instant.parse(Files.readString(files.lastGoodTime()).strip()));
    } catch (NoSuchFileException _) {
      return Optional.empty();
    } catch (IOException | DateTimeException e) {
      log.atWarn().addKeyValue("reason", e.getMessage()).log("last good time cannot be read");
      return Optional.empty();
    }
  }

  /** The later of the two. */
  public static Instant later(Instant one, Instant other) {
    return one.isAfter(other) ? one : other;
  }

  /** This time, unless what is on disk is later. */
  public static Instant atLeast(NodeFiles files, Instant system) {
    return read(files).map(kept -> later(kept, system)).orElse(system);
  }

  private synchronized Instant good() {
    return known.plusNanos(nanos.getAsLong() - knownAtNanos);
  }

  @Override
  public Instant instant() {
    return later(system.instant(), good());
  }

  /** How far the system clock is behind, if that is more than five minutes. */
  public Optional<Duration> behind() {
    return Optional.of(Duration.between(system.instant(), good()))
        .filter(behind -> behind.compareTo(NOTED) > 0);
  }

  /**
   * The cloud, whose certificate holds, says that it is this time. A later one than is known is
   * taken; an earlier one when the system's clock agrees, for then what is known is wrong.
   *
   * @param end of the certificate that the cloud said it by: a time beyond it is wrong, and would
   *     cost the node all trust
   */
  public synchronized void learn(Instant told, Instant end) {
    var isBack = good().isAfter(told.plus(NOTED)) && isHere(told);
    if (told.isAfter(end) || (!told.isAfter(good()) && !isBack)) {
      return;
    }
    known = told;
    knownAtNanos = nanos.getAsLong();
    if (isBack || !known.isBefore(written.plus(WRITTEN_EVERY))) {
      write();
    }
  }

  private boolean isHere(Instant told) {
    return Duration.between(system.instant(), told).abs().compareTo(NOTED) <= 0;
  }

  private synchronized void write() {
    var now = good();
    try {
      AtomicFile.write(
          files.lastGoodTime(), (now + "\n").getBytes(StandardCharsets.US_ASCII), NodeFiles.SECRET);
      written = now;
    } catch (IOException e) {
      log.atWarn().addKeyValue("reason", e.getMessage()).log("last good time not kept");
    }
  }

  /** Writes it a last time. */
  @Override
  public void close() {
    write();
  }
}
