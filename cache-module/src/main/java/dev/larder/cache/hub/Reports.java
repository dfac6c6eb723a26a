package dev.larder.cache.hub;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.larder.cache.settings.Settings;
import dev.larder.cache.updates.UpdateChecks;
import dev.larder.common.json.Json;
import dev.larder.common.settings.CacheReported;
import dev.larder.common.settings.CacheReported.DriveReport;
import dev.larder.common.settings.CacheReported.UpdateReport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Puts the reported properties together. */
final class Reports {
  private static final Duration USED_BYTES_EVERY = Duration.ofSeconds(30);
  private static final UpdateReport NO_CHECKS =
      new UpdateReport(
          Optional.empty(), Optional.empty(), 0, 0, Optional.empty(), Optional.empty());

  private final String version;
  private Instant drivesAt = Instant.EPOCH;
  private List<DriveReport> drives = List.of();

  Reports(String version) {
    this.version = version;
  }

  /** As it would come back from the hub, so that equal numbers compare equal. */
  ObjectNode now(
      Settings settings, Optional<UpdateChecks> updates, List<DriveReport> used, Instant now) {
    var report =
        new CacheReported(
            version,
            settings.good().map(Settings.Good::version).orElse(0L),
            settings.problems(),
            drives(used, now),
            updates.map(UpdateChecks::report).orElse(NO_CHECKS));
    try {
      return (ObjectNode) Json.mapper().readTree(Json.writeBytes(report));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Used bytes change all the time: they are reported now and then, problems at once. */
  private List<DriveReport> drives(List<DriveReport> used, Instant now) {
    if (!withoutUse(used).equals(withoutUse(drives))
        || !now.isBefore(drivesAt.plus(USED_BYTES_EVERY))) {
      drives = used;
      drivesAt = now;
    }
    return drives;
  }

  private static List<DriveReport> withoutUse(List<DriveReport> drives) {
    return drives.stream()
        .map(d -> new DriveReport(d.hostPath(), d.sizeBytes(), 0, d.problem()))
        .toList();
  }
}
