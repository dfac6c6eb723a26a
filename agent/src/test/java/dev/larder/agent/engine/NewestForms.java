package dev.larder.agent.engine;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.larder.agent.engine.ReplayedEngine.Copy;
import dev.larder.common.json.Json;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** The bodies of the answers of {@link ReplayedEngine}, as the API documents of 1.52 have them. */
final class NewestForms {
  /** What has not happened. */
  static final String NEVER = "0001-01-01T00:00:00Z";

  private static final String IMAGE_ID = "sha256:" + "1d".repeat(32);
  private static final String MANIFEST = "sha256:" + "2e".repeat(32);

  private NewestForms() {}

  /** Of a failure there is {@code errorDetail} alone; {@code error} beside it is to go. */
  static List<String> pull(String image, boolean isRegistryAway) {
    var lines = new ArrayList<String>();
    lines.add("{\"status\":\"Pulling from one\",\"id\":\"1\"}");
    lines.add("{\"status\":\"Pulling fs layer\",\"progressDetail\":{},\"id\":\"9f54eef41275\"}");
    lines.add(
        "{\"status\":\"Downloading\",\"progressDetail\":{\"current\":1048576,\"total\":4194304},"
            + "\"id\":\"9f54eef41275\"}");
    if (isRegistryAway) {
      lines.add(
          "{\"errorDetail\":{\"message\":\"failed to do request: dial tcp 192.0.2.9:5000: connect:"
              + " connection refused\"}}");
      return lines;
    }
    lines.add("{\"status\":\"Download complete\",\"progressDetail\":{},\"id\":\"9f54eef41275\"}");
    lines.add(
        "{\"status\":\"Extracting\",\"progressDetail\":{\"current\":1,\"units\":\"s\"},"
            + "\"id\":\"9f54eef41275\"}");
    lines.add("{\"status\":\"Pull complete\",\"progressDetail\":{},\"id\":\"9f54eef41275\"}");
    lines.add("{\"status\":\"Digest: " + IMAGE_ID + "\"}");
    lines.add("{\"status\":\"Status: Downloaded newer image for " + image + "\"}");
    return lines;
  }

  static ObjectNode volume(String name) {
    var volume = Json.object().put("Name", name).put("Driver", "local").put("Scope", "local");
    volume.put("Mountpoint", "/var/lib/docker/volumes/" + name + "/_data");
    return volume.put("CreatedAt", "2025-11-10T12:00:00Z");
  }

  static ArrayNode images(Collection<String> images) {
    var list = Json.mapper().createArrayNode();
    for (var name : images) {
      var image = list.addObject().put("Id", IMAGE_ID).put("ParentId", "").put("Containers", 1);
      image.putArray("RepoTags").add(name);
      image.set("Descriptor", descriptor(IMAGE_ID));
    }
    return list;
  }

  /** What is not set in {@code Config} is left out, and so are {@code Parent} and the like. */
  static ObjectNode image(String name) {
    var image = Json.object().put("Id", IMAGE_ID).put("Architecture", "amd64").put("Os", "linux");
    image.putArray("RepoTags").add(name);
    image.putArray("RepoDigests").add(name.replaceFirst(":[^:/]*$", "@" + IMAGE_ID));
    image.putObject("Config").putArray("Cmd").add("/one");
    image.putObject("RootFS").put("Type", "layers");
    image.putObject("Metadata").put("LastTagTime", "2025-11-10T12:00:00Z");
    image.set("Descriptor", descriptor(IMAGE_ID));
    return image;
  }

  private static ObjectNode descriptor(String digest) {
    return Json.object()
        .put("mediaType", "application/vnd.oci.image.index.v1+json")
        .put("digest", digest)
        .put("size", 1609);
  }

  static ArrayNode list(Collection<Copy> copies) {
    var list = Json.mapper().createArrayNode();
    for (var copy : copies) {
      var listed = list.addObject().put("Id", copy.id).put("ImageID", IMAGE_ID);
      listed.putArray("Names").add("/" + copy.name);
      listed.put("State", copy.status).put("Status", "Up 2 seconds (healthy)");
      listed.set("Labels", copy.made.path("Labels"));
      listed.putObject("Health").put("Status", "healthy").put("FailingStreak", 0);
      listed.set("ImageManifestDescriptor", descriptor(MANIFEST));
      listed.putArray("Mounts");
    }
    return list;
  }

  /** {@code NetworkSettings} has no addresses of its own any more, {@code Storage} is new. */
  static ObjectNode inspect(Copy copy) {
    var seen = Json.object().put("Id", copy.id).put("Created", "2025-11-10T12:00:00.123456789Z");
    var isRunning = copy.status.equals("running");
    var state = seen.putObject("State").put("Status", copy.status).put("Running", isRunning);
    state.put("Pid", isRunning ? 4711 : 0).put("ExitCode", 0).put("Error", "");
    state.put("StartedAt", copy.startedAt).put("FinishedAt", copy.finishedAt);
    if (!copy.status.equals("created")) {
      var health = state.putObject("Health").put("FailingStreak", 0);
      health.put("Status", isRunning ? "healthy" : "unhealthy").putArray("Log");
    }
    seen.put("Image", IMAGE_ID).put("Name", "/" + copy.name).put("RestartCount", 0);
    seen.put("Driver", "overlayfs").put("Platform", "linux");
    seen.putObject("Storage").putObject("RootFS").putObject("Snapshot").put("Name", "overlayfs");
    seen.set("ImageManifestDescriptor", descriptor(MANIFEST));
    seen.set("HostConfig", copy.made.path("HostConfig"));
    var config = (ObjectNode) copy.made.deepCopy();
    seen.set("Config", config.without(List.of("HostConfig", "NetworkingConfig")));
    var network = seen.putObject("NetworkSettings").put("SandboxID", "").put("SandboxKey", "");
    network.putObject("Ports");
    var on = network.putObject("Networks");
    for (var name : copy.networks) {
      var endpoint = on.putObject(name).put("GwPriority", 0).put("MacAddress", "");
      endpoint.putArray("Aliases").add("one");
      endpoint.putArray("DNSNames").add(copy.name).add("one").add(copy.id.substring(0, 12));
    }
    return seen;
  }
}
