package dev.larder.cache.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** A cache drive's folder: what is found in it, and whether it can be written. */
final class DriveFolder {
  private static final String OBJECTS = "objects";
  private static final String DATA = ".data";
  private static final String META = ".meta";

  private final Path root;
  private final Path objects;

  DriveFolder(String path) {
    this.root = Path.of(path);
    this.objects = root.resolve(OBJECTS);
  }

  /** An object found at the start. */
  record Found(String id, ObjectFile.Content content, long usedMillis) {}

  Path objects() {
    return objects;
  }

  /** Tries what caching needs; the exception says why it cannot be done. */
  void probe() throws IOException {
    if (!Files.isDirectory(root)) {
      throw new NoSuchFileException(root.toString(), null, "the folder does not exist");
    }
    Files.createDirectories(objects);
    Files.delete(Files.createTempFile(objects, ".probe", null));
  }

  /** Everything kept here, from the least to the most recently used; leftovers are deleted. */
  List<Found> scan() throws IOException {
    var found = new ArrayList<Found>();
    try (var shelves = Files.list(objects)) {
      for (var shelf : shelves.filter(Files::isDirectory).toList()) {
        scanShelf(shelf, found);
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    found.sort(Comparator.comparingLong(Found::usedMillis));
    return found;
  }

  private void scanShelf(Path shelf, List<Found> found) throws IOException {
    var ids = new HashSet<String>();
    List<Path> files;
    try (var listed = Files.list(shelf)) {
      files = listed.toList();
    }
    for (var file : files) {
      var name = file.getFileName().toString();
      if (name.endsWith(META) && Files.exists(shelf.resolve(id(name) + DATA))) {
        var content = ObjectFile.read(Files.readAllBytes(file));
        if (content.isPresent()) {
          long used = Files.getLastModifiedTime(file).toMillis();
          found.add(new Found(id(name), content.get(), used));
          ids.add(id(name));
        }
      }
    }
    deleteLeftovers(files, ids);
  }

  private static void deleteLeftovers(List<Path> files, Set<String> ids) throws IOException {
    for (var file : files) {
      if (!ids.contains(id(file.getFileName().toString()))) {
        Files.deleteIfExists(file);
      }
    }
  }

  private static String id(String fileName) {
    int dot = fileName.lastIndexOf('.');
    return dot < 0 ? fileName : fileName.substring(0, dot);
  }

  /** Deletes an object's files, the metadata first: data alone is never served. */
  void delete(String id) throws IOException {
    Files.deleteIfExists(ObjectFile.meta(objects, id));
    Files.deleteIfExists(ObjectFile.data(objects, id));
  }
}
