package dev.larder.agent.handover;

import dev.larder.agent.engine.Engine;
import dev.larder.agent.engine.EngineException;
import dev.larder.agent.node.NodeNames;
import dev.larder.common.id.ModuleId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The successor's side of a hand-over: having proved itself, it takes its predecessor's place. */
public final class Succession {
  private static final Logger log = LoggerFactory.getLogger(Succession.class);

  private final Engine engine;
  private final NodeNames names;

  public Succession(Engine engine, NodeNames names) {
    this.engine = engine;
    this.names = names;
  }

  /** Whether this container is one that waits to take over. */
  public boolean isSuccessor(OwnContainer own) {
    return own.name().equals(names.next(ModuleId.AGENT));
  }

  /**
   * Takes over. Reading its own container proved that the engine answers this agent.
   *
   * @param hasManifest whether the last good manifest was verified; without one a successor cannot
   *     know what to run, and leaves the work to the agent that does
   * @throws EngineException when it cannot; the predecessor then takes the successor away
   */
  public void takeOver(OwnContainer own, boolean hasManifest) throws EngineException {
    if (!hasManifest) {
      throw new EngineException(
          EngineException.CONFLICT, "the new agent cannot verify the manifest on disk");
    }
    var predecessor = engine.inspect(names.current(ModuleId.AGENT)).flatMap(OwnContainer::of);
    if (predecessor.isPresent()) {
      engine.stop(predecessor.get().id());
      engine.remove(predecessor.get().id());
    }
    engine.rename(own.id(), names.current(ModuleId.AGENT));
    log.atInfo().addKeyValue("image", own.image()).log("agent took over");
  }
}
