package dev.larder.agent;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** The agent as a process of its own. */
final class AgentProcess {
  private AgentProcess() {}

  /** What runs it on this machine, or where this machine's files are in the same places. */
  static List<String> command(Path dataDir) {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-XX:TieredStopAtLevel=1",
        "-cp",
        System.getProperty("java.class.path"),
        AgentMain.class.getName(),
        "run",
        "--data-dir",
        dataDir.toString());
  }

  /** Starts it; its health endpoint is on any free port. */
  static Process start(Path dataDir, Path log) throws IOException {
    var builder = new ProcessBuilder(command(dataDir)).redirectErrorStream(true);
    builder.environment().put("LARDER_HEALTH_PORT", "0");
    return builder.redirectOutput(log.toFile()).start();
  }
}
