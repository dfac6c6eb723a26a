package dev.larder.agent.journal;

import dev.larder.agent.node.NodeFiles;
import dev.larder.common.file.AtomicFile;
import dev.larder.common.json.Json;
import dev.larder.common.report.NodeReport;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps the last report on disk. Used by one thread. */
public final class ReportJournal {
  private static final Logger log = LoggerFactory.getLogger(ReportJournal.class);
  private static final String FILE = "last-report.json";

  private final NodeFiles files;
  private final InstantSource clock;
  private Optional<LastReport> written;
  private Optional<Instant> takenAt;

  /** Goes on from what is on disk. */
  public ReportJournal(NodeFiles files, InstantSource clock) {
    this.files = files;
    this.clock = clock;
    this.written = read(files);
    this.takenAt = written.flatMap(LastReport::takenAt);
  }

  /** The last report of a node; empty before the first, and when the file cannot be read. */
  public static Optional<LastReport> read(NodeFiles files) {
    try {
      return Optional.of(
          Json.mapper().readValue(Files.readAllBytes(files.agent(FILE)), LastReport.class));
    } catch (IOException | IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  /**
   * Takes note of a report that was tried to be sent.
   *
   * @param problem why the cloud did not take it; empty when it did
   */
  public void tried(NodeReport report, String problem) {
    var now = clock.instant();
    if (problem.isEmpty()) {
      takenAt = Optional.of(now);
    }
    var next = new LastReport(report, now, takenAt, problem);
    if (written.map(next::isDue).orElse(true)) {
      try {
        AtomicFile.write(files.agent(FILE), Json.writeBytes(next), NodeFiles.SECRET);
        written = Optional.of(next);
      } catch (IOException e) {
        log.atWarn().addKeyValue("reason", e.getMessage()).log("last report not kept");
      }
    }
  }
}
