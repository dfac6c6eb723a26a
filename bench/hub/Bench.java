import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.DoubleStream;

/**
 * The hub beside its peers: the same load, each broker with core 0 for itself, the load on core 1, over loopback. Brokers
 * take turns within every row. A run that other work on the machine disturbed is repeated.
 *
 * <p>Arguments: bench, folder to work in, the load program, folder of the peers' libraries, the hub (an image, or the
 * folder of its jar), its options' file, rounds, seconds of a measurement, rows (comma-separated, or "all"), brokers (the
 * same). Or: crash, the same up to the options' file, kills. Or: soak, the same, minutes.
 */
public final class Bench {
  private static final int FIRST_PORT = 18600;
  private static final int WARM_UP_SECONDS = 10;
  private static final int WARM_UP_STORMS = 4;
  private static final double MOST_FOREIGN_CORES = 0.15;
  private static final int TRIES = 3;
  private static final int CALM_SECONDS = 10;
  private static final int LEAST_ACKED = 1_000;
  private static final int MOST_ACKED = 10_000;

  private final List<Site> sites;
  private final Path work;
  private final int rounds;
  private final String seconds;
  private final Random random = new Random(1);

  private Bench(List<Site> sites, Path work, int rounds, String seconds) {
    this.sites = sites;
    this.work = work;
    this.rounds = rounds;
    this.seconds = seconds;
  }

  public static void main(String[] arguments) throws Exception {
    var work = Path.of(arguments[1]);
    var load = new Load(arguments[2]);
    var libraries = Path.of(arguments[3]);
    Broker hub =
        arguments[4].startsWith("/")
            ? new Larder.Plain(Path.of(arguments[4]), Path.of(arguments[5]))
            : new Larder.Image(arguments[4]);
    switch (arguments[0]) {
      case "crash" -> Crash.run(new Site(hub, load, work.resolve("hub"), FIRST_PORT), work, Integer.parseInt(arguments[6]));
      case "soak" -> Soak.run(new Site(hub, load, work.resolve("hub"), FIRST_PORT), Integer.parseInt(arguments[6]));
      case "bench" -> {
        var sites = new ArrayList<Site>();
        for (var broker : brokers(libraries, hub)) {
          if (wants(arguments[9], broker.name().toLowerCase().replace(", ", "-").replace(" ce", ""))) {
            sites.add(new Site(broker, load, work.resolve("broker-" + sites.size()), FIRST_PORT + sites.size()));
          }
        }
        new Bench(sites, work, Integer.parseInt(arguments[6]), arguments[7])
            .all(Arrays.stream(Row.values()).filter(row -> wants(arguments[8], row.word())).toList());
      }
      default -> throw new IllegalArgumentException(arguments[0]);
    }
  }

  private static List<Broker> brokers(Path libraries, Broker hub) {
    var host = libraries.resolve("host");
    return List.of(
        new Broker.Mosquitto(false), new Broker.Moquette(libraries.resolve("moquette"), false),
        new Broker.HiveMq(libraries.resolve("hivemq"), host, false), new Broker.Mosquitto(true),
        new Broker.Moquette(libraries.resolve("moquette"), true), new Broker.HiveMq(libraries.resolve("hivemq"), host, true),
        hub);
  }

  private static boolean wants(String list, String name) {
    return list.equals("all") || List.of(list.split(",")).contains(name);
  }

  private void all(List<Row> rows) throws Exception {
    System.out.println("| row | figure | broker | median | spread | to the best peer | beside it |");
    System.out.println("| --- | --- | --- | --- | --- | --- | --- |");
    for (var row : rows) {
      Table.print(row, measure(row), MOST_FOREIGN_CORES);
    }
  }

  private Map<Broker, List<Map<String, Double>>> measure(Row row) throws Exception {
    var samples = new LinkedHashMap<Broker, List<Map<String, Double>>>();
    var contestants = sites.stream().filter(site -> row.isOf(site.broker())).toList();
    for (var site : contestants) {
      samples.put(site.broker(), new ArrayList<>());
      turn(site, () -> warm(site, row));
    }
    for (int round = 0; round < rounds; round++) {
      for (var site : contestants) {
        turn(site, () -> samples.get(site.broker()).add(calmly(site, row)));
      }
    }
    return samples;
  }

  private interface Work {
    void run() throws Exception;
  }

  /** One's turn. One that does not start has no further turns, and the others go on. */
  private void turn(Site site, Work work) throws Exception {
    if (!sites.contains(site)) {
      return;
    }
    try {
      take(site);
      work.run();
      site.stop();
    } catch (IOException e) {
      System.err.println(e.getMessage());
      site.kill();
      sites.remove(site);
    }
  }

  /** Lets this one run and no other. */
  private void take(Site taken) throws IOException, InterruptedException {
    for (var site : sites) {
      if (site != taken) {
        site.stop();
      }
    }
    taken.resume();
  }

  private void warm(Site site, Row row) throws Exception {
    int length = site.broker().isJvm() ? WARM_UP_SECONDS : 1;
    switch (row) {
      case FRESH, KEPT -> {}
      case CONNECTS -> {
        for (int i = 0; i < (site.broker().isJvm() ? WARM_UP_STORMS : 1); i++) {
          sample(site, row, 0);
        }
      }
      default -> sample(site, row, length);
    }
    site.awaitIdle();
  }

  /** The first run that nothing disturbed; after so many tries the one that was least. Empty when none succeeded. */
  private Map<String, Double> calmly(Site site, Row row) throws Exception {
    Map<String, Double> best = Map.of();
    for (int i = 0; i < TRIES; i++) {
      awaitCalm(site);
      var sample = sample(site, row, 1);
      if (sample.isEmpty()) {
        System.err.println(site.broker().name() + " did not hold the load of: " + row.title());
      }
      if (!sample.isEmpty() && (best.isEmpty() || foreign(sample) < foreign(best))) {
        best = sample;
      }
      if (!best.isEmpty() && foreign(best) <= MOST_FOREIGN_CORES) {
        break;
      }
    }
    return best;
  }

  private static double foreign(Map<String, Double> sample) {
    return Objects.requireNonNullElse(sample.get("foreign_cores"), 0.0);
  }

  /** Until the machine is idle but for this, so many seconds at most. */
  private static void awaitCalm(Site site) throws IOException, InterruptedException {
    site.awaitIdle();
    for (int i = 0; i < CALM_SECONDS; i++) {
      double before = Machine.busySeconds();
      Thread.sleep(1_000);
      if (Machine.busySeconds() - before < MOST_FOREIGN_CORES) {
        return;
      }
    }
  }

  private Map<String, Double> sample(Site site, Row row, int warmSeconds) throws Exception {
    var options = new ArrayList<>(row.options());
    options.addAll(List.of("--qos", "" + row.qos()));
    return switch (row) {
      case CONNECTS -> site.load("storm", options);
      case FRESH -> fresh(site, options);
      case KEPT -> kept(site, options);
      case FAN_IN_0, FAN_OUT_0, FAN_IN_1, FAN_OUT_1, LATENCY_2K_0, LATENCY_2K_1, LATENCY_10K_0, LATENCY_10K_1, TRIP,
          TRIP_MODULES -> {
        options.addAll(List.of("--warm", "" + warmSeconds, "--seconds", seconds));
        if (row == Row.TRIP_MODULES) {
          options.addAll(Larder.moduleOptions());
          yield site.loadTls("trip", options);
        }
        yield site.load(row == Row.TRIP ? "trip" : "flow", options);
      }
    };
  }

  /** Started, left alone until it is idle, and then with idle clients. */
  private static Map<String, Double> fresh(Site site, List<String> options) throws IOException, InterruptedException {
    double start = site.startFresh();
    Thread.sleep(2_000);
    site.awaitIdle();
    double idle = Machine.residentMib(site.pid());
    var figures = new HashMap<>(site.load("storm", options));
    figures.put("start_ms", start);
    figures.put("idle_mib", idle);
    return figures;
  }

  /** A session that is away, a publisher, and a kill at some acknowledgement; then what the session gets. */
  private Map<String, Double> kept(Site site, List<String> options) throws IOException, InterruptedException {
    site.startFresh();
    var ledger = work.resolve("ledger");
    Machine.removeFolder(ledger);
    options.addAll(List.of("--ledger", ledger.toString()));
    var before = new ArrayList<>(options);
    before.addAll(List.of("--kill-after", "" + random.nextInt(LEAST_ACKED, MOST_ACKED)));
    var life = site.load("keep", before);
    site.kill();
    if (life.isEmpty()) {
      return life;
    }
    try {
      double start = site.start();
      var after = new ArrayList<>(options);
      after.add("--drain");
      var figures = new HashMap<>(site.load("keep", after));
      figures.put("acked_per_s", life.get("acked_per_s"));
      figures.put("start_ms", start);
      return figures;
    } catch (IOException e) {
      System.err.println(e.getMessage());
      return Map.of("lost", life.get("acked"), "acked", life.get("acked"), "acked_per_s", life.get("acked_per_s"));
    }
  }

  static double median(DoubleStream values) {
    var sorted = values.sorted().toArray();
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
