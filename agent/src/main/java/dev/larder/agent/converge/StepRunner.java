package dev.larder.agent.converge;

import dev.larder.agent.create.Creation;
import dev.larder.agent.create.ImageReference;
import dev.larder.agent.create.NodeContext;
import dev.larder.agent.engine.Engine;
import dev.larder.agent.engine.EngineException;
import dev.larder.agent.identity.ModuleIdentities;
import dev.larder.agent.plan.Step;
import dev.larder.common.id.ModuleId;
import dev.larder.common.manifest.AgentDesired;
import dev.larder.common.manifest.ModuleSpec;
import dev.larder.common.manifest.RegistryCredentials;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.IntConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs one step on the engine. */
public final class StepRunner {
  private static final Logger log = LoggerFactory.getLogger(StepRunner.class);

  private final Engine engine;
  private final NodeContext node;
  private final ModuleIdentities identities;
  private final InstantSource clock;

  public StepRunner(
      Engine engine, NodeContext node, ModuleIdentities identities, InstantSource clock) {
    this.engine = engine;
    this.node = node;
    this.identities = identities;
    this.clock = clock;
  }

  /**
   * Runs a step that was planned from this manifest.
   *
   * @param progress of a pull, 0 to 100
   */
  void run(Step step, AgentDesired manifest, IntConsumer progress) throws IOException {
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
    }
  }

  /** Fetches an image with the credentials that the manifest has for its registry. */
  public void pull(String image, AgentDesired manifest, IntConsumer progress)
      throws EngineException {
    engine.pull(image, credentials(image, manifest), progress);
  }

  private static Optional<RegistryCredentials> credentials(String image, AgentDesired manifest) {
    var registry = ImageReference.parse(image).registry();
    return manifest.registryCredentials().values().stream()
        .filter(credentials -> credentials.address().equals(registry))
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
    engine.create(node.names().next(module), request.body());
  }

  private static ModuleSpec spec(ModuleId module, AgentDesired manifest) {
    return manifest.inStartOrder().stream()
        .filter(spec -> spec.id().equals(module))
        .findFirst()
        .orElseThrow();
  }
}
