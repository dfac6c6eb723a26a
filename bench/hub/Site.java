import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A broker with its folder and its port. While another is measured it is stopped, so that its own work disturbs no one. */
final class Site {
  private final Broker broker;
  private final Load load;
  private final Path folder;
  private final int port;
  private long pid;
  private boolean stopped;

  Site(Broker broker, Load load, Path folder, int port) {
    this.broker = broker;
    this.load = load;
    this.folder = folder;
    this.port = port;
    Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(this::end));
  }

  Broker broker() {
    return broker;
  }

  long pid() {
    return pid;
  }

  Path folder() {
    return folder;
  }

  private void end() {
    try {
      broker.kill();
    } catch (IOException | InterruptedException e) {
      System.err.println(broker.name() + " may still run: " + e.getMessage());
    }
  }

  /** Starts it with what its folder holds; milliseconds from its process to the first CONNACK. */
  double start() throws IOException, InterruptedException {
    var first = load.start(port, "first", List.of());
    broker.start(folder, port);
    var figures = first.figures();
    if (figures.isEmpty()) {
      kill();
      throw new IOException(broker.name() + " gives no CONNACK: " + output());
    }
    pid = broker.pid();
    stopped = false;
    return figures.get("up_ms") - Machine.startedAtMillis(pid);
  }

  /** Kills it, if it runs, and starts it with an empty folder. */
  double startFresh() throws IOException, InterruptedException {
    kill();
    Machine.removeFolder(folder);
    return start();
  }

  void kill() throws IOException, InterruptedException {
    broker.kill();
    pid = 0;
  }

  private String output() throws IOException {
    var output = folder.resolve("output");
    if (!Files.exists(output)) {
      return "it has written nothing";
    }
    var lines = Files.readAllLines(output);
    return String.join("\n", lines.subList(Math.max(0, lines.size() - 10), lines.size()));
  }

  void stop() throws IOException, InterruptedException {
    if (pid != 0 && !stopped) {
      Machine.signal("STOP", pid);
      stopped = true;
    }
  }

  /** Lets it run; starts it if it has not been. */
  void resume() throws IOException, InterruptedException {
    if (pid == 0) {
      startFresh();
    } else if (stopped) {
      Machine.signal("CONT", pid);
      stopped = false;
    }
  }

  /** Until it takes less than a twentieth of a core; ten seconds at most. */
  void awaitIdle() throws IOException, InterruptedException {
    for (int i = 0; i < 20; i++) {
      double before = Machine.processorSeconds(pid);
      Thread.sleep(500);
      if (Machine.processorSeconds(pid) - before < 0.025) {
        return;
      }
    }
  }

  Load.Running begin(String mode, List<String> options) throws IOException {
    return begin(port, mode, options);
  }

  private Load.Running begin(int at, String mode, List<String> options) throws IOException {
    var all = new ArrayList<>(List.of("--pid", "" + pid));
    all.addAll(options);
    return load.start(at, mode, all);
  }

  Map<String, Double> load(String mode, List<String> options) throws IOException, InterruptedException {
    return begin(port, mode, options).figures();
  }

  /** Load for the TLS port, which only the hub has. */
  Map<String, Double> loadTls(String mode, List<String> options) throws IOException, InterruptedException {
    return begin(port + Larder.TLS, mode, options).figures();
  }
}
