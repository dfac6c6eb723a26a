package dev.larder.agent.operator;

import dev.larder.agent.check.Observation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * One look at the node or at what is around it.
 *
 * @param check by which it is named when it does not answer
 */
record Probe(String check, Look look) {
  /** Looks; any failure is told of as an observation too. */
  @FunctionalInterface
  interface Look {
    List<? extends Observation> look() throws Exception;
  }

  /**
   * Runs all side by side, each on a thread of its own that nothing waits for after the limit: a
   * name server or a disk may hold one for minutes, beyond any interrupt.
   *
   * @return in the order of the probes
   */
  static List<Observation> run(List<Probe> probes, Duration limit) throws InterruptedException {
    var tasks = new ArrayList<FutureTask<List<? extends Observation>>>();
    for (var probe : probes) {
      var task = new FutureTask<List<? extends Observation>>(probe.look()::look);
      Thread.ofPlatform().daemon().name("probe-" + probe.check()).start(task);
      tasks.add(task);
    }
    long until = System.nanoTime() + limit.toNanos();
    var seen = new ArrayList<Observation>();
    for (int i = 0; i < tasks.size(); i++) {
      seen.addAll(probes.get(i).answer(tasks.get(i), until - System.nanoTime(), limit));
    }
    return seen;
  }

  private List<? extends Observation> answer(
      FutureTask<List<? extends Observation>> task, long leftNanos, Duration limit)
      throws InterruptedException {
    try {
      return task.get(Math.max(0, leftNanos), TimeUnit.NANOSECONDS);
    } catch (TimeoutException _) {
      task.cancel(true);
      return List.of(new Observation.Unanswered(check, limit));
    } catch (ExecutionException e) {
      var cause = e.getCause();
      var reason = cause == null ? e.toString() : cause.toString();
      return List.of(
          new Observation.Broken(
              check,
              "cannot be looked at: " + reason,
              "see that the node is deployed and that this command runs as its agent's user"));
    }
  }
}
