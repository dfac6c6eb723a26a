package dev.larder.agent.handover;

import dev.larder.agent.engine.Engine;
import dev.larder.agent.engine.EngineException;
import dev.larder.agent.node.NodeNames;
import dev.larder.common.id.ModuleId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The successor's side of a hand-over: having proved itself, it takes its predecessor's place.
 *
 * <p>Successor and predecessor may lose patience in one instant. What decides is who renames the
 * container that waits as {@code .next} first, which the engine lets only one of them do: the
 * successor to begin, the predecessor to end it.
 */
public final class Succession {
  private static final Logger log = LoggerFactory.getLogger(Succession.class);

  private final Engine engine;
  private final NodeNames names;

  public Succession(Engine engine, NodeNames names) {
    this.engine = engine;
    this.names = names;
  }

  /** Whether this container is one that was made to take over. */
  public boolean isSuccessor(OwnContainer own) {
    return own.name().equals(names.next(ModuleId.AGENT))
        || own.name().equals(names.taking())
        || own.name().equals(names.failed());
  }

  /**
   * Takes over. Reading its own container proved that the engine answers this agent.
   *
   * @param hasManifest whether the last good manifest is in force; without one a successor cannot
   *     know what to run, and leaves the work to the agent that does
   * @throws EngineException when it cannot; the predecessor then takes the successor away
   */
  public void takeOver(OwnContainer own, boolean hasManifest) throws EngineException {
    if (!hasManifest) {
      throw new EngineException(
          EngineException.CONFLICT, "the new agent has no manifest on disk that it may follow");
    }
    if (own.name().equals(names.failed())) {
      throw new EngineException(
          EngineException.CONFLICT, "this agent was not let take over; it is about to be removed");
    }
    if (!own.name().equals(names.taking())) {
      engine.rename(names.next(ModuleId.AGENT), names.taking());
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
