import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The cache module beside its peers: the same files, the same load, each cache with core 0 for itself, load and origin on
 * core 1, over loopback at the segment size of a real network. Peers take turns within every row.
 *
 * <p>Arguments: folder to work in, the load program, image of the cache module, rounds, seconds of a hot measurement,
 * rows (comma-separated, or "all"), peers (comma-separated, or "all").
 */
public final class Bench {
  private static final long MIB = 1 << 20;
  private static final int MSS = 1448;
  private static final int ORIGIN_PORT = 18480;
  private static final int FIRST_PORT = 18500;
  private static final int WARM_UP_SECONDS = 12;
  private static final int WARM_UP_FILLS = 6;
  private static final double TICKS_A_SECOND = 100;

  private final Path work;
  private final String load;
  private final int rounds;
  private final double seconds;
  private final HttpClient http = HttpClient.newHttpClient();
  private final Map<Peer, Integer> ports = new LinkedHashMap<>();
  private final Map<Peer, Double> mostResident = new HashMap<>();
  private final Set<Peer> warm = new HashSet<>();

  private Bench(Path work, String load, int rounds, double seconds) {
    this.work = work;
    this.load = load;
    this.rounds = rounds;
    this.seconds = seconds;
  }

  public static void main(String[] arguments) throws Exception {
    var bench =
        new Bench(Path.of(arguments[0]), arguments[1], Integer.parseInt(arguments[3]), Double.parseDouble(arguments[4]));
    var peers =
        List.of(
            new Peer.Nginx(false), new Peer.Nginx(true), new Peer.Varnish(), new Peer.Squid(), new Peer.TrafficServer(),
            new Peer.Larder(arguments[2]));
    bench.all(
        peers.stream().filter(peer -> wants(arguments[6], peer.name())).toList(),
        Arrays.stream(Row.values()).filter(row -> wants(arguments[5], row.name().toLowerCase().replace('_', '-'))).toList());
  }

  private static boolean wants(String list, String name) {
    return list.equals("all") || List.of(list.split(",")).contains(name);
  }

  /** What is measured. Whether more is better is said by the unit: a rate is, a time or a multiple is not. */
  private enum Row {
    HOT_4K("hot 4 KiB", "requests/s", true),
    HOT_1M("hot 1 MiB", "GB/s", true),
    HOT_RANGES("hot 1 MiB ranges of 1 GiB", "GB/s", true),
    HOT_UNALIGNED("the same, not aligned", "GB/s", true),
    TLS_4K("TLS 1.3: hot 4 KiB", "requests/s", true),
    TLS_1M("TLS 1.3: hot 1 MiB", "GB/s", true),
    TLS_RANGES("TLS 1.3: hot 1 MiB ranges of 1 GiB", "GB/s", true),
    COLD("cold 100 MiB, 20 ms and 125 MB/s", "MB/s", true),
    COLD_RANGE("cold 1 MiB at 768 MiB of 1 GiB", "ms", false),
    CROWD("50 clients, one uncached 100 MiB", "s", false),
    CROWD_RANGES("50 clients x 100 shuffled ranges of it", "s", false),
    RESTART("fetched again after kill -9", "MiB", false),
    SLOW("resident with 5,000 clients that read 20 kB/s of one uncached 100 MiB", "MiB", false);

    private final String title;
    private final String unit;
    private final boolean more;

    Row(String title, String unit, boolean more) {
      this.title = title;
      this.unit = unit;
      this.more = more;
    }

    boolean isTls() {
      return this == TLS_4K || this == TLS_1M || this == TLS_RANGES;
    }

    boolean isHot() {
      return compareTo(COLD) < 0;
    }
  }

  /** One measurement: the row's figure, a second one in words, errors. */
  private record Sample(double value, double other, boolean good) {}

  private void all(List<Peer> peers, List<Row> rows) throws Exception {
    var origin = startOrigin();
    try {
      for (var peer : peers) {
        ports.put(peer, FIRST_PORT + ports.size());
        start(peer);
      }
      System.out.println("| row | cache | median | spread | to the best peer | beside it |");
      System.out.println("| --- | --- | --- | --- | --- | --- |");
      for (var row : rows) {
        print(row, measure(row));
      }
      mostResident.forEach((peer, mib) -> System.out.printf("| resident memory, most | %s | %.0f MiB | | | |%n", peer.name(), mib));
    } finally {
      for (var peer : ports.keySet()) {
        peer.kill();
      }
      origin.destroy();
    }
  }

  private Process startOrigin() throws IOException, InterruptedException {
    var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    var process =
        new ProcessBuilder(
                "taskset", "-c", "1", java, "-cp", System.getProperty("java.class.path"), "Origin", "" + ORIGIN_PORT)
            .redirectErrorStream(true)
            .redirectOutput(work.resolve("origin.log").toFile())
            .start();
    awaitPort(ORIGIN_PORT, "the origin", true);
    return process;
  }

  private void start(Peer peer) throws IOException, InterruptedException {
    peer.start(work.resolve(peer.name().replace(' ', '-').toLowerCase()), ports.get(peer), ORIGIN_PORT);
    awaitPort(ports.get(peer), peer.name(), true);
  }

  /** Waits until somebody listens, or until nobody does any more: a killed peer's children end after it. */
  private static void awaitPort(int port, String who, boolean listening) throws IOException {
    long limit = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (listens(port) != listening) {
      if (System.nanoTime() > limit) {
        throw new IOException(who + (listening ? " does not listen on " : " still listens on ") + port);
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
    }
  }

  private static boolean listens(int port) {
    try (var _ = new Socket("127.0.0.1", port)) {
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private Map<Peer, List<Sample>> measure(Row row) throws Exception {
    var samples = new LinkedHashMap<Peer, List<Sample>>();
    var peers = ports.keySet().stream().filter(peer -> !row.isTls() || tlsPort(peer).isPresent()).toList();
    for (var peer : peers) {
      samples.put(peer, new ArrayList<>());
      if (row.isHot()) {
        warm(peer, row);
      } else {
        warmFilling(peer);
      }
    }
    for (int round = 0; round < rounds; round++) {
      for (var peer : peers) {
        samples.get(peer).add(sample(peer, row, round));
        if (row != Row.SLOW) {
          mostResident.merge(peer, resident(peer), Math::max);
        }
      }
    }
    return samples;
  }

  private OptionalInt tlsPort(Peer peer) {
    return peer.tlsPort(ports.get(peer));
  }

  private void warm(Peer peer, Row row) throws Exception {
    for (int i = 0; i < 3; i++) {
      load(peer, target(row));
    }
    hot(peer, row, 0, WARM_UP_SECONDS);
  }

  private static String target(Row row) {
    return switch (row) {
      case HOT_4K, TLS_4K -> "/4k/hot";
      case HOT_1M, TLS_1M -> "/1m/hot";
      default -> "/1g/hot";
    };
  }

  /**
   * So many misses, once a process, that a compiler which learns as it runs has learnt the way: what it makes of the first
   * thousand is another measurement.
   */
  private void warmFilling(Peer peer) throws Exception {
    if (!warm.add(peer)) {
      return;
    }
    load(peer, "/4k/warm-#", "--clients", "4", "--seconds", "" + WARM_UP_SECONDS);
    for (int i = 0; i < WARM_UP_FILLS; i++) {
      load(peer, "/100m/warm-" + i, "--clients", "50");
    }
    awaitIdle(peer);
  }

  /** Until the compiler has done what it was left with: less than a twentieth of the core for a second; half a minute at most. */
  private static void awaitIdle(Peer peer) throws IOException, InterruptedException {
    double before = processorSeconds(peer);
    for (int i = 0; i < 30; i++) {
      LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(1));
      double now = processorSeconds(peer);
      if (now - before < 0.05) {
        return;
      }
      before = now;
    }
  }

  private Sample sample(Peer peer, Row row, int round) throws Exception {
    var fresh = row.name().toLowerCase() + "-" + round;
    return switch (row) {
      case HOT_4K, HOT_1M, HOT_RANGES, HOT_UNALIGNED, TLS_4K, TLS_1M, TLS_RANGES -> hot(peer, row, round, seconds);
      case COLD -> {
        var cold = load(peer, "/wan/100m/" + fresh, "--verify");
        yield new Sample(cold.get("bytes") / cold.get("seconds") / 1e6, cold.get("first_ms_max"), isGood(cold));
      }
      case COLD_RANGE -> coldRange(peer, fresh);
      case CROWD -> crowd(peer, "/wan/100m/" + fresh, "--clients", "50");
      case CROWD_RANGES ->
          crowd(
              peer, "/wan/100m/" + fresh, "--clients", "50", "--shuffle", "--range", "" + MIB, "--object", "" + 100 * MIB,
              "--seed", "" + round);
      case RESTART -> restart(peer, fresh);
      case SLOW -> slow(peer, "/wan/100m/" + fresh);
    };
  }

  /** Hits for so long; the second figure is processor time: µs a request, or s a GiB. */
  private Sample hot(Peer peer, Row row, int round, double length) throws Exception {
    var arguments = new ArrayList<>(List.of("--mss", "" + MSS, "--seconds", "" + length));
    arguments.addAll(
        switch (row) {
          case HOT_4K, TLS_4K -> List.of("--clients", "32");
          case HOT_1M, TLS_1M -> List.of("--clients", "16");
          default ->
              List.of(
                  "--clients", "16", "--range", "" + MIB, "--object", "" + 1024 * MIB, "--align",
                  row == Row.HOT_UNALIGNED ? "8" : "" + MIB, "--seed", "" + round);
        });
    if (row.isTls()) {
      arguments.addAll(List.of("--tls", "--port", "" + tlsPort(peer).orElseThrow()));
    }
    double before = processorSeconds(peer);
    var hits = load(peer, target(row), arguments.toArray(String[]::new));
    double used = processorSeconds(peer) - before;
    return row == Row.HOT_4K || row == Row.TLS_4K
        ? new Sample(hits.get("requests") / hits.get("seconds"), used * 1e6 / hits.get("requests"), isGood(hits))
        : new Sample(
            hits.get("bytes") / hits.get("seconds") / 1e9, used / (hits.get("bytes") / (1024 * MIB)), isGood(hits));
  }

  private Sample coldRange(Peer peer, String name) throws Exception {
    long before = originBytes();
    var range =
        load(
            peer, "/wan/1g/" + name, "--range", "" + MIB, "--object", "" + 1024 * MIB, "--from", "" + 768 * MIB, "--verify");
    return new Sample(range.get("done_ms_max"), settledOriginBytes(before) / (double) MIB, isGood(range));
  }

  private Sample crowd(Peer peer, String target, String... options) throws Exception {
    long before = originBytes();
    var crowd = load(peer, target, options);
    double multiple = settledOriginBytes(before) / (100.0 * MIB);
    crowdFirst.merge(peer, crowd.get("first_ms_max"), Math::max);
    return new Sample(crowd.get("seconds"), multiple, isGood(crowd));
  }

  private final Map<Peer, Double> crowdFirst = new HashMap<>();

  /** Fills 100 MiB, kills, starts, asks for it again. */
  private Sample restart(Peer peer, String name) throws Exception {
    load(peer, "/100m/" + name);
    settledOriginBytes(originBytes());
    peer.kill();
    awaitPort(ports.get(peer), peer.name(), false);
    start(peer);
    warm.remove(peer);
    long before = originBytes();
    var again = load(peer, "/100m/" + name, "--verify");
    return new Sample(settledOriginBytes(before) / (double) MIB, 0, isGood(again));
  }

  /** The most memory that the cache takes meanwhile; the second figure is MiB that the clients got. */
  private Sample slow(Peer peer, String target) throws Exception {
    var clients = new ArrayList<Map<String, Double>>();
    var load =
        Thread.ofVirtual().start(() -> {
          try {
            clients.add(load(peer, target, "--clients", "5000", "--pace", "20000", "--seconds", "20"));
          } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
          }
        });
    double most = 0;
    while (!load.join(java.time.Duration.ofMillis(500))) {
      most = Math.max(most, resident(peer));
    }
    var figures = clients.getFirst();
    return new Sample(most, figures.get("bytes") / MIB, isGood(figures));
  }

  private static boolean isGood(Map<String, Double> figures) {
    return figures.get("errors") == 0 && figures.get("wrong") == 0;
  }

  private Map<String, Double> load(Peer peer, String target, String... options) throws IOException, InterruptedException {
    var command =
        new ArrayList<>(
            List.of("taskset", "-c", "1", load, "--port", "" + ports.get(peer), "--target", peer.target(target, ORIGIN_PORT)));
    command.addAll(List.of(options));
    var process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    var line = new String(process.getInputStream().readAllBytes()).strip();
    process.waitFor();
    var figures = new HashMap<String, Double>();
    for (var pair : line.split(" ")) {
      figures.put(pair.substring(0, pair.indexOf('=')), Double.valueOf(pair.substring(pair.indexOf('=') + 1)));
    }
    return figures;
  }

  private long originBytes() throws IOException, InterruptedException {
    var counts = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + ORIGIN_PORT + "/counts")).build();
    return Long.parseLong(http.send(counts, BodyHandlers.ofString()).body().split(" ")[1]);
  }

  /** Bytes that the origin has sent since, once it sends no more. */
  private long settledOriginBytes(long before) throws IOException, InterruptedException {
    long last = -1;
    for (long now = originBytes(); now != last; now = originBytes()) {
      last = now;
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(400));
    }
    return last - before;
  }

  private static double processorSeconds(Peer peer) throws IOException, InterruptedException {
    double ticks = 0;
    for (long pid : peer.pids()) {
      var stat = proc(pid, "stat");
      if (!stat.isEmpty()) {
        var fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        ticks += Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
      }
    }
    return ticks / TICKS_A_SECOND;
  }

  /** Mebibytes of all processes, without the pages of the stores that are mapped. */
  private static double resident(Peer peer) throws IOException, InterruptedException {
    double kib = 0;
    for (long pid : peer.pids()) {
      for (var line : proc(pid, "status").lines().toList()) {
        if (line.startsWith("VmRSS")) {
          kib += Double.parseDouble(line.replaceAll("\\D", ""));
        }
      }
    }
    return kib / 1024;
  }

  /** What the kernel says of a process; nothing when it has ended meanwhile. */
  private static String proc(long pid, String file) throws IOException {
    try {
      return Files.readString(Path.of("/proc/" + pid + "/" + file));
    } catch (IOException e) {
      if (Files.exists(Path.of("/proc/" + pid))) {
        throw e;
      }
      return "";
    }
  }

  private void print(Row row, Map<Peer, List<Sample>> samples) {
    var best =
        samples.entrySet().stream()
            .filter(entry -> !(entry.getKey() instanceof Peer.Larder))
            .mapToDouble(entry -> median(entry.getValue().stream().mapToDouble(Sample::value)))
            .reduce((a, b) -> row.more ? Math.max(a, b) : Math.min(a, b));
    samples.forEach((peer, of) -> {
      double median = median(of.stream().mapToDouble(Sample::value));
      var bad = of.stream().allMatch(Sample::good) ? "" : ", with errors";
      System.out.printf(
          "| %s | %s | %s %s | %s to %s | %s | %s%s |%n",
          row.title, peer.name(), figure(median), row.unit,
          figure(of.stream().mapToDouble(Sample::value).min().orElseThrow()),
          figure(of.stream().mapToDouble(Sample::value).max().orElseThrow()),
          best.isPresent() && best.getAsDouble() > 0 ? String.format("%.2f", median / best.getAsDouble()) : "",
          beside(row, peer, median(of.stream().mapToDouble(Sample::other))), bad);
    });
  }

  private String beside(Row row, Peer peer, double other) {
    return switch (row) {
      case HOT_4K, TLS_4K -> String.format("%.1f CPU µs a request", other);
      case HOT_1M, HOT_RANGES, HOT_UNALIGNED, TLS_1M, TLS_RANGES -> String.format("%.2f CPU s a GiB", other);
      case COLD -> String.format("first byte %.0f ms", other);
      case COLD_RANGE -> String.format("%.2f MiB from the origin", other);
      case CROWD, CROWD_RANGES ->
          String.format("origin %.2f x, last first byte %.0f ms", other, crowdFirst.getOrDefault(peer, 0.0));
      case RESTART -> "";
      case SLOW -> String.format("%.0f MiB read", other);
    };
  }

  private static String figure(double value) {
    return value >= 1000 ? String.format("%.0f", value) : value >= 20 ? String.format("%.1f", value) : String.format("%.2f", value);
  }

  private static double median(java.util.stream.DoubleStream values) {
    var sorted = values.sorted().toArray();
    return sorted[(sorted.length - 1) / 2];
  }

  /** Runs a program that must succeed; answers what it printed. */
  static String run(String... command) throws IOException, InterruptedException {
    var process = new ProcessBuilder(command).start();
    var output = new String(process.getInputStream().readAllBytes());
    var problem = new String(process.getErrorStream().readAllBytes());
    if (process.waitFor() != 0 && !command[1].equals("rm")) {
      throw new IOException(String.join(" ", command) + ": " + problem);
    }
    return output;
  }
}
