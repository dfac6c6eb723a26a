package dev.larder.system;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.model.Container;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.testcontainers.DockerClientFactory;

/** The Docker engine, looked at from outside. */
final class Engine {
  static final String INSTANCE = "dev.larder.instance";

  private static final String HEALTHY = "healthy";

  private Engine() {}

  static DockerClient client() {
    return DockerClientFactory.instance().client();
  }

  /** Every container of a node, stopped ones too. */
  static List<Container> containers(String instance) {
    return client()
        .listContainersCmd()
        .withShowAll(true)
        .withLabelFilter(Map.of(INSTANCE, instance))
        .exec();
  }

  /** Container id by container name, without the slash that the engine puts first. */
  static Map<String, String> ids(String instance) {
    var ids = new TreeMap<String, String>();
    containers(instance)
        .forEach(container -> ids.put(container.getNames()[0].substring(1), container.getId()));
    return ids;
  }

  static InspectContainerResponse inspect(String name) {
    return client().inspectContainerCmd(name).exec();
  }

  /** When the container's process was started last. */
  static Instant startedAt(String name) {
    return Instant.parse(inspect(name).getState().getStartedAt());
  }

  static boolean isHealthy(String name) {
    var health = inspect(name).getState().getHealth();
    return health != null && HEALTHY.equals(health.getStatus());
  }

  static List<String> environment(String name) {
    var env = inspect(name).getConfig().getEnv();
    return env == null ? List.of() : List.of(env);
  }
}
