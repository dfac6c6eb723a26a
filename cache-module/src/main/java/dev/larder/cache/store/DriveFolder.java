package dev.larder.cache.store;

import dev.larder.cache.slice.Stored;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A cache drive's folder: the files of objects in 256 shelves, and whether it can be written. */
final class DriveFolder {
  private static final String OBJECTS = "objects";
  private static final String SHELVES = "[0-9a-f][0-9a-f]";

  private final Path root;
  private final Path objects;

  DriveFolder(String path) {
    this.root = Path.of(path);
    this.objects = root.resolve(OBJECTS);
  }

  static DriveFolder of(Stored object) {
    return new DriveFolder(object.drive());
  }

  Path root() {
    return root;
  }

  Path objects() {
    return objects;
  }

  /** Tries what reading needs; the exception says why it cannot be done. */
  void check() throws IOException {
    if (!Files.isDirectory(root)) {
      throw new NoSuchFileException(root.toString(), null, "the folder does not exist");
    }
  }

  /** Tries what caching needs; the exception says why it cannot be done. */
  void probe() throws IOException {
    check();
    Files.createDirectories(objects);
    var probe = Files.createTempFile(objects, ".probe", null);
    try {
      Files.write(probe, new byte[1]);
    } finally {
      Files.delete(probe);
    }
  }

  List<Path> shelves() throws IOException {
    return Files.isDirectory(objects) ? list(objects, SHELVES) : List.of();
  }

  static List<Path> list(Path folder, String names) throws IOException {
    try (DirectoryStream<Path> listed = Files.newDirectoryStream(folder, names)) {
      var files = new ArrayList<Path>();
      listed.forEach(files::add);
      return files;
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
  }

  /** What an object's metadata file says; empty when it is broken. */
  Optional<ObjectFile.Content> read(long id) throws IOException {
    return ObjectFile.read(Files.readAllBytes(ObjectFile.meta(objects, id)));
  }

  /** Deletes an object's files, the metadata first: data alone is never served. */
  void delete(long id) throws IOException {
    Files.deleteIfExists(ObjectFile.meta(objects, id));
    Files.deleteIfExists(ObjectFile.data(objects, id));
  }
}
