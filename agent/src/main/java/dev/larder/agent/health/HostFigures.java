package dev.larder.agent.health;

import dev.larder.agent.metrics.Exposition;
import dev.larder.agent.metrics.Exposition.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a container can tell of its host: the disk below the node's folder, memory and uptime, which
 * the kernel shows alike inside and outside. CPU and network it shows of the container alone, so
 * they are not here. What cannot be read is left out.
 */
public final class HostFigures {
  private static final Pattern TOTAL = Pattern.compile("(?m)^MemTotal:\\s+(\\d+) kB");
  private static final Pattern AVAILABLE = Pattern.compile("(?m)^MemAvailable:\\s+(\\d+) kB");
  private static final Pattern RESIDENT = Pattern.compile("(?m)^VmRSS:\\s+(\\d+) kB");
  private static final Pattern UPTIME = Pattern.compile("^([0-9.]+) ");
  private static final double KIB = 1024;

  private final Path proc;
  private final Path dataDir;

  public HostFigures(Path proc, Path dataDir) {
    this.proc = proc;
    this.dataDir = dataDir;
  }

  public void write(Exposition out) {
    disk(out);
    memory(out);
    number("uptime", UPTIME)
        .ifPresent(seconds ->
            out.single(
                Kind.GAUGE, "edgeAgent_host_uptime_seconds", "Since the host's start", seconds));
    number("self/status", RESIDENT)
        .ifPresent(kib ->
            out.single(
                Kind.GAUGE,
                "process_resident_memory_bytes",
                "Memory that the agent holds",
                kib * KIB));
  }

  private void disk(Exposition out) {
    try {
      var store = Files.getFileStore(dataDir);
      var total = (double) store.getTotalSpace();
      var available = (double) store.getUsableSpace();
      var labels =
          new String[] {
            "disk_name",
            dataDir.toString(),
            "disk_filesystem",
            store.name(),
            "disk_filetype",
            store.type()
          };
      out.family(Kind.GAUGE, "edgeAgent_total_disk_space_bytes", "Size of the node folder's disk");
      out.sample(total, labels);
      out.family(
          Kind.GAUGE, "edgeAgent_available_disk_space_bytes", "What is left of the same disk");
      out.sample(available, labels);
    } catch (IOException _) {
      // Left out.
    }
  }

  private void memory(Exposition out) {
    var total = number("meminfo", TOTAL);
    var available = number("meminfo", AVAILABLE);
    if (total.isPresent() && available.isPresent()) {
      out.family(Kind.GAUGE, "edgeAgent_total_memory_bytes", "The host's memory");
      out.sample(total.get() * KIB, "module_name", "host");
      out.family(
          Kind.GAUGE, "edgeAgent_used_memory_bytes", "Of the host's memory, what is not available");
      out.sample((total.get() - available.get()) * KIB, "module_name", "host");
    }
  }

  private Optional<Double> number(String file, Pattern pattern) {
    try {
      var found = pattern.matcher(Files.readString(proc.resolve(file)));
      return found.find() ? Optional.of(Double.valueOf(found.group(1))) : Optional.empty();
    } catch (IOException | NumberFormatException _) {
      return Optional.empty();
    }
  }
}
