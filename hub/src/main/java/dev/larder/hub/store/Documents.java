package dev.larder.hub.store;

import dev.larder.common.file.AtomicFile;
import dev.larder.common.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A folder of JSON documents of one type, a file each. One virtual thread replaces files whole; of
 * several versions of a document that wait for it only the last is written.
 */
public final class Documents<T> {
  private static final Logger log = LoggerFactory.getLogger(Documents.class);
  private static final String SUFFIX = ".json";

  private sealed interface Task<T> {}

  private record Save<T>(String name, T document, Consumer<Boolean> answer) implements Task<T> {}

  private record End<T>() implements Task<T> {}

  private final Path folder;
  private final Class<T> type;
  private final Executor answers;
  private final LinkedBlockingQueue<Task<T>> tasks = new LinkedBlockingQueue<>();
  private final Thread thread;

  /**
   * @param answers where answers are given
   */
  public Documents(Path folder, Class<T> type, Executor answers) throws IOException {
    Files.createDirectories(folder);
    this.folder = folder;
    this.type = type;
    this.answers = answers;
    this.thread = Thread.ofVirtual().name("documents").start(this::run);
  }

  /** Reads all of them, by name; one that cannot be read is left out and logged. */
  public Map<String, T> read() throws IOException {
    var documents = new TreeMap<String, T>();
    List<Path> files;
    try (var list = Files.list(folder)) {
      files = list.filter(f -> f.toString().endsWith(SUFFIX)).toList();
    }
    for (var file : files) {
      var fileName = file.getFileName().toString();
      try {
        documents.put(
            fileName.substring(0, fileName.length() - SUFFIX.length()),
            Json.mapper().readValue(Files.readAllBytes(file), type));
      } catch (IOException e) {
        log.atError().addKeyValue("file", file).setCause(e).log("document unreadable");
      }
    }
    return documents;
  }

  /**
   * Keeps a document.
   *
   * @param name is a plain file name
   * @param answer whether it, or a later version of it, is on disk
   */
  public void save(String name, T document, Consumer<Boolean> answer) {
    tasks.add(new Save<>(name, document, answer));
  }

  private void run() {
    boolean open = true;
    while (open) {
      var saves = new ArrayList<Save<T>>();
      for (var task : next()) {
        switch (task) {
          case Save<T> save -> saves.add(save);
          case End<T> _ -> open = false;
        }
      }
      write(saves);
    }
  }

  private List<Task<T>> next() {
    var batch = new ArrayList<Task<T>>();
    try {
      batch.add(tasks.take());
    } catch (InterruptedException _) {
      batch.add(new End<>());
    }
    tasks.drainTo(batch);
    return batch;
  }

  private void write(List<Save<T>> saves) {
    var latest = new LinkedHashMap<String, T>();
    saves.forEach(save -> latest.put(save.name(), save.document()));
    var written = new LinkedHashMap<String, Boolean>();
    latest.forEach((name, document) -> written.put(name, write(name, document)));
    answers.execute(
        () -> saves.forEach(s -> s.answer().accept(written.getOrDefault(s.name(), false))));
  }

  private boolean write(String name, T document) {
    try {
      AtomicFile.write(folder.resolve(name + SUFFIX), Json.writeBytes(document), "rw-------");
      return true;
    } catch (IOException e) {
      log.atWarn().addKeyValue("name", name).setCause(e).log("document not kept");
      return false;
    }
  }

  /** Writes what waits and ends. */
  public void close() throws InterruptedException {
    tasks.add(new End<>());
    thread.join();
  }
}
