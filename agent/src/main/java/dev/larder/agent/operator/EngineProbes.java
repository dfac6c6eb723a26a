package dev.larder.agent.operator;

import com.fasterxml.jackson.databind.JsonNode;
import dev.larder.agent.check.Listener;
import dev.larder.agent.check.Observation;
import dev.larder.agent.check.PublishedPort;
import dev.larder.agent.engine.EngineException;
import dev.larder.agent.engine.NodeEngine;
import dev.larder.common.id.ModuleId;
import dev.larder.common.manifest.ModuleStatus;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Looks at the engine, and at the node's containers on it. */
final class EngineProbes {
  private final NodeAtHand node;
  private final Optional<List<Listener>> listeners;

  EngineProbes(NodeAtHand node, Optional<List<Listener>> listeners) {
    this.node = node;
    this.listeners = listeners;
  }

  List<Probe> probes() {
    return List.of(
        new Probe("engine", () -> List.of(engine(node.engine()))),
        new Probe("agent", () -> List.of(agent())),
        new Probe("log-rotation", this::rotation),
        new Probe("ports", () -> List.of(ports())));
  }

  /** The engine's versions, or why it does not answer. */
  static Observation engine(NodeEngine opened) throws IOException {
    try (var engine = opened) {
      var version = engine.version();
      return new Observation.Engine(
          version.path("Version").asText(),
          version.path("ApiVersion").asText(),
          version.path("MinAPIVersion").asText());
    } catch (EngineException e) {
      return new Observation.Broken(
          "engine",
          e.reason(),
          "start it (systemctl start docker); see that /var/run/docker.sock is its socket and that"
              + " this command runs as root or through the bundle's script");
    }
  }

  private List<JsonNode> containers() throws IOException {
    try (var engine = node.engine()) {
      return engine.containers();
    }
  }

  private Observation agent() throws IOException {
    try {
      var states =
          containers().stream()
              .filter(inspect -> NodeEngine.module(inspect).equals(ModuleId.AGENT.value()))
              .map(inspect -> inspect.path("State"))
              .toList();
      var best =
          states.stream()
              .filter(state -> state.path("Running").asBoolean())
              .findFirst()
              .or(() -> states.stream().findFirst());
      return new Observation.AgentContainer(
          best.map(state -> state.path("Status").asText()),
          best.map(state -> state.path("Health").path("Status").asText("")));
    } catch (EngineException _) {
      return unanswered("agent");
    }
  }

  private static Observation unanswered(String check) {
    return new Observation.Skipped(check, "the engine does not answer");
  }

  private List<Observation> rotation() throws IOException {
    try {
      var seen = new ArrayList<Observation>();
      for (var inspect : containers()) {
        var log = inspect.path("HostConfig").path("LogConfig");
        seen.add(
            new Observation.LogRotation(
                NodeEngine.name(inspect),
                log.path("Type").asText(),
                log.path("Config").path("max-size").asText("")));
      }
      return seen;
    } catch (EngineException _) {
      return List.of(unanswered("log-rotation"));
    }
  }

  private Observation ports() throws IOException {
    var manifest = node.manifest();
    if (manifest.isEmpty()) {
      return new Observation.Skipped("ports", "no manifest is in force");
    }
    var wanted = new ArrayList<PublishedPort>();
    for (var spec : manifest.get().desired().inStartOrder()) {
      if (spec.status() == ModuleStatus.RUNNING) {
        wanted.addAll(PublishedPort.of(spec.id().value(), spec.createOptions()));
      }
    }
    try {
      return new Observation.Ports(wanted, held(), listeners);
    } catch (EngineException _) {
      return unanswered("ports");
    }
  }

  private Set<Integer> held() throws IOException {
    var held = new HashSet<Integer>();
    for (var inspect : containers()) {
      for (var bindings : inspect.path("NetworkSettings").path("Ports")) {
        bindings.forEach(binding -> held.add(binding.path("HostPort").asInt()));
      }
    }
    return held;
  }
}
