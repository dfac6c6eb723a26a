package dev.larder.agent.converge;

import dev.larder.agent.engine.EngineException;
import dev.larder.agent.engine.Mends;
import dev.larder.agent.plan.History;
import dev.larder.agent.plan.Step;
import dev.larder.common.id.ModuleId;
import dev.larder.common.manifest.AgentDesired;
import java.io.IOException;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The steps under way, each on a virtual thread of its own: at most one a module, and a pull beside
 * it. What came of them is the history.
 */
final class Workers implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Workers.class);
  private static final int PROGRESS_STEP = 10;

  private final StepRunner runner;
  private final InstantSource clock;
  private final Runnable ended;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Map<ModuleId, Step> busy = new HashMap<>();
  private final Map<ModuleId, Integer> percent = new HashMap<>();
  private History history = History.NONE;

  /**
   * @param ended called after each step, and when a pull has come further
   */
  Workers(StepRunner runner, InstantSource clock, Runnable ended) {
    this.runner = runner;
    this.clock = clock;
    this.ended = ended;
  }

  synchronized Map<ModuleId, Step> busy() {
    return Map.copyOf(busy);
  }

  synchronized Set<ModuleId> pulling() {
    return Set.copyOf(percent.keySet());
  }

  synchronized Map<ModuleId, Integer> percent() {
    return Map.copyOf(percent);
  }

  synchronized History history() {
    return history;
  }

  synchronized void prune(UnaryOperator<History> pruning) {
    history = pruning.apply(history);
  }

  /** Begins a step. */
  void begin(Step step, AgentDesired manifest) {
    synchronized (this) {
      if (step instanceof Step.Pull) {
        percent.put(step.module(), 0);
      } else {
        busy.put(step.module(), step);
      }
    }
    threads.execute(() -> run(step, manifest));
  }

  private void run(Step step, AgentDesired manifest) {
    var problem = Optional.<String>empty();
    try {
      runner.run(step, manifest, now -> progress(step.module(), now));
      log.atInfo().addKeyValue("step", step).log("step done");
    } catch (EngineException e) {
      problem = Optional.of(Mends.explain(e));
    } catch (IOException e) {
      problem = Optional.of(e.toString());
    } catch (RuntimeException e) {
      log.atError().setCause(e).addKeyValue("step", step).log("step broke");
      problem = Optional.of("the agent has a fault: " + e);
    } finally {
      end(step, problem);
    }
  }

  /** Tells of every tenth of a pull. */
  private void progress(ModuleId module, int now) {
    synchronized (this) {
      if (now / PROGRESS_STEP == percent.getOrDefault(module, 0) / PROGRESS_STEP) {
        return;
      }
      percent.put(module, now);
    }
    ended.run();
  }

  private void end(Step step, Optional<String> problem) {
    synchronized (this) {
      history = history.after(step, problem, clock.instant());
      if (step instanceof Step.Pull) {
        percent.remove(step.module());
      } else {
        busy.remove(step.module());
      }
    }
    problem.ifPresent(reason ->
        log.atWarn().addKeyValue("step", step).addKeyValue("reason", reason).log("step failed"));
    ended.run();
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
