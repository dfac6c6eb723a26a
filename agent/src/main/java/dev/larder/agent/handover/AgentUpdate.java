package dev.larder.agent.handover;

import dev.larder.agent.converge.Converger;
import dev.larder.agent.converge.StepRunner;
import dev.larder.agent.engine.Engine;
import dev.larder.agent.engine.EngineException;
import dev.larder.agent.engine.Mends;
import dev.larder.agent.node.NodeNames;
import dev.larder.agent.plan.Backoff;
import dev.larder.agent.plan.Failure;
import dev.larder.common.id.ModuleId;
import dev.larder.common.manifest.AgentDesired;
import dev.larder.common.manifest.ImagePullPolicy;
import dev.larder.common.manifest.ModuleSpec;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The predecessor's side of a hand-over. When the manifest names another image for the agent, it
 * lets the modules' pulls end, starts a successor beside itself and stands still; the successor
 * takes its place, or, if it has not within a minute, is taken away, and the work goes on.
 */
public final class AgentUpdate {
  private static final Logger log = LoggerFactory.getLogger(AgentUpdate.class);
  private static final Duration PROOF = Duration.ofSeconds(60);
  private static final Duration STEPS_END = Duration.ofMinutes(3);
  private static final Duration LOOK = Duration.ofSeconds(1);
  private static final int CLEARING_TRIES = 10;

  private final Engine engine;
  private final StepRunner runner;
  private final Converger converger;
  private final NodeNames names;
  private final OwnContainer own;
  private final Supplier<Optional<IOException>> problemOfDisk;
  private final InstantSource clock;
  private final Duration proof;
  private final PullWait pullWait;

  /** Only the newest manifest matters. */
  private final BlockingQueue<AgentDesired> wanted = new ArrayBlockingQueue<>(1);

  private volatile Optional<Failure> failure = Optional.empty();
  private String failedImage = "";

  /**
   * Does nothing yet.
   *
   * @param problemOfDisk why the manifest in force is not on disk, where a successor reads it;
   *     empty when it is
   */
  public AgentUpdate(
      Engine engine,
      StepRunner runner,
      Converger converger,
      NodeNames names,
      OwnContainer own,
      Supplier<Optional<IOException>> problemOfDisk,
      InstantSource clock) {
    this(
        engine,
        runner,
        converger,
        names,
        own,
        problemOfDisk,
        clock,
        PROOF,
        new PullWait(converger::isPulling, System::nanoTime));
  }

  /**
   * As the other one does.
   *
   * @param proof how long a successor may take to take over
   */
  AgentUpdate(
      Engine engine,
      StepRunner runner,
      Converger converger,
      NodeNames names,
      OwnContainer own,
      Supplier<Optional<IOException>> problemOfDisk,
      InstantSource clock,
      Duration proof,
      PullWait pullWait) {
    this.proof = proof;
    this.pullWait = pullWait;
    this.problemOfDisk = problemOfDisk;
    this.engine = engine;
    this.runner = runner;
    this.converger = converger;
    this.names = names;
    this.own = own;
    this.clock = clock;
  }

  /** Why this is not the agent that the manifest names; empty when it is. */
  public String problem() {
    return failure.map(failed -> failed.reason() + "; next try at " + failed.retryAt()).orElse("");
  }

  /** Takes the newest manifest. */
  public synchronized void want(AgentDesired manifest) {
    wanted.clear();
    wanted.add(manifest);
  }

  /** Runs until interrupted. */
  public void run() {
    try {
      clearAway();
      var manifest = wanted.take();
      while (!Thread.currentThread().isInterrupted()) {
        consider(manifest);
        manifest = next(manifest);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /** The next manifest, or this one again when a failed update is due. */
  private AgentDesired next(AgentDesired now) throws InterruptedException {
    var failed = failure;
    if (failed.isEmpty()) {
      return wanted.take();
    }
    var wait = Backoff.after(failed.get().count());
    var newer = wanted.poll(wait.toMillis(), TimeUnit.MILLISECONDS);
    return newer == null ? now : newer;
  }

  private void consider(AgentDesired manifest) throws InterruptedException {
    var spec = manifest.agent();
    if (spec.isEmpty() || spec.get().image().equals(own.image())) {
      failure = Optional.empty();
      pullWait.end();
      return;
    }
    var image = spec.get().image();
    if (image.equals(failedImage)
        && failure.filter(failed -> !failed.isDue(clock.instant())).isPresent()) {
      return;
    }
    try {
      update(spec.get(), manifest);
    } catch (EngineException e) {
      noteFailure(image, Mends.explain(e));
    } catch (RuntimeException e) {
      log.atError().setCause(e).log("replacement of the agent broke");
      noteFailure(image, "the agent has a fault: " + e);
    }
  }

  private void update(ModuleSpec spec, AgentDesired manifest)
      throws EngineException, InterruptedException {
    if (!clearAway()) {
      throw failed("a new agent of before is in the way and cannot be removed; see the log");
    }
    fetch(spec, manifest);
    if (awaitPulls(spec.image())) {
      requireKept();
      handOver(spec);
    }
  }

  private void noteFailure(String image, String reason) {
    var count = image.equals(failedImage) ? failure.map(Failure::count).orElse(0) + 1 : 1;
    failedImage = image;
    failure =
        Optional.of(
            new Failure(
                count, clock.instant(), "the agent stays at " + own.image() + ": " + reason));
    log.atWarn()
        .addKeyValue("image", image)
        .addKeyValue("reason", reason)
        .log("agent was not replaced");
    converger.poke();
  }

  private void fetch(ModuleSpec spec, AgentDesired manifest) throws EngineException {
    if (engine.imageId(spec.image()).isEmpty()) {
      if (spec.imagePullPolicy() == ImagePullPolicy.NEVER) {
        throw failed("the engine has no image " + spec.image() + " and imagePullPolicy is never");
      }
      runner.pull(spec.image(), manifest, _ -> {});
    }
  }

  /**
   * Whether the modules' pulls have ended, or have had their time; not once a newer manifest is
   * there.
   */
  private boolean awaitPulls(String image) throws InterruptedException {
    while (wanted.isEmpty() && pullWait.goesOn(image)) {
      Thread.sleep(LOOK);
    }
    if (!wanted.isEmpty()) {
      return false;
    }
    pullWait.end();
    return true;
  }

  /** A successor would go by the manifest before, and may give the node back to this agent. */
  private void requireKept() throws EngineException {
    var problem = problemOfDisk.get();
    if (problem.isPresent()) {
      throw failed(
          "the new agent would not find this manifest on disk: " + Mends.explain(problem.get()));
    }
  }

  private void handOver(ModuleSpec spec) throws EngineException, InterruptedException {
    try {
      if (!converger.standStill(STEPS_END)) {
        throw failed("a module's step did not end in time");
      }
      var ownImage = engine.inspectImage(own.imageId());
      if (ownImage.isEmpty()) {
        throw failed("the engine has lost the image that this agent runs");
      }
      var body = SuccessorBody.of(own.inspect(), ownImage.get(), spec.image());
      var successor = engine.create(names.next(ModuleId.AGENT), body);
      log.atInfo().addKeyValue("image", spec.image()).log("agent hands over");
      engine.start(successor);
      awaitFailure(successor);
    } catch (EngineException | RuntimeException e) {
      if (Thread.currentThread().isInterrupted()) {
        // This agent is being stopped, as it should be; what it would clear away is in its place.
        throw new InterruptedException("stopped while it handed over");
      }
      clearAway();
      converger.goOn();
      throw e;
    }
  }

  /**
   * Throws why the successor failed; if all goes well this agent is stopped while it waits here.
   */
  private void awaitFailure(String successor) throws EngineException, InterruptedException {
    long until = System.nanoTime() + proof.toNanos();
    while (System.nanoTime() < until) {
      Thread.sleep(LOOK);
      var inspect = engine.inspect(successor);
      if (inspect.isEmpty()) {
        throw failed("the new agent's container was removed");
      }
      if (inspect.get().path("RestartCount").asInt() > 0
          || inspect.get().path("State").path("Status").asText().equals("exited")) {
        throw failed("the new agent ended" + lastWords(successor));
      }
    }
    throw failed(
        "the new agent did not take over within "
            + proof.toSeconds()
            + " s"
            + lastWords(successor));
  }

  /** What the successor wrote last, after a colon; empty if it wrote nothing. */
  private String lastWords(String successor) throws EngineException {
    var lines = engine.lastLines(successor);
    return lines.isEmpty() ? "" : ": " + lines;
  }

  private static EngineException failed(String reason) {
    return new EngineException(EngineException.CONFLICT, reason);
  }

  /**
   * Removes a successor that did not take over, also one of an earlier life. One that has begun to
   * is let be: it stops this agent. The engine cannot rename one that waits to be restarted, so
   * that is stopped before: it cannot have begun. What is left after all tries is in the way of the
   * next update, which tries again.
   *
   * @return whether nothing is left
   */
  private boolean clearAway() throws InterruptedException {
    for (int tries = 1; !isClear(tries); tries++) {
      if (tries == CLEARING_TRIES) {
        return false;
      }
      Thread.sleep(LOOK);
    }
    return true;
  }

  private boolean isClear(int tries) {
    try {
      // The name is needed for one that is there now.
      removeFailed();
      var next = engine.inspect(names.next(ModuleId.AGENT)).flatMap(OwnContainer::of);
      if (next.isPresent()) {
        if (next.get().inspect().path("State").path("Restarting").asBoolean()) {
          engine.stop(next.get().id());
        }
        engine.rename(names.next(ModuleId.AGENT), names.failed());
        removeFailed();
      }
      return true;
    } catch (EngineException | RuntimeException e) {
      log.atWarn()
          .setCause(e)
          .addKeyValue("reason", e.getMessage())
          .addKeyValue("tries", tries)
          .log("successor could not be cleared away");
      return false;
    }
  }

  private void removeFailed() throws EngineException {
    var left = engine.inspect(names.failed()).flatMap(OwnContainer::of);
    if (left.isPresent()) {
      engine.stop(left.get().id());
      engine.remove(left.get().id());
    }
  }
}
