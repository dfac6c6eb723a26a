import java.util.List;

/** What is measured. */
enum Row {
  FAN_IN_0("QoS 0, 100 to 1", 0, Figures.RATE, "--publishers", "100", "--window", "1000"),
  FAN_OUT_0("QoS 0, 1 to 100", 0, Figures.RATE, "--subscribers", "100", "--one-topic", "--window", "20"),
  FAN_IN_1("QoS 1, 100 to 1", 1, Figures.RATE, "--publishers", "100", "--window", "500"),
  FAN_OUT_1("QoS 1, 1 to 100", 1, Figures.RATE, "--subscribers", "100", "--one-topic", "--window", "10"),
  LATENCY_2K_0("QoS 0, 2,000/s", 0, Figures.LATENCY, "--publishers", "100", "--rate", "2000"),
  LATENCY_2K_1("QoS 1, 2,000/s", 1, Figures.LATENCY, "--publishers", "100", "--rate", "2000"),
  LATENCY_10K_0("QoS 0, 10,000/s", 0, Figures.LATENCY, "--publishers", "100", "--rate", "10000"),
  LATENCY_10K_1("QoS 1, 10,000/s", 1, Figures.LATENCY, "--publishers", "100", "--rate", "10000"),
  TRIP("round trip, QoS 1, 1,000/s", 1, Figures.LATENCY, "--rate", "1000"),
  TRIP_MODULES("round trip by routes, TLS, 1,000/s", 1, Figures.LATENCY, "--rate", "1000"),
  CONNECTS("10,000 clients, warm", 0, Figures.CONNECTS, "--clients", "10000", "--seconds", "0.2"),
  FRESH("started", 0, Figures.FRESH, "--clients", "10000", "--seconds", "4"),
  KEPT("kill -9 under QoS 1", 1, Figures.KEPT, "--publish", "1000000", "--window", "100", "--offline");

  /** A line of the table; whether more is better. */
  record Figure(String key, String title, String unit, int decimals, boolean more) {}

  /** What stands beside it. */
  record Beside(String key, String format) {}

  private record Figures(List<Figure> figures, List<Beside> beside) {
    private static final Figures RATE =
        new Figures(
            List.of(new Figure("received_per_s", "delivered", "msg/s", 0, true)),
            List.of(new Beside("cpu_us", "CPU %.1f µs a message"), new Beside("lost", "dropped %.0f")));
    private static final Figures LATENCY =
        new Figures(
            List.of(new Figure("p50_ms", "p50", "ms", 3, false), new Figure("p99_ms", "p99", "ms", 3, false)),
            List.of(
                new Beside("p999_ms", "p99.9 %.2f ms"), new Beside("cpu_us", "CPU %.0f µs a message"),
                new Beside("lost", "dropped %.0f")));
    private static final Figures CONNECTS =
        new Figures(
            List.of(new Figure("connects_per_s", "connected", "/s", 0, true)),
            List.of(new Beside("cpu_us", "CPU %.0f µs each")));
    private static final Figures FRESH =
        new Figures(
            List.of(
                new Figure("start_ms", "first CONNACK", "ms", 0, false),
                new Figure("idle_mib", "idle memory", "MiB", 1, false),
                new Figure("kib_each", "10,000 idle clients", "KiB each", 2, false)),
            List.of(new Beside("connects_per_s", "%.0f connects/s cold")));
    private static final Figures KEPT =
        new Figures(
            List.of(
                new Figure("lost", "acknowledged and lost", "", 0, false),
                new Figure("acked_per_s", "acknowledged before", "/s", 0, true)),
            List.of(
                new Beside("acked", "of %.0f"), new Beside("repeated", "%.0f twice"),
                new Beside("start_ms", "up again in %.0f ms")));
  }

  private final String title;
  private final int qos;
  private final Figures figures;
  private final List<String> options;

  Row(String title, int qos, Figures figures, String... options) {
    this.title = title;
    this.qos = qos;
    this.figures = figures;
    this.options = List.of(options);
  }

  String title() {
    return title;
  }

  int qos() {
    return qos;
  }

  List<Figure> figures() {
    return figures.figures();
  }

  List<Beside> beside() {
    return figures.beside();
  }

  List<String> options() {
    return options;
  }

  /** As it is named on the command line. */
  String word() {
    return name().toLowerCase().replace('_', '-');
  }

  /** Speed at QoS 1 is measured of those that keep and of those that do not. */
  boolean isOf(Broker broker) {
    return switch (this) {
      case FAN_IN_0, FAN_OUT_0, LATENCY_2K_0, LATENCY_10K_0, CONNECTS -> broker.isQuick();
      case FAN_IN_1, FAN_OUT_1, LATENCY_2K_1, LATENCY_10K_1, TRIP -> broker.isQuick() || broker instanceof Broker.HiveMq;
      case FRESH -> broker.isQuick() || broker instanceof Broker.HiveMq;
      case TRIP_MODULES -> broker instanceof Larder.Hub;
      case KEPT -> broker.keeps();
    };
  }
}
