package dev.larder.system;

import com.github.dockerjava.api.model.HealthCheck;
import com.github.dockerjava.api.model.HostConfig;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * What the engine alone takes for what an agent asks of it: the peer beside which a node is
 * measured. Each container is like the one of {@link IdleModule}.
 */
final class BareEngine implements AutoCloseable {
  private final String image;
  private final String network;
  private final List<String> made = new ArrayList<>();

  /**
   * Nothing is made yet.
   *
   * @param network on which the containers are
   */
  BareEngine(String image, String network) {
    this.image = image;
    this.network = network;
  }

  /** Makes a container and starts it; returns how long that took until its process ran. */
  Duration add(String name) {
    var began = Instant.now();
    create(name);
    return started(began, name);
  }

  /** Stops a container and starts it again; returns how long that took until its process ran. */
  static Duration startAgain(String name) {
    var began = Instant.now();
    Engine.client().stopContainerCmd(name).exec();
    return started(began, name);
  }

  /** Makes and starts as many at once; returns how long it took until all ran. */
  Duration addAtOnce(int count) throws Exception {
    var began = Instant.now();
    var started = new ArrayList<Future<Duration>>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < count; i++) {
        var name = network + "-bare-" + i;
        create(name);
        started.add(threads.submit(() -> started(began, name)));
      }
    }
    var last = Duration.ZERO;
    for (var one : started) {
      last = last.compareTo(one.get()) < 0 ? one.get() : last;
    }
    return last;
  }

  private void create(String name) {
    Engine.client()
        .createContainerCmd(image)
        .withName(name)
        .withEntrypoint(IdleModule.ENTRYPOINT)
        .withCmd(IdleModule.COMMAND)
        .withStopSignal(IdleModule.STOP_SIGNAL)
        .withHealthcheck(new HealthCheck().withTest(IdleModule.NO_CHECK))
        .withHostConfig(HostConfig.newHostConfig().withNetworkMode(network))
        .exec();
    made.add(name);
  }

  private static Duration started(Instant began, String name) {
    Engine.client().startContainerCmd(name).exec();
    return Duration.between(began, Engine.startedAt(name));
  }

  /** Removes what was made. */
  @Override
  public void close() {
    made.forEach(name -> Engine.client().removeContainerCmd(name).withForce(true).exec());
    made.clear();
  }
}
