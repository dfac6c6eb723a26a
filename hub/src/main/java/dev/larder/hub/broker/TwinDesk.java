package dev.larder.hub.broker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.larder.common.id.ModuleId;
import dev.larder.common.json.Json;
import dev.larder.common.topic.IotHubTopics;
import dev.larder.hub.message.Payload;
import dev.larder.hub.session.Input;
import dev.larder.hub.store.Documents;
import dev.larder.hub.twin.NodeTwins;
import dev.larder.hub.twin.Twin;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers twin requests and takes the cloud's changes; each change is on disk before anyone hears
 * of it. On the event loop alone.
 */
public final class TwinDesk {
  private static final Logger log = LoggerFactory.getLogger(TwinDesk.class);

  /** A module's id or a system twin's name; also a safe file name. */
  private static final Pattern NAME = Pattern.compile("\\$?[a-zA-Z0-9][a-zA-Z0-9_.-]{0,62}");

  /** Told of a twin's new reported version. */
  public interface ReportListener {
    void reported(String twin, long version);
  }

  private final NodeTwins twins;
  private final Documents<Twin> files;
  private Consumer<NodeTwins.DesiredChange> desiredListener = _ -> {};
  private ReportListener reportListener = (_, _) -> {};

  public TwinDesk(Documents<Twin> files) throws IOException {
    this.files = files;
    this.twins = new NodeTwins(files.read());
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

  Input.Tell get(ModuleId module, String requestId) {
    var document = twins.twin(module.value()).document();
    return new Input.Tell(
        IotHubTopics.twinResponse(200, requestId, Optional.empty()),
        Payload.of(Json.writeBytes(document)));
  }

  /** Merges a module's patch; the answer is given once it is on disk. */
  void patch(ModuleId module, String requestId, Payload payload, Consumer<Input.Tell> answer) {
    if (!(parse(payload) instanceof ObjectNode patch)) {
      answer.accept(refusal(400, requestId, "The payload is no JSON object: write {\"name\": …}"));
      return;
    }
    patch.remove("$version");
    switch (twins.patch(module.value(), patch)) {
      case NodeTwins.Patched.Refused(var why) -> answer.accept(refusal(400, requestId, why));
      case NodeTwins.Patched.Merged(var twin) ->
          files.save(
              module.value(),
              twin,
              kept -> {
                if (!kept) {
                  answer.accept(refusal(500, requestId, "The hub's disk took nothing: try again"));
                  return;
                }
                answer.accept(accepted(requestId, twin.reportedVersion()));
                reportListener.reported(module.value(), twin.reportedVersion());
              });
    }
  }

  /** Sets what the hub itself reports of a system twin. */
  public void report(String name, ObjectNode patch) {
    if (twins.patch(name, patch) instanceof NodeTwins.Patched.Merged(var twin)) {
      files.save(
          name,
          twin,
          kept -> {
            if (kept) {
              reportListener.reported(name, twin.reportedVersion());
            }
          });
    }
  }

  /** Takes the cloud's whole desired document: {@code {"version": n, "desired": {…} or null}}. */
  public void desired(String name, Payload payload) {
    var document = parse(payload);
    var desired = document.path("desired");
    if (!NAME.matcher(name).matches()
        || !document.path("version").canConvertToLong()
        || !(desired.isObject() || desired.isNull())) {
      log.atWarn().addKeyValue("twin", name).log("desired document without its form");
      return;
    }
    var found = Optional.of(desired).filter(JsonNode::isObject).map(ObjectNode.class::cast);
    twins
        .desired(name, document.path("version").longValue(), found)
        .ifPresent(change ->
            files.save(
                name,
                change.twin(),
                kept -> {
                  log.atInfo()
                      .addKeyValue("twin", name)
                      .addKeyValue("version", change.twin().desiredVersion())
                      .addKeyValue("kept", kept)
                      .log("desired properties changed");
                  desiredListener.accept(change);
                }));
  }

  private static JsonNode parse(Payload payload) {
    try {
      return Json.mapper().readTree(payload.bytes());
    } catch (IOException _) {
      return Json.mapper().missingNode();
    }
  }

  private static Input.Tell accepted(String requestId, long version) {
    return new Input.Tell(
        IotHubTopics.twinResponse(204, requestId, Optional.of(version)), Payload.of(new byte[0]));
  }

  private static Input.Tell refusal(int status, String requestId, String message) {
    return new Input.Tell(
        IotHubTopics.twinResponse(status, requestId, Optional.empty()),
        Payload.of(Json.writeBytes(Json.object().put("message", message))));
  }
}
