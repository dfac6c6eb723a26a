package dev.larder.agent.converge;

import dev.larder.agent.engine.EngineException;
import dev.larder.agent.engine.Mends;
import dev.larder.agent.plan.History;
import dev.larder.agent.plan.Step;
import dev.larder.agent.pull.PullBoard;
import dev.larder.agent.pull.PullState;
import dev.larder.common.id.ModuleId;
import dev.larder.common.manifest.AgentDesired;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The steps under way, each on a virtual thread of its own: at most one a module, and a pull beside
 * it. What came of them is the history.
 */
final class Workers implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Workers.class);

  private final Work work;
  private final InstantSource clock;
  private final Runnable ended;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Map<ModuleId, Step> busy = new HashMap<>();
  private final PullBoard pulls = new PullBoard();
  private final Map<Step.Pull, Thread> pullers = new HashMap<>();
  private History history = History.NONE;
  private boolean standing;

  /** Carries out one step; returns when that is done. */
  @FunctionalInterface
  interface Work {
    void run(Step step, AgentDesired manifest, Consumer<PullState> progress) throws IOException;
  }

  /**
   * Nothing is under way, and nothing has happened.
   *
   * @param ended called after each step, and when there is more to tell of a pull
   */
  Workers(Work work, InstantSource clock, Runnable ended) {
    this.work = work;
    this.clock = clock;
    this.ended = ended;
  }

  synchronized Map<ModuleId, Step> busy() {
    return Map.copyOf(busy);
  }

  synchronized Set<ModuleId> pulling() {
    return pulls().keySet();
  }

  synchronized Map<ModuleId, PullState> pulls() {
    return pulls.told(clock.instant());
  }

  synchronized History history() {
    return history;
  }

  /** Takes what happened before this agent was started, or leaves out what cannot matter. */
  synchronized void revise(UnaryOperator<History> revision) {
    history = revision.apply(history);
  }

  /**
   * Begins no more steps, and waits until none is under way, pulls apart; false when one still is
   * after this time.
   */
  synchronized boolean standStill(Duration atMost) throws InterruptedException {
    standing = true;
    long until = System.nanoTime() + atMost.toNanos();
    while (!busy.isEmpty()) {
      long left = until - System.nanoTime();
      if (left <= 0) {
        return false;
      }
      TimeUnit.NANOSECONDS.timedWait(this, left);
    }
    return true;
  }

  synchronized boolean isStanding() {
    return standing;
  }

  /** Begins steps again. */
  synchronized void goOn() {
    standing = false;
  }

  /** Begins a step, unless they stand still by now. */
  void begin(Step step, AgentDesired manifest) {
    synchronized (this) {
      if (standing) {
        return;
      }
      if (step instanceof Step.Pull) {
        pulls.begin(step.module());
      } else {
        busy.put(step.module(), step);
      }
    }
    threads.execute(() -> run(step, manifest));
  }

  /**
   * Gives up pulls that a newer manifest has made vain: the module waits for them to end before it
   * pulls what it needs now.
   */
  synchronized void giveUp(Predicate<Step.Pull> vain) {
    pullers.forEach((pull, thread) -> {
      if (vain.test(pull)) {
        thread.interrupt();
      }
    });
  }

  private void run(Step step, AgentDesired manifest) {
    // Of what ends otherwise than by the exceptions below, an error of the virtual machine.
    var problem = Optional.of("the agent has a fault; see its log");
    try {
      if (step instanceof Step.Pull pull) {
        pulledBy(pull, Thread.currentThread());
      }
      work.run(step, manifest, now -> progress(step.module(), now));
      problem = Optional.empty();
      log.atInfo().addKeyValue("step", step).log("step done");
    } catch (EngineException e) {
      problem = Optional.of(Mends.explain(e));
    } catch (IOException e) {
      problem = Optional.of(Mends.explain(e));
    } catch (RuntimeException e) {
      log.atError().setCause(e).addKeyValue("step", step).log("step broke");
      problem = Optional.of("the agent has a fault: " + e);
    } finally {
      end(step, problem);
    }
  }

  private synchronized void pulledBy(Step.Pull pull, Thread thread) {
    pullers.put(pull, thread);
  }

  private void progress(ModuleId module, PullState now) {
    boolean tell;
    synchronized (this) {
      tell = pulls.note(module, now, clock.instant());
    }
    if (tell) {
      ended.run();
    }
  }

  private void end(Step step, Optional<String> problem) {
    synchronized (this) {
      history = history.after(step, problem, clock.instant());
      if (step instanceof Step.Pull pull) {
        pullers.remove(pull);
        pulls.end(step.module());
      } else {
        busy.remove(step.module());
        notifyAll();
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
