package dev.larder.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.dockerjava.api.model.Statistics;
import com.github.dockerjava.core.InvocationBuilder.AsyncResultCallback;
import dev.larder.common.json.Json;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * What a node costs and how quickly it follows, beside the bare engine in the same run. Prints a
 * table and judges nothing; {@code bench/node.sh} runs it, no build does.
 */
class NodeBench {
  private static final int ROUNDS = Integer.getInteger("larder.bench.rounds", 10);
  private static final int IDLE_MINUTES = Integer.getInteger("larder.bench.idle", 5);
  private static final int MODULES = 49;
  private static final Duration LIMIT = Duration.ofMinutes(3);

  private static final long SECOND_NANOS = Duration.ofSeconds(1).toNanos();
  private static final double MEBIBYTE = 1 << 20;

  @Test
  void aNodeBesideTheBareEngine() throws Exception {
    try (var bed = Bed.make()) {
      row("what", "median", "spread", "the bare engine", "to it");
      row("---", "---", "---", "---", "---");
      deploys(bed);
      bed.awaitHealthy();
      idle(bed);
      firstPlan(bed);
      try (var bare = new BareEngine(IdleModule.image(bed.images()), bed.node().instance())) {
        follows(bed, bare);
        addsMany(bed, bare);
      }
    }
  }

  private static void deploys(Bed bed) throws IOException, InterruptedException {
    var took = new ArrayList<Duration>();
    for (int i = 0; i < 3; i++) {
      if (i > 0) {
        bed.node().uninstall().succeeded();
        // They went with the node.
        bed.images().tag("1.0.0");
      }
      var began = Instant.now();
      bed.node().deploy().succeeded();
      took.add(Duration.between(began, Instant.now()));
    }
    row("deploy command to three healthy containers, images there", took, List.of());
  }

  /** As {@code docker stats} counts, the processes of the health checks among it. */
  private static void idle(Bed bed) throws InterruptedException {
    var parts = List.of("agent", "hub", "cache");
    var before = new ArrayList<Statistics>();
    Thread.sleep(Duration.ofMinutes(IDLE_MINUTES).dividedBy(2));
    for (var part : parts) {
      before.add(statistics(bed.node().container(part)));
    }
    Thread.sleep(Duration.ofMinutes(IDLE_MINUTES).dividedBy(2));
    for (int i = 0; i < parts.size(); i++) {
      var now = statistics(bed.node().container(parts.get(i)));
      double cpu =
          100.0
              * (processorNanos(now) - processorNanos(before.get(i)))
              / Duration.between(readAt(before.get(i)), readAt(now)).toNanos();
      row(
          parts.get(i) + ", idle for " + IDLE_MINUTES + " min",
          String.format(Locale.ROOT, "%.1f MiB", memoryBytes(now) / MEBIBYTE),
          String.format(Locale.ROOT, "%.2f %% of a core in the second half", cpu),
          "",
          "");
    }
  }

  private static Statistics statistics(String container) {
    try (var answer = new AsyncResultCallback<Statistics>()) {
      return Engine.client().statsCmd(container).withNoStream(true).exec(answer).awaitResult();
    } catch (IOException e) {
      throw new AssertionError("No figures of " + container, e);
    }
  }

  private static long processorNanos(Statistics statistics) {
    return statistics.getCpuStats().getCpuUsage().getTotalUsage();
  }

  private static Instant readAt(Statistics statistics) {
    return Instant.parse(statistics.getRead());
  }

  /** Without file pages that nobody has used lately. */
  private static long memoryBytes(Statistics statistics) {
    var memory = statistics.getMemoryStats();
    var pages = memory.getStats();
    var inactive =
        pages.getInactiveFile() == null ? pages.getTotalInactiveFile() : pages.getInactiveFile();
    return memory.getUsage() - inactive;
  }

  /** From the start of the agent's process to the line that follows its first plan. */
  private static void firstPlan(Bed bed) throws IOException {
    var agent = bed.node().container("agent");
    var took = new ArrayList<Duration>();
    for (int i = 0; i < ROUNDS; i++) {
      Engine.client().stopContainerCmd(agent).exec();
      Engine.client().startContainerCmd(agent).exec();
      var began = Engine.startedAt(agent);
      Await.until("the agent is well", LIMIT, () -> Engine.isHealthy(agent));
      // Not by looks at the log alone: each costs the agent's start some processor.
      Await.until(
          "the agent says that it has started", LIMIT, () -> started(bed, began).isPresent());
      var line = started(bed, began).orElseThrow();
      took.add(Duration.between(began, Instant.parse(line.split(" ", 2)[0])));
    }
    row("agent's process started to its first plan", took, List.of());
  }

  private static Optional<String> started(Bed bed, Instant since) throws IOException {
    var words =
        List.of("docker", "logs", "--since", since.toString(), bed.node().container("agent"));
    return Command.run(bed.node().bundle(), LIMIT, words)
        .succeeded()
        .output()
        .lines()
        .filter(text -> text.contains("agent started"))
        .findFirst();
  }

  private static void follows(Bed bed, BareEngine bare) throws Exception {
    var added = new ArrayList<Duration>();
    var changed = new ArrayList<Duration>();
    var bareAdded = new ArrayList<Duration>();
    var bareChanged = new ArrayList<Duration>();
    var node = bed.node();
    for (int i = 0; i < ROUNDS; i++) {
      bareAdded.add(bare.add(node.container("bare")));
      added.add(running(bed, idleModules(bed, 1, "0"), 1, "ROUND=0"));
      bareChanged.add(BareEngine.startAgain(node.container("bare")));
      changed.add(running(bed, idleModules(bed, 1, "1"), 1, "ROUND=1"));
      bare.close();
      remove(bed);
    }
    row("save in the cloud to running on the node, module added", added, bareAdded);
    row("save in the cloud to running on the node, module changed", changed, bareChanged);
  }

  private static void addsMany(Bed bed, BareEngine bare) throws Exception {
    var alone = bare.addAtOnce(MODULES);
    bare.close();
    var took = running(bed, idleModules(bed, MODULES, "0"), MODULES, "ROUND=0");
    remove(bed);
    row("the same, " + MODULES + " modules added at once", List.of(took), List.of(alone));
  }

  /** Saves the layer; returns how long it took until the last of its modules ran. */
  private static Duration running(Bed bed, ObjectNode layer, int modules, String variable)
      throws IOException, InterruptedException {
    var node = bed.node();
    var began = Instant.now();
    var saved = bed.api().put(path(), layer);
    assertThat(saved.status()).as(saved.body().toString()).isIn(200, 201);
    Await.until("all modules run as saved", LIMIT, () -> isApplied(node));
    return IntStream.range(0, modules)
        .mapToObj(i -> node.container(name(i)))
        .map(container -> {
          if (!Engine.environment(container).contains(variable)) {
            throw new AssertionError(container + " has another environment");
          }
          return Duration.between(began, Engine.startedAt(container));
        })
        .max(Duration::compareTo)
        .orElseThrow();
  }

  private static void remove(Bed bed) throws IOException, InterruptedException {
    bed.api().delete(path()).is(204);
    Await.until(
        "three containers are left",
        LIMIT,
        () -> isApplied(bed.node()) && Engine.ids(bed.node().instance()).size() == 3);
  }

  private static boolean isApplied(Node node) throws IOException, InterruptedException {
    var view = node.view();
    return view.at("/report/lastDesiredStatus/code").asInt() == 200
        && view.at("/report/lastDesiredVersion").asLong() == view.path("manifestVersion").asLong();
  }

  private static String path() {
    return "/api/v1/resources/" + Node.RESOURCE + "/layers/bench";
  }

  private static String name(int module) {
    return "idle-" + module;
  }

  private static ObjectNode idleModules(Bed bed, int count, String round) {
    var layer = Json.object().put("targetCondition", "*").put("priority", 10);
    var modules = layer.withObject("/content/modulesContent/$edgeAgent");
    for (int i = 0; i < count; i++) {
      var module = IdleModule.of(bed.images());
      module.withObject("/env/ROUND").put("value", round);
      modules.set("properties.desired.modules." + name(i), module);
    }
    return layer;
  }

  private static void row(String what, List<Duration> took, List<Duration> peer) {
    row(
        what,
        seconds(median(took)),
        took.size() == 1
            ? ""
            : seconds(took.stream().min(Duration::compareTo).orElseThrow())
                + " to "
                + seconds(took.stream().max(Duration::compareTo).orElseThrow()),
        peer.isEmpty() ? "" : seconds(median(peer)),
        peer.isEmpty() ? "" : String.format(Locale.ROOT, "%.2f", ratio(took, peer)));
  }

  private static double ratio(List<Duration> took, List<Duration> peer) {
    return (double) median(took).toNanos() / median(peer).toNanos();
  }

  private static Duration median(List<Duration> durations) {
    return durations.stream().sorted().toList().get(durations.size() / 2);
  }

  private static String seconds(Duration duration) {
    return String.format(Locale.ROOT, "%.2f s", (double) duration.toNanos() / SECOND_NANOS);
  }

  private static void row(String... cells) {
    System.out.println("| " + String.join(" | ", cells) + " |");
  }
}
