package dev.larder.agent;

import dev.larder.agent.cloud.CloudClient;
import dev.larder.agent.cloud.CloudTls;
import dev.larder.agent.cloud.ManifestPoll;
import dev.larder.agent.cloud.MethodPoll;
import dev.larder.agent.cloud.ReportSender;
import dev.larder.agent.converge.Converger;
import dev.larder.agent.converge.EngineEvents;
import dev.larder.agent.converge.HistoryFile;
import dev.larder.agent.converge.StepRunner;
import dev.larder.agent.converge.View;
import dev.larder.agent.create.NodeContext;
import dev.larder.agent.engine.Engine;
import dev.larder.agent.engine.EngineException;
import dev.larder.agent.events.EventJournal;
import dev.larder.agent.front.ByteLimit;
import dev.larder.agent.front.LimitedPulls;
import dev.larder.agent.handover.AgentUpdate;
import dev.larder.agent.handover.OwnContainer;
import dev.larder.agent.handover.Succession;
import dev.larder.agent.health.HealthServer;
import dev.larder.agent.health.HostFigures;
import dev.larder.agent.health.MetricsPage;
import dev.larder.agent.identity.ModuleIdentities;
import dev.larder.agent.intake.Intake;
import dev.larder.agent.intake.LastGood;
import dev.larder.agent.intake.ManifestJudge;
import dev.larder.agent.journal.ReportJournal;
import dev.larder.agent.metrics.Tally;
import dev.larder.agent.node.NodeConfig;
import dev.larder.agent.node.NodeFiles;
import dev.larder.agent.node.NodeNames;
import dev.larder.agent.operator.DirectMethods;
import dev.larder.agent.proxy.HttpProxy;
import dev.larder.agent.proxy.NodeProxy;
import dev.larder.agent.pull.Pulls;
import dev.larder.agent.renewal.CertificateRenewal;
import dev.larder.agent.report.OwnState;
import dev.larder.agent.report.ReportMaker;
import dev.larder.agent.sweep.EngineDisk;
import dev.larder.agent.sweep.ImageSweep;
import dev.larder.agent.time.GoodTime;
import dev.larder.agent.trust.NodePair;
import dev.larder.agent.trust.Pem;
import dev.larder.agent.workload.Workloads;
import dev.larder.common.manifest.NodeManifest;
import dev.larder.common.report.NodeReport.Platform;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A node's agent, wired together. */
public final class Agent implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Agent.class);
  private static final Path PROC = Path.of("/proc");

  /**
   * Two agents of one node would work against each other; until the engine has said which of them
   * this is, it does nothing. One that gives up is started again by the engine.
   */
  private static final Duration OWN_CONTAINER = Duration.ofMinutes(2);

  private final String version;
  private final InstantSource clock;
  private final NodeNames names;
  private final Engine engine;
  private final CloudClient cloud;
  private final GoodTime time;
  private final CertificateRenewal renewal;
  private final Workloads workloads;
  private final Converger converger;
  private final ByteLimit pullLimit = new ByteLimit(System::nanoTime);
  private final ImageSweep images;
  private final StepRunner runner;
  private final Intake intake;
  private final EventJournal events;
  private final ReportSender reports;
  private final MethodPoll methods;
  private final HealthServer health;
  private final Tally tally = new Tally();
  private final List<Thread> threads = new ArrayList<>();
  private volatile Optional<OwnContainer> own = Optional.empty();
  private volatile Optional<AgentUpdate> update = Optional.empty();
  private volatile Optional<NodeManifest> inForce = Optional.empty();
  private volatile Platform platform = new Platform("", "", "");
  private boolean isPlatformKnown;

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
    NodePair.settle(files);
    var past = NodePair.read(files).certificate().getNotBefore().toInstant();
    this.time = new GoodTime(files, clock, System::nanoTime, past);
    var proxy = NodeProxy.read(files, config);
    this.cloud = cloud(files, config, proxy, time);
    this.workloads = new Workloads(files, config, clock, time);
    var identities = new ModuleIdentities(files, config, workloads, time);
    this.renewal = renewal(files, config, cloud, identities, time);
    var context = new NodeContext(names, config.cacheNodeId(), files.identities().toString());
    this.images =
        new ImageSweep(
            engine,
            new LimitedPulls(engine, files, proxy, pullLimit),
            files,
            () -> inForce.map(NodeManifest::desired),
            EngineDisk::freeShare,
            clock);
    var pulls = new Pulls(images::fetch, System::nanoTime);
    this.runner = new StepRunner(engine, pulls, context, identities, clock, tally);
    this.converger =
        new Converger(engine, runner, identities, new HistoryFile(files), clock, this::seen);
    this.events = new EventJournal(files);
    var journal = new ReportJournal(files, clock);
    this.reports =
        new ReportSender(
            cloud,
            clock,
            events,
            (report, problem) -> {
              tally.reported(problem.isEmpty(), clock.instant());
              journal.tried(report, problem);
            });
    var direct = new DirectMethods(version, files, docker, clock);
    this.methods =
        new MethodPoll(
            cloud,
            method -> {
              tally.called(method.name());
              return direct.carryOut(method);
            });
    var judge = ManifestJudge.of(files, config, () -> own.map(OwnContainer::image));
    this.intake = new Intake(judge, new LastGood(files, judge), this::inForce, converger::poke);
    var metrics = new MetricsPage(config, tally, new HostFigures(PROC, files.dataDir()), clock);
    this.health = new HealthServer(healthPort, converger::sinceAnswer, metrics::text);
  }

  private static CertificateRenewal renewal(
      NodeFiles files,
      NodeConfig config,
      CloudClient cloud,
      ModuleIdentities identities,
      GoodTime time)
      throws IOException, GeneralSecurityException {
    var authority = Pem.certificates(Files.readString(files.cloudCa()));
    return new CertificateRenewal(
        files,
        config,
        NodePair.read(files),
        cloud,
        renewed -> {
          cloud.use(CloudTls.context(authority, renewed, time));
          identities.renewNodePair(renewed);
        },
        time);
  }

  private static CloudClient cloud(
      NodeFiles files, NodeConfig config, Optional<HttpProxy> proxy, GoodTime time)
      throws IOException, GeneralSecurityException {
    return new CloudClient(config.cloudUrl(), proxy, CloudTls.ofNode(files, time), time::learn);
  }

  /** Where the health endpoint listens. */
  public int healthPort() {
    return health.port();
  }

  /**
   * Starts everything: from the manifest on disk at once, and then as the cloud says.
   *
   * @throws EngineException when this is a successor that cannot take over, or the engine has not
   *     said for {@link #OWN_CONTAINER} whether it is
   */
  public void start() throws IOException, InterruptedException {
    // First: whether a manifest may replace the agent's image goes by the one that runs.
    own = OwnContainer.await(engine, OWN_CONTAINER);
    var hasManifest = intake.boot();
    if (own.isPresent()) {
      var succession = new Succession(engine, names);
      if (succession.isSuccessor(own.get())) {
        succession.takeOver(own.get(), hasManifest);
        // Under its new name.
        own = OwnContainer.await(engine, OWN_CONTAINER);
      }
      own.ifPresent(this::startUpdates);
    }
    // Not before: until now they were its predecessor's.
    intake.settle();
    events.open();
    workloads.openAll();
    thread("converger", converger::run);
    thread("images", images::run);
    thread("events", new EngineEvents(engine, clock, converger::poke)::run);
    thread("reports", reports::run);
    thread("methods", methods::run);
    var poll = new ManifestPoll(cloud, intake, answered -> tally.polled(answered, clock.instant()));
    thread("manifest", poll::run);
    thread("renewal", renewal::run);
    log.atInfo()
        .addKeyValue("version", version)
        .addKeyValue("instance", names.instance())
        .addKeyValue("container", own.map(OwnContainer::name).orElse("none"))
        .log("agent started");
  }

  private void startUpdates(OwnContainer container) {
    var updates =
        new AgentUpdate(engine, runner, converger, names, container, intake::problemOfDisk, clock);
    update = Optional.of(updates);
    inForce.ifPresent(manifest -> updates.want(manifest.desired()));
    thread("agent-update", updates::run);
  }

  private void thread(String name, Runnable work) {
    threads.add(Thread.ofVirtual().name(name).start(work));
  }

  private void inForce(NodeManifest manifest) {
    inForce = Optional.of(manifest);
    pullLimit.set(manifest.desired().images().maxPullBytesPerSecond());
    converger.want(manifest);
    update.ifPresent(updates -> updates.want(manifest.desired()));
  }

  private void seen(View view) {
    tally.seen(view, intake.received().isRefused(), clock.instant());
    // What answers after an absence may be a newer engine.
    isPlatformKnown &= view.actual().isPresent();
    if (!isPlatformKnown && view.actual().isPresent()) {
      try {
        platform = engine.platform();
        isPlatformKnown = true;
      } catch (EngineException e) {
        log.atDebug().addKeyValue("reason", e.reason()).log("platform not known yet");
      }
    }
    var host = platform.with(time.behind().map(Agent::clockProblem));
    var report = ReportMaker.report(ownState(), host, intake.received(), view, clock.instant());
    events.note(report);
    reports.offer(report);
  }

  private static String clockProblem(Duration behind) {
    return "behind by " + behind.toMinutes() + " min; set it and keep it set, for one by NTP";
  }

  private OwnState ownState() {
    var startedAt =
        own.map(o -> o.inspect().path("State").path("StartedAt").asText()).map(Instant::parse);
    return new OwnState(
        version,
        own.map(OwnContainer::image).orElse(""),
        own.map(OwnContainer::imageId).orElse(""),
        startedAt,
        renewal.daysLeft(),
        update.map(AgentUpdate::problem).orElse(""));
  }

  /** Stops the agent and nothing else: modules run on. */
  @Override
  public void close() throws IOException {
    threads.forEach(Thread::interrupt);
    methods.close();
    converger.close();
    workloads.close();
    health.close();
    time.close();
    cloud.close();
    engine.close();
  }
}
