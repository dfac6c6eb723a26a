package dev.larder.agent.policy;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * Options that give a container nothing of the host, whatever they say, and those that do not while
 * they say what the engine does by itself.
 */
final class HarmlessOptions {
  static final HarmlessOptions TOP =
      new HarmlessOptions(
          words(
              """
              Hostname Domainname User AttachStdin AttachStdout AttachStderr ExposedPorts Tty OpenStdin StdinOnce
              Env Cmd Healthcheck ArgsEscaped Image Volumes WorkingDir Entrypoint NetworkDisabled MacAddress OnBuild
              Labels StopSignal StopTimeout Shell Cpuset CpusetCpus CpuShares Memory MemorySwap
              """),
          Map.of());

  static final HarmlessOptions HOST =
      new HarmlessOptions(
          words(
              """
              AutoRemove RestartPolicy PortBindings PublishAllPorts Dns DnsOptions DnsSearch ExtraHosts GroupAdd
              CapDrop ReadonlyRootfs Tmpfs ShmSize StorageOpt Ulimits Init ConsoleSize PidsLimit
              CpuShares CpuPeriod CpuQuota CpusetCpus CpusetMems NanoCpus CpuCount CpuPercent
              Memory MemoryReservation MemorySwap MemorySwappiness KernelMemory KernelMemoryTCP
              BlkioWeight BlkioWeightDevice BlkioDeviceReadBps BlkioDeviceWriteBps BlkioDeviceReadIOps
              BlkioDeviceWriteIOps IOMaximumIOps IOMaximumBandwidth
              """),
          Map.of(
              "OomScoreAdj", value -> value.isNumber() && value.asLong() >= 0,
              "OomKillDisable", HarmlessOptions::isOff,
              "CpuRealtimePeriod", HarmlessOptions::isOff,
              "CpuRealtimeRuntime", HarmlessOptions::isOff,
              "ContainerIDFile", HarmlessOptions::isOff,
              "Runtime", HarmlessOptions::isOff,
              "Isolation", HarmlessOptions::isOff,
              "Cgroup", HarmlessOptions::isOff));

  /** What a container may ask of a network that it is on anyway. */
  static final HarmlessOptions ENDPOINT =
      new HarmlessOptions(
          words("Aliases Links IPAMConfig MacAddress GwPriority"),
          // The engine's own answers, as they are on a container that has not been started.
          Map.of(
              "NetworkID", HarmlessOptions::isOff,
              "EndpointID", HarmlessOptions::isOff,
              "Gateway", HarmlessOptions::isOff,
              "IPAddress", HarmlessOptions::isOff,
              "IPPrefixLen", HarmlessOptions::isOff,
              "IPv6Gateway", HarmlessOptions::isOff,
              "GlobalIPv6Address", HarmlessOptions::isOff,
              "GlobalIPv6PrefixLen", HarmlessOptions::isOff));

  private final Set<String> always = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
  private final Map<String, Predicate<JsonNode>> sometimes =
      new TreeMap<>(String.CASE_INSENSITIVE_ORDER);

  private HarmlessOptions(Collection<String> always, Map<String, Predicate<JsonNode>> sometimes) {
    this.always.addAll(always);
    this.sometimes.putAll(sometimes);
  }

  private static Collection<String> words(String text) {
    return Arrays.asList(text.strip().split("\\s+"));
  }

  private static boolean isOff(JsonNode value) {
    return (value.isBoolean() && !value.booleanValue())
        || (value.isNumber() && value.asLong() == 0)
        || (value.isTextual() && value.textValue().isEmpty());
  }

  /** An empty list or object of an option asks for nothing. */
  boolean allow(String name, JsonNode value) {
    return always.contains(name)
        || (value.isContainerNode() && value.isEmpty())
        || sometimes.getOrDefault(name, _ -> false).test(value);
  }
}
