package dev.larder.agent;

import dev.larder.agent.cloud.CloudClient;
import dev.larder.agent.cloud.CloudTls;
import dev.larder.agent.cloud.CloudTls.NodeCertificate;
import dev.larder.agent.cloud.ManifestPoll;
import dev.larder.agent.cloud.ReportSender;
import dev.larder.agent.converge.Converger;
import dev.larder.agent.converge.EngineEvents;
import dev.larder.agent.converge.StepRunner;
import dev.larder.agent.converge.View;
import dev.larder.agent.create.NodeContext;
import dev.larder.agent.engine.Engine;
import dev.larder.agent.engine.EngineException;
import dev.larder.agent.handover.AgentUpdate;
import dev.larder.agent.handover.OwnContainer;
import dev.larder.agent.handover.Succession;
import dev.larder.agent.health.HealthServer;
import dev.larder.agent.identity.ModuleIdentities;
import dev.larder.agent.intake.Intake;
import dev.larder.agent.intake.LastGood;
import dev.larder.agent.intake.ManifestJudge;
import dev.larder.agent.node.NodeConfig;
import dev.larder.agent.node.NodeFiles;
import dev.larder.agent.node.NodeNames;
import dev.larder.agent.report.OwnState;
import dev.larder.agent.report.ReportMaker;
import dev.larder.agent.trust.Pem;
import dev.larder.common.manifest.NodeManifest;
import dev.larder.common.report.NodeReport.Platform;
import dev.larder.common.trust.ManifestSignature;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A node's agent, wired together. */
public final class Agent implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Agent.class);

  private final String version;
  private final InstantSource clock;
  private final NodeNames names;
  private final Engine engine;
  private final CloudClient cloud;
  private final Converger converger;
  private final StepRunner runner;
  private final Intake intake;
  private final ReportSender reports;
  private final HealthServer health;
  private final List<Thread> threads = new ArrayList<>();
  private volatile Optional<OwnContainer> own = Optional.empty();
  private volatile Optional<AgentUpdate> update = Optional.empty();
  private volatile Optional<NodeManifest> inForce = Optional.empty();
  private volatile Platform platform = new Platform("", "", "");

  /**
   * Wires the agent of an enrolled node; nothing runs yet but the health endpoint.
   *
   * @param docker the engine's address, {@code unix:///var/run/docker.sock}
   * @param healthPort 0 for any that is free
   */
  public Agent(NodeFiles files, URI docker, int healthPort, String version, InstantSource clock)
      throws IOException, GeneralSecurityException {
    var config =
        files
            .readConfig()
            .orElseThrow(() ->
                new IOException(
                    files.config() + " is missing: this machine is not enrolled; run deploy.sh"));
    this.version = version;
    this.clock = clock;
    this.names = new NodeNames(config.instance());
    this.engine = new Engine(docker, names, config.cacheNodeId());
    this.cloud = cloud(files, config);
    var identities = new ModuleIdentities(files, config);
    var context = new NodeContext(names, config.cacheNodeId(), files.identities().toString());
    this.runner = new StepRunner(engine, context, identities, clock);
    this.converger = new Converger(engine, runner, identities, clock, this::seen);
    this.reports = new ReportSender(cloud, clock, ThreadLocalRandom.current());
    var judge = new ManifestJudge(manifestKeys(files), config.cacheNodeId(), names);
    this.intake = new Intake(judge, new LastGood(files, judge), this::inForce, converger::poke);
    this.health = new HealthServer(healthPort, converger::lastAnswer, clock);
  }

  private static CloudClient cloud(NodeFiles files, NodeConfig config)
      throws IOException, GeneralSecurityException {
    var node =
        new NodeCertificate(
            Pem.key(Files.readString(files.nodeKey())),
            Pem.certificates(Files.readString(files.nodeCertificate())));
    var trusted = Pem.certificates(Files.readString(files.cloudCa()));
    return new CloudClient(
        config.cloudUrl(), config.proxyUrl(), CloudTls.context(trusted, Optional.of(node)));
  }

  private static List<PublicKey> manifestKeys(NodeFiles files) throws IOException {
    return files.readManifestKeys().stream().map(ManifestSignature::publicKey).toList();
  }

  /** Where the health endpoint listens. */
  public int healthPort() {
    return health.port();
  }

  /**
   * Starts everything: from the manifest on disk at once, and then as the cloud says.
   *
   * @throws EngineException when this is a successor that cannot take over
   */
  public void start() throws IOException {
    var hasManifest = intake.boot();
    own = findOwn();
    if (own.isPresent()) {
      var succession = new Succession(engine, names);
      if (succession.isSuccessor(own.get())) {
        succession.takeOver(own.get(), hasManifest);
        // Under its new name.
        own = findOwn();
      }
      own.ifPresent(this::startUpdates);
    }
    thread("converger", converger::run);
    thread("events", new EngineEvents(engine, clock, converger::poke)::run);
    thread("reports", reports::run);
    thread("manifest", new ManifestPoll(cloud, intake, clock, ThreadLocalRandom.current())::run);
    log.atInfo()
        .addKeyValue("version", version)
        .addKeyValue("instance", names.instance())
        .addKeyValue("container", own.map(OwnContainer::name).orElse("none"))
        .log("agent started");
  }

  /** An engine that is down now comes later; a hand-over is then left for the next start. */
  private Optional<OwnContainer> findOwn() throws IOException {
    try {
      return OwnContainer.find(engine);
    } catch (EngineException e) {
      log.atWarn().addKeyValue("reason", e.reason()).log("engine did not answer at start");
      return Optional.empty();
    }
  }

  private void startUpdates(OwnContainer container) {
    var updates = new AgentUpdate(engine, runner, converger, names, container, clock);
    update = Optional.of(updates);
    inForce.ifPresent(manifest -> updates.want(manifest.desired()));
    thread("agent-update", updates::run);
  }

  private void thread(String name, Runnable work) {
    threads.add(Thread.ofVirtual().name(name).start(work));
  }

  private void inForce(NodeManifest manifest) {
    inForce = Optional.of(manifest);
    converger.want(manifest);
    update.ifPresent(updates -> updates.want(manifest.desired()));
  }

  private void seen(View view) {
    if (platform.engineVersion().isEmpty() && view.actual().isPresent()) {
      try {
        platform = engine.platform();
      } catch (EngineException e) {
        log.atDebug().addKeyValue("reason", e.reason()).log("platform not known yet");
      }
    }
    reports.offer(
        ReportMaker.report(ownState(), platform, intake.received(), view, clock.instant()));
  }

  private OwnState ownState() {
    var startedAt =
        own.map(o -> o.inspect().path("State").path("StartedAt").asText()).map(Instant::parse);
    return new OwnState(
        version,
        own.map(OwnContainer::image).orElse(""),
        own.map(OwnContainer::imageId).orElse(""),
        startedAt,
        update.map(AgentUpdate::problem).orElse(""));
  }

  /** Stops the agent and nothing else: modules run on. */
  @Override
  public void close() throws IOException {
    threads.forEach(Thread::interrupt);
    converger.close();
    health.close();
    cloud.close();
    engine.close();
  }
}
