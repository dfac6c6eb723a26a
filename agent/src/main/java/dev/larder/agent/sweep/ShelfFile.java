package dev.larder.agent.sweep;

import dev.larder.agent.images.ImageShelf;
import dev.larder.agent.node.NodeFiles;
import dev.larder.common.file.AtomicFile;
import dev.larder.common.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The note of images on the node's disk, {@code agent/images.json}. */
final class ShelfFile {
  private static final Logger log = LoggerFactory.getLogger(ShelfFile.class);
  private static final String FILE = "images.json";
  private static final int LIMIT_BYTES = 4 << 20;

  private final NodeFiles files;

  ShelfFile(NodeFiles files) {
    this.files = files;
  }

  /** Empty when there is none that can be read: then nothing on the engine counts as pulled. */
  ImageShelf read() {
    try (var in = Files.newInputStream(files.agent(FILE))) {
      return Json.mapper().readValue(in.readNBytes(LIMIT_BYTES), ImageShelf.class);
    } catch (NoSuchFileException _) {
      return ImageShelf.EMPTY;
    } catch (IOException | RuntimeException e) {
      log.atWarn()
          .addKeyValue("file", files.agent(FILE))
          .addKeyValue("reason", e.getMessage())
          .log("note of pulled images cannot be read; they stay on the engine");
      return ImageShelf.EMPTY;
    }
  }

  void write(ImageShelf shelf) throws IOException {
    AtomicFile.write(files.agent(FILE), Json.writeBytes(shelf), NodeFiles.SECRET);
  }
}
