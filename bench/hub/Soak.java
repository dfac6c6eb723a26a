import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** The hub under a mixed load for minutes: whether memory, open files and disk are at the end as at the start. */
final class Soak {
  private static final int EVERY_SECONDS = 10;
  private static final int MOST_LINES = 60;
  private static final List<String> NONE_OF = List.of("missing_1", "missing_2", "repeated_2", "missing_away", "dropped");

  private record Level(long second, double residentMib, long openFiles, double diskMib) {
    static Level of(Site site, long second) throws IOException {
      return new Level(
          second, Machine.residentMib(site.pid()), Machine.openFiles(site.pid()), Machine.folderMib(site.folder()));
    }
  }

  private Soak() {}

  static void run(Site site, int minutes) throws IOException, InterruptedException {
    site.startFresh();
    var levels = new ArrayList<Level>();
    var load = site.begin("soak", List.of("--seconds", "" + 60 * minutes, "--clients", "20"));
    long began = System.nanoTime();
    do {
      levels.add(Level.of(site, TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - began)));
    } while (!load.process().waitFor(EVERY_SECONDS, TimeUnit.SECONDS));
    site.awaitIdle();
    levels.add(Level.of(site, TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - began)));
    var figures = load.figures();
    System.out.println("| second | resident MiB | open files | disk MiB |");
    System.out.println("| --- | --- | --- | --- |");
    int step = Math.ceilDiv(levels.size(), MOST_LINES);
    for (int i = 0; i < levels.size(); i++) {
      if (i % step == 0 || i == levels.size() - 1) {
        var level = levels.get(i);
        System.out.printf("| %d | %.1f | %d | %.1f |%n", level.second, level.residentMib, level.openFiles, level.diskMib);
      }
    }
    System.out.printf(
        "most: resident %.1f MiB, open files %d, disk %.1f MiB%n",
        levels.stream().mapToDouble(Level::residentMib).max().orElseThrow(),
        levels.stream().mapToLong(Level::openFiles).max().orElseThrow(),
        levels.stream().mapToDouble(Level::diskMib).max().orElseThrow());
    new TreeMap<>(figures).forEach((name, value) -> System.out.printf("%s %.0f%n", name, value));
    if (figures.isEmpty() || NONE_OF.stream().anyMatch(name -> figures.get(name) > 0)) {
      System.err.println("the load failed, or something was lost");
      System.exit(1);
    }
  }
}
