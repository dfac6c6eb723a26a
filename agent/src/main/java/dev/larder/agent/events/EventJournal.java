package dev.larder.agent.events;

import dev.larder.agent.node.NodeFiles;
import dev.larder.common.file.AtomicFile;
import dev.larder.common.json.Json;
import dev.larder.common.report.NodeEvents;
import dev.larder.common.report.NodeReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The event log on disk. A change that cannot be written waits, unsent, for the next one. */
public final class EventJournal {
  private static final Logger log = LoggerFactory.getLogger(EventJournal.class);
  private static final String FILE = "events.json";

  private final NodeFiles files;
  private final ReentrantLock lock = new ReentrantLock();
  private EventLog now;
  private EventLog written;

  /** Takes note of nothing before {@link #open}. */
  public EventJournal(NodeFiles files) {
    this.files = files;
    this.written = EventLog.begin(UUID.randomUUID().toString());
    this.now = written;
  }

  /** Goes on from what is on disk. Nobody else may write there any more. */
  public void open() {
    lock.lock();
    try {
      written = read(files);
      now = written;
    } finally {
      lock.unlock();
    }
  }

  private static EventLog read(NodeFiles files) {
    try {
      return Json.mapper().readValue(Files.readAllBytes(files.agent(FILE)), EventLog.class);
    } catch (NoSuchFileException _) {
      return EventLog.begin(UUID.randomUUID().toString());
    } catch (IOException e) {
      log.atWarn().addKeyValue("reason", e.getMessage()).log("event log on disk begins anew");
      return EventLog.begin(UUID.randomUUID().toString());
    }
  }

  /** Takes note of what a report tells. */
  public void note(NodeReport report) {
    lock.lock();
    try {
      write(now.seen(report));
    } finally {
      lock.unlock();
    }
  }

  /** What the next report should carry. */
  public Optional<NodeEvents> toSend() {
    lock.lock();
    try {
      return written.toSend();
    } finally {
      lock.unlock();
    }
  }

  /** The cloud has taken these. */
  public void delivered(NodeEvents taken) {
    lock.lock();
    try {
      write(now.delivered(taken));
    } finally {
      lock.unlock();
    }
  }

  private void write(EventLog next) {
    now = next;
    if (next.equals(written)) {
      return;
    }
    try {
      AtomicFile.write(files.agent(FILE), Json.writeBytes(next), NodeFiles.SECRET);
      written = next;
    } catch (IOException e) {
      log.atWarn().addKeyValue("reason", e.getMessage()).log("events not kept on disk yet");
    }
  }
}
