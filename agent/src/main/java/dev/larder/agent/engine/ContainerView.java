package dev.larder.agent.engine;

import com.fasterxml.jackson.databind.JsonNode;
import dev.larder.agent.node.NodeNames;
import dev.larder.agent.plan.Container;
import dev.larder.agent.plan.HealthState;
import dev.larder.agent.plan.Phase;
import dev.larder.common.id.ModuleId;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.Optional;

/** Reads what the engine says of a container. */
final class ContainerView {
  private ContainerView() {}

  /**
   * The container of a module; empty when it is being removed, or its module label is no module's.
   *
   * @param inspect the answer of {@code GET /containers/{id}/json}
   */
  static Optional<Container> of(JsonNode inspect, NodeNames names) {
    var state = inspect.path("State");
    var labels = inspect.path("Config").path("Labels");
    var module = module(labels.path(NodeNames.LABEL_MODULE).asText());
    if (module.isEmpty() || state.path("Status").asText().equals("removing")) {
      return Optional.empty();
    }
    return Optional.of(
        new Container(
            inspect.path("Id").asText(),
            module.get(),
            names.slot(module.get(), name(inspect)),
            labels.path(NodeNames.LABEL_SPEC).asText(""),
            phase(state),
            health(state),
            isConnected(inspect, names.network()),
            labels.path(NodeNames.LABEL_ORDER).asLong(0),
            inspect.path("Image").asText(),
            state.path("ExitCode").asLong(),
            instant(state.path("StartedAt").asText()),
            instant(state.path("FinishedAt").asText())));
  }

  /** The container's name without the slash that the engine puts before it. */
  static String name(JsonNode inspect) {
    var name = inspect.path("Name").asText();
    return name.startsWith("/") ? name.substring(1) : name;
  }

  private static boolean isConnected(JsonNode inspect, String network) {
    return !inspect.path("HostConfig").path("NetworkMode").asText().equals(network)
        || inspect.path("NetworkSettings").path("Networks").has(network);
  }

  private static Optional<ModuleId> module(String label) {
    try {
      return Optional.of(ModuleId.of(label));
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  private static Phase phase(JsonNode state) {
    return switch (state.path("Status").asText()) {
      case "created" -> Phase.CREATED;
      case "running", "paused", "restarting" -> Phase.RUNNING;
      default -> Phase.ENDED;
    };
  }

  /** What stands still has no health, though the engine calls it unhealthy. */
  private static HealthState health(JsonNode state) {
    if (phase(state) != Phase.RUNNING) {
      return HealthState.NONE;
    }
    return switch (state.path("Health").path("Status").asText()) {
      case "starting" -> HealthState.STARTING;
      case "healthy" -> HealthState.HEALTHY;
      case "unhealthy" -> HealthState.UNHEALTHY;
      default -> HealthState.NONE;
    };
  }

  /** The engine writes the year 1 for what has not happened. */
  private static Optional<Instant> instant(String text) {
    try {
      return Optional.of(OffsetDateTime.parse(text).toInstant())
          .filter(instant -> instant.isAfter(Instant.EPOCH));
    } catch (DateTimeParseException _) {
      return Optional.empty();
    }
  }
}
