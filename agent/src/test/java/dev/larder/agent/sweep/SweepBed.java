package dev.larder.agent.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.agent.TestDesired;
import dev.larder.agent.TestDocker;
import dev.larder.agent.TestRegistry;
import dev.larder.agent.engine.Engine;
import dev.larder.agent.engine.EngineException;
import dev.larder.agent.front.ByteLimit;
import dev.larder.agent.front.LimitedPulls;
import dev.larder.agent.node.NodeFiles;
import dev.larder.agent.node.NodeNames;
import dev.larder.common.id.CacheNodeId;
import dev.larder.common.manifest.AgentDesired;
import dev.larder.common.manifest.AgentDesiredReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.DoubleSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A node's images on the real engine, a registry that has them, and a clock that is set. */
abstract class SweepBed {
  private static final URI ADDRESS = URI.create("unix:///var/run/docker.sock");
  static final double ROOM = 0.5;

  final Path folder;
  final String name = "sweep-" + UUID.randomUUID().toString().substring(0, 8);
  final Engine engine =
      new Engine(ADDRESS, new NodeNames(name), new CacheNodeId(UUID.randomUUID()));
  final List<String> made = new ArrayList<>();
  private final TestRegistry registry;
  volatile Instant now = Instant.parse("2026-01-01T00:00:00Z");
  volatile double freeShare = ROOM;
  Optional<AgentDesired> manifest = Optional.empty();
  ImageSweep sweep;

  SweepBed(Path folder) throws Exception {
    this.folder = folder;
    registry = new TestRegistry(folder.resolve("registry"));
    sweep = sweep("node", () -> freeShare);
  }

  ImageSweep sweep(String dataDir, DoubleSupplier free) {
    var files = new NodeFiles(folder.resolve(dataDir));
    var limit = new ByteLimit(System::nanoTime);
    var pulls = new LimitedPulls(engine, files, Optional.empty(), limit);
    return new ImageSweep(engine, pulls, files, () -> manifest, free, () -> now);
  }

  @BeforeEach
  void wants() {
    wants("agent:1");
  }

  @AfterEach
  void clear() throws Exception {
    registry.close();
    for (var id : TestDocker.ids("ps", "-aq", "--filter", "label=dev.larder.test=" + name)) {
      TestDocker.run("rm", "-f", id);
    }
    for (var image : made) {
      if (isThere(image)) {
        TestDocker.run("rmi", image);
      }
    }
    engine.close();
  }

  void wants(String image) {
    var desired = TestDesired.desired(image);
    manifest = Optional.of(AgentDesiredReader.read(desired, "").orThrow());
  }

  /** An image like no other, in the registry and not on the engine. */
  String push(String repository) throws Exception {
    var root = folder.resolve(repository);
    Files.createDirectories(root.resolve("bin"));
    Files.copy(Path.of("/bin/busybox"), root.resolve("bin/busybox"));
    Files.writeString(root.resolve("bin/name"), name + repository);
    var archive = folder.resolve(repository + ".tar").toString();
    var tar = new ProcessBuilder("tar", "-C", root.toString(), "-cf", archive, "bin").start();
    assertThat(tar.waitFor()).isZero();
    var local = name + "-" + repository + ":local";
    TestDocker.run("import", archive, local);
    var there = registry.push(local, name + "/" + repository);
    TestDocker.run("rmi", local);
    made.add(there);
    return there;
  }

  String pulled(String repository) throws Exception {
    var image = push(repository);
    sweep.fetch(image, Optional.empty(), _ -> {});
    return image;
  }

  boolean isThere(String image) throws EngineException {
    return engine.imageId(image).isPresent();
  }

  boolean has(String image) {
    try {
      return isThere(image);
    } catch (EngineException e) {
      throw new UncheckedIOException(e);
    }
  }

  void later(Duration time) throws EngineException {
    now = now.plus(time);
    sweep.look();
  }

  String container(String image) {
    try {
      return TestDocker.run(
          "create", "--label", "dev.larder.test=" + name, image, "/bin/busybox", "true");
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException("No container of " + image, e);
    }
  }

  static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
