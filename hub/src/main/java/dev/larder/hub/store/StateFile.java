package dev.larder.hub.store;

import com.fasterxml.jackson.core.type.TypeReference;
import dev.larder.common.file.AtomicFile;
import dev.larder.common.json.Json;
import dev.larder.hub.log.QueueIndex;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** {@code state.json}: position and losses of each queue, by its folder's name. */
final class StateFile {
  private static final String NAME = "state.json";

  private final Path file;

  StateFile(Path folder) {
    this.file = folder.resolve(NAME);
  }

  Map<String, QueueIndex.State> read() throws IOException {
    return Files.exists(file)
        ? Json.mapper().readValue(Files.readAllBytes(file), new TypeReference<>() {})
        : Map.of();
  }

  void write(Map<String, QueueIndex.State> states) throws IOException {
    AtomicFile.write(file, Json.writeBytes(states), "rw-------");
  }
}
