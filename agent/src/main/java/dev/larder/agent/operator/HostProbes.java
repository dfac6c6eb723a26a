package dev.larder.agent.operator;

import dev.larder.agent.check.Observation;
import dev.larder.agent.check.Observation.Disk;
import dev.larder.agent.check.Observation.Folder;
import dev.larder.agent.check.Observation.SecretFile;
import dev.larder.agent.node.NodeFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** Looks at disks and folders. */
final class HostProbes {
  private static final String BUSYBOX = "/bin/busybox";
  private static final int STAT_SECONDS = 5;
  private static final int FIELDS = 5;
  private static final int ANSWER_LIMIT_BYTES = 1 << 10;

  private HostProbes() {}

  static List<Probe> of(NodeFiles files) {
    return List.of(
        new Probe("disk", () -> List.of(disk("node folder " + files.dataDir(), files.dataDir()))),
        // The layers of a container lie on the engine's own disk.
        new Probe("disk", () -> List.of(disk("the engine's disk", Path.of("/")))),
        new Probe("folders", () -> folders(files)),
        new Probe("secrets", () -> secrets(files)));
  }

  /** Java knows no inodes, busybox does; without it they are left out. */
  private static Disk disk(String what, Path path) throws IOException, InterruptedException {
    if (Files.isExecutable(Path.of(BUSYBOX))) {
      var process =
          new ProcessBuilder(BUSYBOX, "stat", "-f", "-c", "%b %a %S %c %d", path.toString())
              .redirectErrorStream(true)
              .start();
      try {
        if (process.waitFor(STAT_SECONDS, TimeUnit.SECONDS) && process.exitValue() == 0) {
          var bytes = process.getInputStream().readNBytes(ANSWER_LIMIT_BYTES);
          return disk(what, new String(bytes, StandardCharsets.US_ASCII).strip().split(" "));
        }
      } finally {
        process.destroyForcibly();
      }
    }
    var store = Files.getFileStore(path);
    return new Disk(what, store.getTotalSpace(), store.getUsableSpace(), 0, 0);
  }

  private static Disk disk(String what, String[] fields) throws IOException {
    if (fields.length != FIELDS) {
      throw new IOException("stat -f answered " + String.join(" ", fields));
    }
    long block = Long.parseLong(fields[2]);
    return new Disk(
        what,
        Long.parseLong(fields[0]) * block,
        Long.parseLong(fields[1]) * block,
        Long.parseLong(fields[3]),
        Long.parseLong(fields[4]));
  }

  private static List<Observation> folders(NodeFiles files) throws IOException {
    return List.of(
        folder(files.dataDir(), false),
        // Below the closed folder of the node.
        folder(files.agent(""), true),
        folder(files.identities(), true));
  }

  private static Folder folder(Path path, boolean mayBeOpen) throws IOException {
    var isThere = Files.isDirectory(path);
    return new Folder(
        path.toString(),
        isThere,
        Files.isWritable(path),
        isThere
            && others(path, PosixFilePermission.GROUP_EXECUTE, PosixFilePermission.OTHERS_EXECUTE),
        mayBeOpen);
  }

  private static List<Observation> secrets(NodeFiles files) throws IOException {
    var seen = new ArrayList<Observation>();
    for (var file : List.of(files.nodeKey(), files.nodeSecret(), files.authorityKey())) {
      seen.add(
          new SecretFile(
              file.toString(),
              Files.isReadable(file),
              Files.exists(file)
                  && others(
                      file, PosixFilePermission.GROUP_READ, PosixFilePermission.OTHERS_READ)));
    }
    return seen;
  }

  private static boolean others(Path path, PosixFilePermission group, PosixFilePermission others)
      throws IOException {
    Set<PosixFilePermission> granted = Files.getPosixFilePermissions(path);
    return granted.contains(group) || granted.contains(others);
  }
}
