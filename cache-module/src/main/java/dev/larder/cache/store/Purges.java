package dev.larder.cache.store;

import com.fasterxml.jackson.core.type.TypeReference;
import dev.larder.cache.slice.PurgeRules;
import dev.larder.cache.slice.PurgeRules.Rule;
import dev.larder.common.file.AtomicFile;
import dev.larder.common.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The purge rules in force, in memory and in a file that outlives a kill and a power loss. */
final class Purges {
  private static final Logger log = LoggerFactory.getLogger(Purges.class);
  private static final String FILE = "purges.json";

  private final Path file;
  private volatile PurgeRules rules;

  Purges(Path data) {
    this.file = data.resolve(FILE);
    this.rules = new PurgeRules(read(file));
  }

  private static List<Rule> read(Path file) {
    try {
      return Files.exists(file)
          ? Json.mapper().readValue(Files.readAllBytes(file), new TypeReference<List<Rule>>() {})
          : List.of();
    } catch (IOException e) {
      log.atError()
          .addKeyValue("file", file)
          .addKeyValue("error", e)
          .log("purges unreadable: some purged content may come back");
      return List.of();
    }
  }

  PurgeRules rules() {
    return rules;
  }

  /** Puts a rule in force for good; on an error it is not in force. */
  synchronized void add(Rule rule) throws IOException {
    save(rules.with(rule));
  }

  /** Rules were carried out everywhere. */
  synchronized void done(List<Rule> finished) throws IOException {
    save(rules.without(finished));
  }

  private void save(PurgeRules now) throws IOException {
    AtomicFile.write(file, Json.writeBytes(now.rules()), "rw-------");
    rules = now;
  }
}
