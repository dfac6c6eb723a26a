package dev.larder.agent.pull;

import dev.larder.agent.engine.EngineException;
import dev.larder.common.manifest.RegistryCredentials;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * The pulls of this agent. Those who want one image at one time share one pull; so many pulls come
 * at once, and the others wait in line. One that nobody wants any more, or that shows no sign of
 * life for half an hour, is ended: otherwise a few of them would hold up all others for ever.
 */
public final class Pulls {
  /** The engine tells of every half MiB: this is a line of 300 bytes a second. */
  static final Duration SILENCE = Duration.ofMinutes(30);

  private final Fetch fetch;
  private final LongSupplier nanos;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  /** In the order in which they were asked for. */
  private final Map<Key, Pull> pulls = new LinkedHashMap<>();

  private int atOnce = 1;

  private record Key(String image, Optional<RegistryCredentials> credentials) {}

  /** One pull; its fields are the lock's. */
  private static final class Pull {
    final Key key;
    PullState state = new PullState.Waiting();
    Optional<Thread> thread = Optional.empty();
    Optional<EngineException> failure = Optional.empty();
    boolean ended;
    int followers;
    long signAt;

    Pull(Key key) {
      this.key = key;
    }
  }

  /**
   * Nothing is fetched yet.
   *
   * @param nanos the time, as {@link System#nanoTime} tells it
   */
  public Pulls(Fetch fetch, LongSupplier nanos) {
    this.fetch = fetch;
    this.nanos = nanos;
  }

  /**
   * Fetches an image, together with others who ask for it; returns when the engine has it. An
   * interrupt gives it up.
   *
   * @param most how many pulls come at once from now on, 1 or more
   * @param told where the pull stands, at every change
   */
  public void pull(
      String image, Optional<RegistryCredentials> credentials, int most, Consumer<PullState> told)
      throws EngineException {
    lock.lock();
    try {
      atOnce = most;
      var pull = pulls.computeIfAbsent(new Key(image, credentials), Pull::new);
      pull.followers++;
      startDue();
      try {
        follow(pull, told);
      } finally {
        pull.followers--;
        if (pull.followers == 0) {
          drop(pull);
        }
      }
      if (pull.failure.isPresent()) {
        var failure = pull.failure.get();
        throw new EngineException(failure.status(), failure.reason());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new EngineException("The pull of " + image + " was given up", e);
    } finally {
      lock.unlock();
    }
  }

  /** Waits for the end; the lock is held but for the waits and while the follower is told. */
  private void follow(Pull pull, Consumer<PullState> told) throws InterruptedException {
    var last = Optional.<PullState>empty();
    while (true) {
      var now = pull.state;
      if (!last.equals(Optional.of(now))) {
        last = Optional.of(now);
        tell(told, now);
      } else if (pull.ended) {
        return;
      } else if (pull.thread.isEmpty()) {
        // In line, where the pulls before it have the limit.
        changed.await();
      } else if (leftNanos(pull) > 0) {
        var _ = changed.awaitNanos(leftNanos(pull));
      } else {
        end(pull, silent(pull.key.image()));
      }
    }
  }

  private long leftNanos(Pull pull) {
    return SILENCE.toNanos() - (nanos.getAsLong() - pull.signAt);
  }

  private void tell(Consumer<PullState> told, PullState state) {
    lock.unlock();
    try {
      told.accept(state);
    } finally {
      lock.lock();
    }
  }

  private static EngineException silent(String image) {
    return new EngineException(
        EngineException.UNREACHABLE,
        "the pull of "
            + image
            + " stood still for "
            + SILENCE.toMinutes()
            + " min: see that the engine reaches the registry");
  }

  private void startDue() {
    long running = pulls.values().stream().filter(pull -> pull.thread.isPresent()).count();
    for (var pull : new ArrayList<>(pulls.values())) {
      if (running < atOnce && pull.thread.isEmpty()) {
        running++;
        pull.state = PullState.BEGUN;
        pull.signAt = nanos.getAsLong();
        pull.thread =
            Optional.of(Thread.ofVirtual().name("pull " + pull.key.image()).start(() -> run(pull)));
      }
    }
    changed.signalAll();
  }

  private void run(Pull pull) {
    // Holds for what is no exception too.
    var failure =
        Optional.of(new EngineException(EngineException.CONFLICT, "the agent has a fault"));
    try {
      fetch.fetch(pull.key.image(), pull.key.credentials(), percent -> note(pull, percent));
      failure = Optional.empty();
    } catch (EngineException e) {
      failure = Optional.of(e);
    } catch (RuntimeException e) {
      failure = Optional.of(new EngineException("the agent has a fault: " + e, e));
    } finally {
      lock.lock();
      try {
        end(pull, failure);
      } finally {
        lock.unlock();
      }
    }
  }

  private void note(Pull pull, int percent) {
    lock.lock();
    try {
      pull.signAt = nanos.getAsLong();
      pull.state = new PullState.Coming(percent);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void end(Pull pull, EngineException failure) {
    pull.thread.ifPresent(Thread::interrupt);
    end(pull, Optional.of(failure));
  }

  private void end(Pull pull, Optional<EngineException> failure) {
    if (!pull.ended) {
      pull.ended = true;
      pull.failure = failure;
      pulls.remove(pull.key, pull);
      startDue();
    }
  }

  private void drop(Pull pull) {
    if (!pull.ended) {
      end(pull, new EngineException(EngineException.CONFLICT, "nobody wants " + pull.key.image()));
    }
  }
}
