package dev.larder.agent;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.larder.agent.node.NodeFiles;
import dev.larder.common.report.NodeReport;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Predicate;

/** A node of a test's cloud, under a name of its own on the real engine, and its agent. */
public final class TestNode implements AutoCloseable {
  public static final URI ENGINE = URI.create("unix:///var/run/docker.sock");

  private final TestCloud cloud;
  private final String instance;
  private final NodeFiles files;
  private final URI engine;
  private Optional<Agent> agent = Optional.empty();

  private TestNode(TestCloud cloud, String instance, NodeFiles files, URI engine) {
    this.cloud = cloud;
    this.instance = instance;
    this.files = files;
    this.engine = engine;
  }

  /** Enrols one; its agent does not run yet. */
  public static TestNode enrol(String prefix, Path dataDir) throws Exception {
    return enrol(prefix, dataDir, ENGINE);
  }

  /** Enrols one for an engine. */
  public static TestNode enrol(String prefix, Path dataDir, URI engine) throws Exception {
    var cloud = new TestCloud();
    var instance = prefix + "-" + HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt());
    var files = TestEnrolment.enrol(cloud.request(instance, dataDir.toString()), dataDir);
    return new TestNode(cloud, instance, files, engine);
  }

  public TestCloud cloud() {
    return cloud;
  }

  public String instance() {
    return instance;
  }

  public Agent agent() {
    return agent.orElseThrow();
  }

  public void start() throws Exception {
    start(InstantSource.system());
  }

  /** Starts one that takes the time from this clock. */
  public void start(InstantSource clock) throws Exception {
    var started = new Agent(files, engine, 0, "test", clock);
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
    return cloud.awaitReport(applied(cloud.offer(desired)));
  }

  /** Whether a report says that a manifest is in force and all of it done. */
  public static Predicate<NodeReport> applied(long version) {
    return report ->
        report.lastDesiredVersion() == version && report.lastDesiredStatus().code() == 200;
  }

  @Override
  public void close() throws IOException {
    stop();
    cloud.close();
    try {
      TestDocker.clear(engine, instance);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
