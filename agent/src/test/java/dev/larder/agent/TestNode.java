package dev.larder.agent;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.larder.agent.node.NodeFiles;
import dev.larder.common.report.NodeReport;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Predicate;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.BeforeTestExecutionCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;

/**
 * A node of a test's cloud, under a name of its own on the real engine, and its agent. Registered
 * as an extension it is enrolled before {@code @BeforeEach}, its agent runs while the test does,
 * and {@code @AfterEach} finds the engine without it.
 */
public final class TestNode
    implements BeforeEachCallback,
        BeforeTestExecutionCallback,
        AfterTestExecutionCallback,
        AfterEachCallback {
  public static final URI ENGINE = URI.create("unix:///var/run/docker.sock");

  private static final Path TEMPORARY = Path.of(System.getProperty("java.io.tmpdir"));

  private final String instance;
  private final URI engine;
  private final Path parent;
  private final InstantSource clock;
  private Optional<Place> place = Optional.empty();
  private Optional<Agent> agent = Optional.empty();

  private record Place(TestCloud cloud, Path dataDir) {}

  /** On the machine's engine, with {@link TestDocker#IMAGE}. */
  public TestNode(String prefix) {
    this(prefix, InstantSource.system());
  }

  /** On the machine's engine, with an agent that takes the time from this clock. */
  TestNode(String prefix, InstantSource clock) {
    this(prefix, ENGINE, TEMPORARY, clock);
  }

  /** On another engine. */
  public TestNode(String prefix, URI engine) {
    this(prefix, engine, TEMPORARY);
  }

  /** On another engine, its files in a folder of this one. */
  TestNode(String prefix, URI engine, Path parent) {
    this(prefix, engine, parent, InstantSource.system());
  }

  private TestNode(String prefix, URI engine, Path parent, InstantSource clock) {
    this.instance =
        prefix + "-" + HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt());
    this.engine = engine;
    this.parent = parent;
    this.clock = clock;
  }

  @Override
  public void beforeEach(ExtensionContext context) throws Exception {
    if (engine.equals(ENGINE)) {
      var ofRun = context.getRoot().getStore(Namespace.create(TestNode.class));
      ofRun.getOrComputeIfAbsent(Image.class);
    }
    enrol();
  }

  @Override
  public void beforeTestExecution(ExtensionContext context) throws Exception {
    start();
  }

  @Override
  public void afterTestExecution(ExtensionContext context) throws Exception {
    stop();
    TestDocker.clear(engine, instance);
  }

  @Override
  public void afterEach(ExtensionContext context) throws IOException {
    leave();
  }

  /** Enrols it with a cloud of its own; its agent does not run yet. */
  public void enrol() throws Exception {
    var enrolled = new Place(new TestCloud(), Files.createTempDirectory(parent, "node"));
    place = Optional.of(enrolled);
    var request = enrolled.cloud.request(instance, enrolled.dataDir.toString());
    TestEnrolment.enrol(request, enrolled.dataDir);
  }

  /** Ends its cloud and deletes its files. */
  public void leave() throws IOException {
    if (place.isPresent()) {
      place.get().cloud.close();
      TestFolder.delete(place.get().dataDir);
    }
  }

  public TestCloud cloud() {
    return place.orElseThrow().cloud;
  }

  public Path dataDir() {
    return place.orElseThrow().dataDir;
  }

  public String instance() {
    return instance;
  }

  public Agent agent() {
    return agent.orElseThrow();
  }

  public void start() throws Exception {
    var started = new Agent(new NodeFiles(dataDir()), engine, 0, "test", clock);
    agent = Optional.of(started);
    started.start();
  }

  /** Ends the agent; what it made on the engine stays. */
  public void stop() throws IOException {
    if (agent.isPresent()) {
      agent.get().close();
      agent = Optional.empty();
    }
  }

  /** Has the cloud offer a manifest and waits until the node is as it says. */
  public NodeReport apply(ObjectNode desired) throws Exception {
    return cloud().awaitReport(applied(cloud().offer(desired)));
  }

  /** Whether a report says that a manifest is in force and all of it done. */
  public static Predicate<NodeReport> applied(long version) {
    return report ->
        report.lastDesiredVersion() == version && report.lastDesiredStatus().code() == 200;
  }

  /** Made once in a run of tests. */
  private static final class Image {
    Image() throws Exception {
      var folder = Files.createTempDirectory("image");
      try {
        TestDocker.image(folder);
      } finally {
        TestFolder.delete(folder);
      }
    }
  }
}
