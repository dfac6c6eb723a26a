package dev.larder.agent.converge;

import dev.larder.agent.create.Creation;
import dev.larder.agent.create.ImageReference;
import dev.larder.agent.create.NodeContext;
import dev.larder.agent.engine.Engine;
import dev.larder.agent.engine.EngineException;
import dev.larder.agent.identity.ModuleIdentities;
import dev.larder.agent.plan.Step;
import dev.larder.agent.pull.PullState;
import dev.larder.agent.pull.Pulls;
import dev.larder.agent.registry.RegistryName;
import dev.larder.common.id.ModuleId;
import dev.larder.common.manifest.AgentDesired;
import dev.larder.common.manifest.ModuleSpec;
import dev.larder.common.manifest.RegistryCredentials;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs one step on the engine. */
public final class StepRunner {
  private static final Logger log = LoggerFactory.getLogger(StepRunner.class);

  private final Engine engine;
  private final Pulls pulls;
  private final NodeContext node;
  private final ModuleIdentities identities;
  private final InstantSource clock;
  private final StepWatch watch;

  public StepRunner(
      Engine engine,
      Pulls pulls,
      NodeContext node,
      ModuleIdentities identities,
      InstantSource clock,
      StepWatch watch) {
    this.engine = engine;
    this.pulls = pulls;
    this.node = node;
    this.identities = identities;
    this.clock = clock;
    this.watch = watch;
  }

  /**
   * Runs a step that was planned from this manifest.
   *
   * @param progress of a pull
   */
  void run(Step step, AgentDesired manifest, Consumer<PullState> progress) throws IOException {
    long began = System.nanoTime();
    boolean done = false;
    try {
      perform(step, manifest, progress);
      done = true;
    } finally {
      var version = find(step.module(), manifest).map(ModuleSpec::version).orElse("");
      watch.ran(step, version, Duration.ofNanos(System.nanoTime() - began), done);
    }
  }

  private void perform(Step step, AgentDesired manifest, Consumer<PullState> progress)
      throws IOException {
    switch (step) {
      case Step.Pull pull -> pull(pull.image(), manifest, progress);
      case Step.Create create -> create(create.module(), manifest);
      case Step.Connect connect ->
          engine.connect(connect.container(), node.names().alias(connect.module()));
      case Step.Start start -> engine.start(start.container());
      case Step.Stop stop -> engine.stop(stop.container());
      case Step.Remove remove -> engine.remove(remove.container());
      case Step.Rename rename ->
          engine.rename(rename.container(), node.names().current(rename.module()));
      case Step.SetAside aside ->
          engine.rename(aside.container(), node.names().previous(aside.module()));
      case Step.Restore restore ->
          engine.rename(restore.container(), node.names().current(restore.module()));
      case Step.Reject _ -> {
        // The history takes note of it, which is kept on disk before the next step.
      }
    }
  }

  /** Fetches an image with the credentials that the manifest has for its registry. */
  public void pull(String image, AgentDesired manifest, Consumer<PullState> progress)
      throws EngineException {
    pulls.pull(image, credentials(image, manifest), manifest.images().pullsAtOnce(), progress);
  }

  private static Optional<RegistryCredentials> credentials(String image, AgentDesired manifest) {
    var registry = RegistryName.of(ImageReference.parse(image));
    return manifest.registryCredentials().values().stream()
        .filter(credentials -> registry.isAt(credentials.address()))
        .findFirst();
  }

  private void create(ModuleId module, AgentDesired manifest) throws IOException {
    var request = Creation.request(spec(module, manifest), node);
    request
        .notes()
        .forEach(note ->
            log.atWarn()
                .addKeyValue("module", module)
                .addKeyValue("note", note)
                .log("manifest taken otherwise than written"));
    identities.write(module, clock.instant());
    engine.ensureNetwork();
    for (var volume : request.volumes()) {
      engine.ensureVolume(volume);
    }
    for (var container : request.containers()) {
      // The others are named by the host policy.
      if (isModules(container, manifest)) {
        engine.requireOwn(container);
      }
    }
    engine.create(
        node.names().next(module), request.withEnvironment(identities.environment(module)).body());
  }

  private boolean isModules(String container, AgentDesired manifest) {
    return manifest.modules().keySet().stream()
        .anyMatch(module -> node.names().current(module).equals(container));
  }

  private static ModuleSpec spec(ModuleId module, AgentDesired manifest) {
    return find(module, manifest).orElseThrow();
  }

  private static Optional<ModuleSpec> find(ModuleId module, AgentDesired manifest) {
    return manifest.inStartOrder().stream().filter(spec -> spec.id().equals(module)).findFirst();
  }
}
