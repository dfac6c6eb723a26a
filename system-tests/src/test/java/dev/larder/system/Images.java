package dev.larder.system;

import com.github.dockerjava.api.exception.DockerClientException;
import com.github.dockerjava.api.exception.NotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/**
 * The three built images under names of a test's own, so that what a test removes no other test
 * misses.
 */
final class Images implements AutoCloseable {
  private static final List<String> NAMES = List.of("larder-agent", "larder-hub", "larder-cache");
  private static final String BUILT = "1.0.0";

  private final String prefix;
  private final Optional<Registry> registry;
  private final Set<String> tags = new HashSet<>();

  private record Registry(Service service, Path folder) {}

  private Images(String prefix, Optional<Registry> registry) {
    this.prefix = prefix;
    this.registry = registry;
  }

  /** In the engine already: nothing need be pulled. */
  static Images ofTheirOwn() {
    var images =
        new Images("st-" + UUID.randomUUID().toString().substring(0, 8) + "/", Optional.empty());
    images.tag(BUILT);
    return images;
  }

  /** In a registry on loopback, and not in the engine under that name: an agent has to pull. */
  static Images inARegistry() throws IOException, InterruptedException {
    int port = Ports.free();
    var folder = Files.createTempDirectory("larder-registry-");
    var configuration = folder.resolve("config.yml");
    Files.writeString(
        configuration,
        """
        version: 0.1
        storage:
          filesystem:
            rootdirectory: %s
        http:
          addr: 127.0.0.1:%d
        """
            .formatted(folder.resolve("data"), port));
    var service =
        Service.start(
            folder.resolve("registry.log"),
            List.of("docker-registry", "serve", configuration.toString()));
    var images = new Images("127.0.0.1:" + port + "/", Optional.of(new Registry(service, folder)));
    images.tag(BUILT);
    Await.until("the registry takes the images", Duration.ofSeconds(60), images::push);
    images.removeTags();
    return images;
  }

  String prefix() {
    return prefix;
  }

  /** The reference of one of the three, {@code hub}, under a version. */
  String reference(String part, String version) {
    return prefix + "larder-" + part + ":" + version;
  }

  /** Gives the built images another version's name, which makes a release of them. */
  void tag(String version) {
    for (var name : NAMES) {
      Engine.client().tagImageCmd(name + ":" + BUILT, prefix + name, version).exec();
      tags.add(prefix + name + ":" + version);
    }
  }

  private boolean push() throws InterruptedException {
    for (var tag : tags) {
      try {
        if (!Engine.client().pushImageCmd(tag).start().awaitCompletion(60, TimeUnit.SECONDS)) {
          return false;
        }
      } catch (DockerClientException _) {
        // The registry is still starting, or did not take it whole.
        return false;
      }
    }
    return true;
  }

  private void removeTags() {
    for (var tag : tags) {
      try {
        Engine.client().removeImageCmd(tag).withForce(true).exec();
      } catch (NotFoundException _) {
        // The node's own uninstall was before us.
      }
    }
  }

  @Override
  public void close() throws IOException {
    removeTags();
    if (registry.isPresent()) {
      registry.get().service().close();
      Command.run(
              Path.of("/"),
              Duration.ofSeconds(20),
              List.of("rm", "-rf", "--", registry.get().folder().toString()))
          .succeeded();
    }
  }
}
