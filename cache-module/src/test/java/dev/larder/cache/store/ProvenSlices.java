package dev.larder.cache.store;

import dev.larder.cache.slice.SliceMath;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.zip.CRC32C;

/** What a drive's folder proves by itself: slices that are marked and match their checksums. */
public final class ProvenSlices {
  private ProvenSlices() {}

  /** Slices by key; an object that is there twice counts once. */
  public static Map<String, Set<Integer>> of(Path drive) throws IOException {
    var proven = new HashMap<String, Set<Integer>>();
    try (var files = Files.walk(drive.resolve("objects"))) {
      for (var file : files.filter(f -> f.toString().endsWith(ObjectFile.META)).toList()) {
        var content = ObjectFile.read(Files.readAllBytes(file));
        var data =
            file.resolveSibling(
                String.valueOf(file.getFileName()).replace(ObjectFile.META, ObjectFile.DATA));
        if (content.isPresent() && Files.exists(data)) {
          proven.put(content.get().key(), slices(content.get(), data));
        }
      }
    }
    return proven;
  }

  private static Set<Integer> slices(ObjectFile.Content content, Path data) throws IOException {
    var proven = new TreeSet<Integer>();
    try (var file = new RandomAccessFile(data.toFile(), "r")) {
      for (var mark : content.marks().entrySet()) {
        long start = SliceMath.startOf(mark.getKey());
        long end = SliceMath.endOf(mark.getKey(), content.meta().length());
        if (file.length() < end) {
          continue;
        }
        var bytes = new byte[(int) (end - start)];
        file.seek(start);
        file.readFully(bytes);
        var crc = new CRC32C();
        crc.update(bytes);
        if ((int) crc.getValue() == mark.getValue()) {
          proven.add(mark.getKey());
        }
      }
    }
    return proven;
  }
}
