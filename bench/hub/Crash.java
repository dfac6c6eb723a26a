import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** The real hub, killed again and again under QoS 1 load, each time started with what it had left. */
final class Crash {
  private static final int LEAST_MILLIS = 50;
  private static final int MOST_MILLIS = 900;
  private static final int TOLD_EVERY = 20;

  private Crash() {}

  /** Kills so many times at moments by chance; in one life of four the session is away. Fails when anything was lost. */
  static void run(Site site, Path work, int kills) throws IOException, InterruptedException {
    var random = new Random();
    var starts = new ArrayList<Double>();
    var ledger = work.resolve("ledger").toString();
    int broken = 0;
    site.startFresh();
    for (int i = 1; i <= kills; i++) {
      var options =
          new ArrayList<>(
              List.of(
                  "--ledger", ledger, "--publish", "1000000", "--window", "100", "--kill-ms",
                  "" + random.nextInt(LEAST_MILLIS, MOST_MILLIS)));
      if (random.nextInt(4) == 0) {
        options.add("--offline");
      }
      var life = site.load("keep", options);
      site.kill();
      if (life.isEmpty() || life.get("killed") == 0) {
        broken++;
      }
      starts.add(site.start());
      if (i % TOLD_EVERY == 0 && !life.isEmpty()) {
        System.out.printf("%d kills, %.0f acknowledged%n", i, life.get("acked"));
      }
    }
    var end = site.load("keep", List.of("--ledger", ledger, "--drain"));
    if (end.isEmpty()) {
      throw new IOException("the hub did not let the session drain");
    }
    System.out.printf(
        "%d kills -9: %.0f acknowledged, %.0f lost, %.0f came twice, %.0f out of order, %.0f sessions lost, %d lives ended early;"
            + " start to first CONNACK %.0f ms (median), %.0f ms (longest)%n",
        kills, end.get("acked"), end.get("lost"), end.get("repeated"), end.get("disordered"), end.get("sessions_lost"), broken,
        Bench.median(starts.stream().mapToDouble(Double::doubleValue)),
        starts.stream().mapToDouble(Double::doubleValue).max().orElse(0));
    if (end.get("lost") > 0 || end.get("sessions_lost") > 0 || broken > 0) {
      System.exit(1);
    }
  }
}
