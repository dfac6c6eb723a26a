import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What the kernel says of processes and of the machine, and commands that are run to their end. */
final class Machine {
  private static final double TICKS_A_SECOND = 100;
  private static final int STARTED_AT = 19;

  private Machine() {}

  /** Runs a command; its output. Fails when it does. */
  static String run(String... command) throws IOException, InterruptedException {
    var process = new ProcessBuilder(command).redirectErrorStream(true).start();
    var output = new String(process.getInputStream().readAllBytes());
    if (process.waitFor() != 0) {
      throw new IOException(String.join(" ", command) + ": " + output.strip());
    }
    return output;
  }

  static void signal(String signal, long pid) throws IOException, InterruptedException {
    run("kill", "-" + signal, "" + pid);
  }

  private static List<String> stat(long pid) throws IOException {
    var stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
    return List.of(stat.substring(stat.lastIndexOf(')') + 2).split(" "));
  }

  /** Milliseconds since the machine's start, to a hundredth of a second. */
  static double startedAtMillis(long pid) throws IOException {
    return Long.parseLong(stat(pid).get(STARTED_AT)) * 1000 / TICKS_A_SECOND;
  }

  static double processorSeconds(long pid) throws IOException {
    var stat = stat(pid);
    return (Long.parseLong(stat.get(11)) + Long.parseLong(stat.get(12))) / TICKS_A_SECOND;
  }

  static double residentMib(long pid) throws IOException {
    try (var lines = Files.lines(Path.of("/proc/" + pid + "/status"))) {
      return lines
              .filter(line -> line.startsWith("VmRSS"))
              .mapToDouble(line -> Double.parseDouble(line.replaceAll("\\D", "")))
              .sum()
          / 1024;
    }
  }

  static long openFiles(long pid) throws IOException {
    try (var files = Files.list(Path.of("/proc/" + pid + "/fd"))) {
      return files.count();
    }
  }

  /** Seconds that the cores were not idle. */
  static double busySeconds() throws IOException {
    var fields = Files.readAllLines(Path.of("/proc/stat")).getFirst().split(" +");
    return Stream.of(1, 2, 3, 6, 7, 8).mapToDouble(i -> Double.parseDouble(fields[i])).sum() / TICKS_A_SECOND;
  }

  /** What the files under a folder take; one that goes meanwhile counts nothing. */
  static double folderMib(Path folder) throws IOException {
    try (var files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum() / 1048576.0;
    } catch (java.io.UncheckedIOException e) {
      return Double.NaN;
    }
  }

  static void removeFolder(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    var all = new ArrayList<Path>();
    try (var files = Files.walk(folder)) {
      files.forEach(all::addFirst);
    }
    for (var file : all) {
      Files.delete(file);
    }
  }
}
