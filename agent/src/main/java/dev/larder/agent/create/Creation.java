package dev.larder.agent.create;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.larder.agent.node.NodeNames;
import dev.larder.common.id.ModuleId;
import dev.larder.common.identity.ModuleIdentity;
import dev.larder.common.json.Json;
import dev.larder.common.manifest.ModuleSpec;
import java.util.Map;
import java.util.TreeMap;

/**
 * Turns a module into what the engine is asked for: its {@code createOptions} as written, and over
 * them what makes the container this node's.
 */
public final class Creation {
  private final ModuleSpec spec;
  private final NodeContext node;
  private final CreateOptions options;

  private Creation(ModuleSpec spec, NodeContext node) {
    this.spec = spec;
    this.node = node;
    this.options = CreateOptions.of(spec.createOptions());
  }

  public static CreateRequest request(ModuleSpec spec, NodeContext node) {
    return new Creation(spec, node).request();
  }

  private CreateRequest request() {
    var body = options.body();
    var host = options.host();
    body.put("Image", spec.image());
    body.set("Env", env());
    labels(body);
    var storage = new Storage(options, node.names());
    var mounts = storage.mounts();
    mounts.add(Storage.bind(node.identityFolder() + "/" + spec.id(), ModuleIdentity.MOUNT, true));
    host.set("Mounts", mounts);
    // The agent restarts modules itself, as the manifest's policy says.
    host.putObject("RestartPolicy").put("Name", "no");
    if (!host.has("LogConfig")) {
      var log = host.putObject("LogConfig").put("Type", "json-file");
      log.putObject("Config").put("max-size", "10m").put("max-file", "3");
    }
    network(body, host);
    return new CreateRequest(body, storage.volumes(), References.of(body), options.notes());
  }

  private ArrayNode env() {
    var all = new TreeMap<String, String>();
    for (var entry : CreateOptions.array(options.body(), "Env")) {
      var text = entry.asText();
      int equals = text.indexOf('=');
      // "NAME" alone takes a variable of the image away.
      all.put(equals < 0 ? text : text.substring(0, equals), text);
    }
    spec.env().forEach((name, value) -> all.put(name, name + "=" + value));
    var own =
        Map.of(
            "IOTEDGE_DEVICEID", node.node().toString(),
            "IOTEDGE_MODULEID", spec.id().value(),
            "IOTEDGE_GATEWAYHOSTNAME", node.names().alias(ModuleId.HUB));
    own.forEach((name, value) -> all.put(name, name + "=" + value));
    var array = Json.mapper().createArrayNode();
    all.values().forEach(array::add);
    return array;
  }

  private void labels(ObjectNode body) {
    var labels = CreateOptions.object(body, "Labels");
    body.set("Labels", labels);
    labels
        .put(NodeNames.LABEL_INSTANCE, node.names().instance())
        .put(NodeNames.LABEL_NODE, node.node().toString())
        .put(NodeNames.LABEL_MODULE, spec.id().value())
        .put(NodeNames.LABEL_SPEC, Spec.hash(spec))
        .put(NodeNames.LABEL_ORDER, String.valueOf(spec.startupOrder()));
  }

  private void network(ObjectNode body, ObjectNode host) {
    if (!CreateOptions.networkMode(spec.createOptions()).isEmpty()) {
      return;
    }
    var network = node.names().network();
    host.put("NetworkMode", network);
    var asked =
        CreateOptions.object(CreateOptions.object(body, "NetworkingConfig"), "EndpointsConfig");
    if (!asked.isEmpty()) {
      options.note(
          "createOptions.NetworkingConfig is left out: the module is on the node's own network;"
              + " name another in HostConfig.NetworkMode");
    }
    body.putObject("NetworkingConfig").putObject("EndpointsConfig").set(network, endpoint());
  }

  private ObjectNode endpoint() {
    var endpoint = Json.object();
    endpoint.putArray("Aliases").add(node.names().alias(spec.id()));
    return endpoint;
  }
}
