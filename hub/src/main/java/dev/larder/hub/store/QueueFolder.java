package dev.larder.hub.store;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.larder.common.file.AtomicFile;
import dev.larder.common.id.ModuleId;
import dev.larder.common.json.Json;
import dev.larder.common.manifest.Route;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A queue's folder and what {@code queue.json} in it says.
 *
 * @param epoch a random id, made with the queue
 */
record QueueFolder(Path path, Route.Sink sink, String epoch) {
  private static final String FILE = "queue.json";
  private static final String UPSTREAM = "$upstream";
  private static final int HASH_CHARACTERS = 16;

  String name() {
    return path.getFileName().toString();
  }

  static boolean isOne(Path path) {
    return Files.exists(path.resolve(FILE));
  }

  static QueueFolder read(Path path) throws IOException {
    var json = Json.mapper().readTree(Files.readAllBytes(path.resolve(FILE)));
    var epoch = json.path("epoch").asText();
    var sink = json.path("sink");
    return sink.isTextual()
        ? new QueueFolder(path, new Route.Upstream(), epoch)
        : new QueueFolder(
            path,
            new Route.Input(ModuleId.of(sink.path("module").asText()), sink.path("input").asText()),
            epoch);
  }

  static QueueFolder make(Path store, Route.Sink sink, String epoch) throws IOException {
    var folder = new QueueFolder(store.resolve(nameOf(sink)), sink, epoch);
    var json = Json.object().put("epoch", epoch);
    switch (sink) {
      case Route.Upstream() -> json.put("sink", UPSTREAM);
      case Route.Input(var module, var input) -> {
        ObjectNode node = json.putObject("sink");
        node.put("module", module.value()).put("input", input);
      }
    }
    AtomicFile.write(folder.path.resolve(FILE), Json.writeBytes(json), "rw-------");
    try (var channel = java.nio.channels.FileChannel.open(store)) {
      channel.force(true);
    }
    return folder;
  }

  /** An input's name may hold what a file's name may not, so its folder is named by a hash. */
  private static String nameOf(Route.Sink sink) {
    return switch (sink) {
      case Route.Upstream() -> "upstream";
      case Route.Input(var module, var input) -> "input-" + hash(module + "/" + input);
    };
  }

  private static String hash(String text) {
    try {
      var digest = MessageDigest.getInstance("SHA-256");
      var bytes = digest.digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(bytes).substring(0, HASH_CHARACTERS);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("The JDK has no SHA-256", e);
    }
  }
}
