package dev.larder.agent.converge;

import dev.larder.agent.create.Spec;
import dev.larder.agent.engine.Engine;
import dev.larder.agent.engine.EngineException;
import dev.larder.agent.identity.ModuleIdentities;
import dev.larder.agent.plan.Actual;
import dev.larder.agent.plan.Container;
import dev.larder.agent.plan.Desired;
import dev.larder.agent.plan.Plan;
import dev.larder.agent.plan.Planner;
import dev.larder.common.id.ModuleId;
import dev.larder.common.manifest.NodeManifest;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The loop: look at the engine, plan, begin the steps that are safe now, wait for something to
 * happen. It never waits for a step.
 */
public final class Converger implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Converger.class);

  /** Events drive the loop; this look is the net under them. */
  private static final Duration FULL_LOOK = Duration.ofMinutes(1);

  private static final Duration ENGINE_RETRY = Duration.ofSeconds(2);
  private static final Duration IDENTITIES = Duration.ofHours(1);

  private final Engine engine;
  private final ModuleIdentities identities;
  private final InstantSource clock;
  private final Consumer<View> views;
  private final Signal signal = new Signal();
  private final HistoryFile historyFile;
  private final Workers workers;
  private final EngineTimes times;
  private volatile Optional<NodeManifest> manifest = Optional.empty();
  private volatile long answeredNanos;
  private Optional<Set<ModuleId>> tended = Optional.empty();
  private long tendedNanos;

  /**
   * The loop does not begin before {@link #run}.
   *
   * @param views told what was seen after every look
   */
  public Converger(
      Engine engine,
      StepRunner runner,
      ModuleIdentities identities,
      HistoryFile historyFile,
      InstantSource clock,
      Consumer<View> views) {
    this.engine = engine;
    this.identities = identities;
    this.clock = clock;
    this.views = views;
    this.historyFile = historyFile;
    this.workers = new Workers(runner::run, clock, signal::raise);
    this.times = new EngineTimes(clock, System::nanoTime);
    this.answeredNanos = System.nanoTime();
  }

  /** Puts a manifest in force. */
  public void want(NodeManifest wanted) {
    manifest = Optional.of(wanted);
    signal.raise();
  }

  /** Something about the containers changed. */
  public void poke() {
    signal.raise();
  }

  /** How long ago the engine last answered in full. */
  public Duration sinceAnswer() {
    return Duration.ofNanos(System.nanoTime() - answeredNanos);
  }

  /** Whether an image is being fetched for a module. */
  public boolean isPulling() {
    return !workers.pulling().isEmpty();
  }

  /**
   * Begins no more steps; returns whether none is left under way when the time is over, pulls
   * apart.
   */
  public boolean standStill(Duration atMost) throws InterruptedException {
    return workers.standStill(atMost);
  }

  /** Takes up the work again after {@link #standStill}. */
  public void goOn() {
    workers.goOn();
    signal.raise();
  }

  /** Runs until interrupted. */
  public void run() {
    var before = historyFile.read();
    workers.revise(_ -> before);
    try {
      while (!Thread.currentThread().isInterrupted()) {
        signal.clear();
        signal.await(turn());
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private Duration turn() {
    try {
      return lookAndAct();
    } catch (RuntimeException e) {
      log.atError().setCause(e).log("turn of the loop broke");
      return ENGINE_RETRY;
    }
  }

  private Duration lookAndAct() {
    try {
      return manifest.isPresent() ? converge(manifest.get()) : onlyLook();
    } catch (EngineException e) {
      log.atWarn().addKeyValue("reason", e.reason()).log("engine did not answer");
      views.accept(
          new View(
              manifest, Optional.empty(), workers.history(), workers.pulls(), false, e.reason()));
      return ENGINE_RETRY;
    }
  }

  private Duration onlyLook() throws EngineException {
    var actual = look(new Desired(List.of()));
    views.accept(
        new View(Optional.empty(), Optional.of(actual), workers.history(), Map.of(), false, ""));
    return FULL_LOOK;
  }

  private Duration converge(NodeManifest wanted) throws EngineException {
    var desired = Spec.desired(wanted.desired());
    var actual = look(desired);
    workers.giveUp(pull -> !desired.wants(pull));
    workers.revise(history -> history.pruned(desired, actual));
    var timed = actual.withContainers(times.byNow(actual.containers()));
    var now = clock.instant();
    var plan = workers.isStanding() ? Plan.NOTHING : plan(desired, timed, now);
    workers.revise(history -> history.beginning(plan.steps()));
    historyFile.keep(workers.history());
    for (var step : plan.steps()) {
      workers.begin(step, wanted.desired());
    }
    var converged =
        plan.steps().isEmpty()
            && plan.wake().isEmpty()
            && !plan.held()
            && actual.busy().isEmpty()
            && actual.pulling().isEmpty();
    // Also while something waits, which it may do for days.
    if (plan.steps().isEmpty() && actual.busy().isEmpty()) {
      tendIdentities(desired, actual, now);
    }
    views.accept(
        new View(
            Optional.of(wanted),
            Optional.of(withWork(actual)),
            workers.history(),
            workers.pulls(),
            converged,
            ""));
    var wake = plan.wake().map(at -> Duration.between(now, at)).orElse(FULL_LOOK);
    return wake.compareTo(FULL_LOOK) < 0 ? wake : FULL_LOOK;
  }

  private Plan plan(Desired desired, Actual actual, Instant now) {
    return Planner.plan(desired, actual, workers.history(), now);
  }

  /** The same containers with the steps that have begun since. */
  private Actual withWork(Actual actual) {
    return new Actual(actual.containers(), actual.images(), workers.busy(), workers.pulling());
  }

  /**
   * Looks at the engine. What is under way is noted before the look: a step that ends during it may
   * or may not show in it, and is planned for at the next turn.
   */
  private Actual look(Desired desired) throws EngineException {
    var busy = workers.busy();
    var pulling = workers.pulling();
    var containers =
        engine.containers().stream().filter(c -> !c.module().equals(ModuleId.AGENT)).toList();
    var seen = new Actual(containers, Map.of(), busy, pulling);
    var images = new HashMap<String, String>();
    for (var module : desired.modules()) {
      if (!seen.hasMade(module)) {
        engine.imageId(module.image()).ifPresent(id -> images.put(module.image(), id));
      }
    }
    answeredNanos = System.nanoTime();
    return new Actual(containers, images, busy, pulling);
  }

  /** Identities of modules that are gone go too; the hub's certificate is renewed in time. */
  private void tendIdentities(Desired desired, Actual actual, Instant now) {
    var modules = known(desired, actual);
    long nanos = System.nanoTime();
    if (tended.equals(Optional.of(modules)) && nanos - tendedNanos < IDENTITIES.toNanos()) {
      return;
    }
    try {
      identities.keepOnly(modules);
      for (var module : desired.modules()) {
        identities.write(module.id(), now);
      }
      tended = Optional.of(modules);
      tendedNanos = nanos;
    } catch (IOException e) {
      log.atError().setCause(e).log("identity folders could not be kept up");
    }
  }

  private static Set<ModuleId> known(Desired desired, Actual actual) {
    var known = new HashSet<ModuleId>();
    desired.modules().forEach(module -> known.add(module.id()));
    actual.containers().stream().map(Container::module).forEach(known::add);
    return known;
  }

  @Override
  public void close() {
    workers.close();
  }
}
