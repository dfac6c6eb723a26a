package dev.larder.agent.create;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.larder.agent.node.NodeNames;
import dev.larder.common.json.Json;
import java.util.ArrayList;
import java.util.List;

/**
 * Volumes and folders of a module. {@code Binds} become {@code Mounts}: the engine makes a missing
 * folder of a bind by itself, owned by root, where it refuses a mount and so says what is wrong.
 */
final class Storage {
  private final CreateOptions options;
  private final NodeNames names;
  private final List<String> volumes = new ArrayList<>();

  Storage(CreateOptions options, NodeNames names) {
    this.options = options;
    this.names = names;
  }

  /** Named volumes, as the engine knows them. */
  List<String> volumes() {
    return volumes;
  }

  ArrayNode mounts() {
    var host = options.host();
    var mounts = Json.mapper().createArrayNode();
    for (var mount : CreateOptions.array(host, "Mounts")) {
      mounts.add(mount instanceof ObjectNode object ? ours(object.deepCopy()) : mount);
    }
    for (var bind : CreateOptions.array(host, "Binds")) {
      mounts.add(mount(bind.asText()));
    }
    host.remove("Binds");
    return mounts;
  }

  private ObjectNode ours(ObjectNode mount) {
    var source = mount.path("Source").asText("");
    if (mount.path("Type").asText("").equals("volume") && !source.isEmpty()) {
      mount.put("Source", volume(source));
    } else if (mount.path("Type").asText("").equals("bind")) {
      keepReadOnly(mount);
    }
    return mount;
  }

  private String volume(String name) {
    var own = names.volume(name);
    volumes.add(own);
    return own;
  }

  /** {@code source:target[:option,…]}, or a target alone for a volume without a name. */
  private ObjectNode mount(String bind) {
    var parts = bind.split(":", 3);
    if (parts.length == 1) {
      return Json.object().put("Type", "volume").put("Target", bind);
    }
    var flags = parts.length == 3 ? List.of(parts[2].split(",")) : List.<String>of();
    var isFolder = parts[0].startsWith("/");
    var mount =
        isFolder
            ? bind(parts[0], parts[1], flags.contains("ro"))
            : Json.object()
                .put("Type", "volume")
                .put("Source", volume(parts[0]))
                .put("Target", parts[1])
                .put("ReadOnly", flags.contains("ro"));
    for (var flag : flags) {
      flag(mount, flag, isFolder, bind);
    }
    if (isFolder) {
      keepReadOnly(mount);
    }
    return mount;
  }

  /**
   * Engines before 25 make only the folder itself read-only, and nothing that is mounted below it.
   * So that is left out, unless the manifest asks for it, which the host policy takes for writing.
   */
  private static void keepReadOnly(ObjectNode mount) {
    var options = mount.path("BindOptions");
    if (mount.path("ReadOnly").asBoolean()
        && !options.hasNonNull("NonRecursive")
        && !Propagation.isSlave(options.path("Propagation").asText())) {
      mount.withObject("BindOptions").put("NonRecursive", true);
    }
  }

  private void flag(ObjectNode mount, String flag, boolean isFolder, String bind) {
    if (isFolder && Propagation.ALL.contains(flag)) {
      mount.putObject("BindOptions").put("Propagation", flag);
    } else if (!isFolder && flag.equals("nocopy")) {
      mount.putObject("VolumeOptions").put("NoCopy", true);
    } else if (!flag.equals("ro") && !flag.equals("rw")) {
      options.note(
          "createOptions.HostConfig.Binds: option " + flag + " of " + bind + " has no use here");
    }
  }

  static ObjectNode bind(String source, String target, boolean readOnly) {
    return Json.object()
        .put("Type", "bind")
        .put("Source", source)
        .put("Target", target)
        .put("ReadOnly", readOnly);
  }
}
