package dev.larder.hub.iothub;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.larder.common.id.DeviceId;
import dev.larder.common.id.ModuleId;
import dev.larder.common.json.Json;
import dev.larder.common.topic.IotHubTopics;
import dev.larder.hub.log.Log;
import dev.larder.hub.message.Payload;
import dev.larder.hub.twin.NodeTwins;
import dev.larder.hub.twin.Twin;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Answers twin requests and takes the cloud's changes; each change is on disk before anyone hears
 * of it.
 */
public final class TwinDesk {
  private static final String KEY = "twin/";

  /** Told of a twin's new reported version. */
  public interface ReportListener {
    void reported(String twin, long version);
  }

  /** Does a step once all that the log was given is on disk. */
  public interface Keeper {
    void whenKept(Runnable step);
  }

  /** An answer to a twin request. */
  record Answer(String topic, Payload payload) {}

  private final Log log;
  private final NodeTwins twins;
  private Keeper keeper = Runnable::run;
  private Consumer<NodeTwins.DesiredChange> desiredListener = _ -> {};
  private ReportListener reportListener = (_, _) -> {};

  /** The twins that the log has. */
  public TwinDesk(Log log) {
    this.log = log;
    this.twins = new NodeTwins(kept(log));
  }

  private static Map<String, Twin> kept(Log log) {
    var kept = new TreeMap<String, Twin>();
    log.state()
        .subMap(KEY, KEY + Character.MAX_VALUE)
        .forEach((key, value) -> {
          try {
            kept.put(key.substring(KEY.length()), Json.mapper().readValue(value, Twin.class));
          } catch (IOException e) {
            throw new UncheckedIOException("A kept twin is unreadable: " + key, e);
          }
        });
    return kept;
  }

  void keeper(Keeper waits) {
    keeper = waits;
  }

  /** Whom to tell that desired properties changed. */
  public void onDesired(Consumer<NodeTwins.DesiredChange> listener) {
    desiredListener = listener;
  }

  /** Whom to tell that reported properties changed; at once of all those there are. */
  public void onReported(ReportListener listener) {
    reportListener = listener;
    for (var name : twins.names()) {
      var twin = twins.twin(name);
      if (twin.reportedVersion() > 0) {
        listener.reported(name, twin.reportedVersion());
      }
    }
  }

  public Twin twin(String name) {
    return twins.twin(name);
  }

  Answer get(String name, String requestId) {
    var document = twins.twin(name).document();
    return new Answer(
        IotHubTopics.twinResponse(200, requestId, Optional.empty()),
        Payload.of(Json.writeBytes(document)));
  }

  /** Merges a patch; the answer is given once it is on disk. */
  void patch(String name, String requestId, Payload payload, Consumer<Answer> answer) {
    if (!(parse(payload) instanceof ObjectNode patch)) {
      answer.accept(refusal(400, requestId, "The payload is no JSON object: write {\"name\": …}"));
      return;
    }
    patch.remove("$version");
    switch (twins.patch(name, patch)) {
      case NodeTwins.Patched.Refused(var why) -> answer.accept(refusal(400, requestId, why));
      case NodeTwins.Patched.Merged(var twin) -> {
        if (!keep(name, twin)) {
          answer.accept(refusal(500, requestId, "The hub's disk took nothing: try again"));
          return;
        }
        keeper.whenKept(() -> {
          answer.accept(accepted(requestId, twin.reportedVersion()));
          reportListener.reported(name, twin.reportedVersion());
        });
      }
    }
  }

  private boolean keep(String name, Twin twin) {
    return log.put(KEY + name, Json.writeBytes(twin));
  }

  /** Sets what the hub itself reports of a system twin. */
  public void report(String name, ObjectNode patch) {
    if (twins.patch(name, patch) instanceof NodeTwins.Patched.Merged(var twin)
        && keep(name, twin)) {
      keeper.whenKept(() -> reportListener.reported(name, twin.reportedVersion()));
    }
  }

  /** A module's id, a device's name or, with a dollar in front, a system module's twin. */
  private static boolean isName(String name) {
    return ModuleId.isOne(name.startsWith("$") ? name.substring(1) : name)
        || DeviceId.ofName(name).isPresent();
  }

  /**
   * Takes the cloud's whole desired document: {@code {"version": n, "desired": {…} or null}}; false
   * when it has not that form.
   */
  public boolean desired(String name, Payload payload) {
    var document = parse(payload);
    var desired = document.path("desired");
    if (!isName(name)
        || !document.path("version").canConvertToLong()
        || !(desired.isObject() || desired.isNull())) {
      return false;
    }
    var found = Optional.of(desired).filter(JsonNode::isObject).map(ObjectNode.class::cast);
    twins
        .desired(name, document.path("version").longValue(), found)
        .ifPresent(change -> {
          keep(name, change.twin());
          keeper.whenKept(() -> desiredListener.accept(change));
        });
    return true;
  }

  private static JsonNode parse(Payload payload) {
    try {
      return Json.mapper().readTree(payload.bytes());
    } catch (IOException _) {
      return Json.mapper().missingNode();
    }
  }

  private static Answer accepted(String requestId, long version) {
    return new Answer(
        IotHubTopics.twinResponse(204, requestId, Optional.of(version)), Payload.of(new byte[0]));
  }

  private static Answer refusal(int status, String requestId, String message) {
    return new Answer(
        IotHubTopics.twinResponse(status, requestId, Optional.empty()),
        Payload.of(Json.writeBytes(Json.object().put("message", message))));
  }
}
