package dev.larder.agent.create;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.larder.common.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;

/**
 * Docker's create JSON with the engine's own spelling. The engine reads names in any case, and so
 * must what looks for them here. Names that no engine knows stay where they are, for the engine to
 * judge, and are noted.
 */
final class CreateOptions {
  private static final Set<String> TOP =
      Set.of(
          "Hostname",
          "Domainname",
          "User",
          "AttachStdin",
          "AttachStdout",
          "AttachStderr",
          "ExposedPorts",
          "Tty",
          "OpenStdin",
          "StdinOnce",
          "Env",
          "Cmd",
          "Healthcheck",
          "ArgsEscaped",
          "Image",
          "Volumes",
          "WorkingDir",
          "Entrypoint",
          "NetworkDisabled",
          "MacAddress",
          "OnBuild",
          "Labels",
          "StopSignal",
          "StopTimeout",
          "Shell",
          "HostConfig",
          "NetworkingConfig");

  private static final Set<String> HOST =
      Set.of(
          "Binds",
          "ContainerIDFile",
          "LogConfig",
          "NetworkMode",
          "PortBindings",
          "RestartPolicy",
          "AutoRemove",
          "VolumeDriver",
          "VolumesFrom",
          "ConsoleSize",
          "Annotations",
          "CapAdd",
          "CapDrop",
          "CgroupnsMode",
          "Dns",
          "DnsOptions",
          "DnsSearch",
          "ExtraHosts",
          "GroupAdd",
          "IpcMode",
          "Cgroup",
          "Links",
          "OomScoreAdj",
          "PidMode",
          "Privileged",
          "PublishAllPorts",
          "ReadonlyRootfs",
          "SecurityOpt",
          "StorageOpt",
          "Tmpfs",
          "UTSMode",
          "UsernsMode",
          "ShmSize",
          "Sysctls",
          "Runtime",
          "Isolation",
          "CpuShares",
          "Memory",
          "NanoCpus",
          "CgroupParent",
          "BlkioWeight",
          "BlkioWeightDevice",
          "BlkioDeviceReadBps",
          "BlkioDeviceWriteBps",
          "BlkioDeviceReadIOps",
          "BlkioDeviceWriteIOps",
          "CpuPeriod",
          "CpuQuota",
          "CpuRealtimePeriod",
          "CpuRealtimeRuntime",
          "CpusetCpus",
          "CpusetMems",
          "Devices",
          "DeviceCgroupRules",
          "DeviceRequests",
          "KernelMemory",
          "KernelMemoryTCP",
          "MemoryReservation",
          "MemorySwap",
          "MemorySwappiness",
          "OomKillDisable",
          "PidsLimit",
          "Ulimits",
          "CpuCount",
          "CpuPercent",
          "IOMaximumIOps",
          "IOMaximumBandwidth",
          "Mounts",
          "MaskedPaths",
          "ReadonlyPaths",
          "Init");

  private static final Set<String> NETWORKING = Set.of("EndpointsConfig");

  private final ObjectNode body;
  private final List<String> notes = new ArrayList<>();

  private CreateOptions(ObjectNode written) {
    body = spelled(written, TOP, "");
    body.set("HostConfig", spelled(object(body, "HostConfig"), HOST, "HostConfig."));
    if (body.has("NetworkingConfig")) {
      body.set(
          "NetworkingConfig",
          spelled(object(body, "NetworkingConfig"), NETWORKING, "NetworkingConfig."));
    }
    Texts.settle(body);
  }

  static CreateOptions of(ObjectNode written) {
    return new CreateOptions(written);
  }

  private ObjectNode spelled(ObjectNode written, Set<String> known, String path) {
    var names = new TreeMap<String, String>(String.CASE_INSENSITIVE_ORDER);
    known.forEach(name -> names.put(name, name));
    var result = Json.object();
    for (var entry : written.properties()) {
      var name = names.get(entry.getKey());
      if (name == null) {
        notes.add("createOptions." + path + entry.getKey() + " is not known to the engine");
      }
      if (!entry.getValue().isNull()) {
        result.set(name == null ? entry.getKey() : name, entry.getValue().deepCopy());
      }
    }
    return result;
  }

  ObjectNode body() {
    return body;
  }

  ObjectNode host() {
    return object(body, "HostConfig");
  }

  List<String> notes() {
    return notes;
  }

  void note(String text) {
    notes.add(text);
  }

  /** The network the module asks for by itself; empty when it leaves the choice. */
  static String networkMode(ObjectNode written) {
    var mode = of(written).host().path("NetworkMode").asText("");
    return mode.equals("default") || mode.equals("bridge") ? "" : mode;
  }

  static ObjectNode object(JsonNode parent, String field) {
    return parent.get(field) instanceof ObjectNode object ? object : Json.object();
  }

  static ArrayNode array(JsonNode parent, String field) {
    return parent.get(field) instanceof ArrayNode array ? array : Json.mapper().createArrayNode();
  }
}
