package dev.larder.agent;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The engine from outside: the docker command, and an image made of busybox alone. */
public final class TestDocker {
  public static final String IMAGE = "larder-test-agent:1";
  private static final String LABEL = "dev.larder.test=agent";

  private static final String SLEEP =
      "[\"/bin/busybox\",\"sh\",\"-c\",\"trap 'exit 0' TERM; busybox sleep 100000 & wait\"]";

  private TestDocker() {}

  /** Runs docker; answers what it wrote. */
  public static String run(String... arguments) throws IOException, InterruptedException {
    var command = new ArrayList<>(List.of("docker"));
    command.addAll(List.of(arguments));
    return command(command);
  }

  /** Runs a command; answers what it wrote. */
  static String command(List<String> command) throws IOException, InterruptedException {
    var process = new ProcessBuilder(command).redirectErrorStream(true).start();
    var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException(command + " failed: " + output);
    }
    return output.strip();
  }

  /** Makes the image unless the engine has it; it sleeps until it is told to end. */
  public static void image(Path folder) throws IOException, InterruptedException {
    if (ids("images", "-q", IMAGE).isEmpty()) {
      run(importing(folder));
    }
  }

  /** The arguments of docker that make the image. */
  static String[] importing(Path folder) throws IOException, InterruptedException {
    var root = folder.resolve("root");
    Files.createDirectories(root.resolve("bin"));
    Files.copy(Path.of("/bin/busybox"), root.resolve("bin/busybox"));
    var archive = folder.resolve("root.tar").toString();
    var tar = new ProcessBuilder("tar", "-C", root.toString(), "-cf", archive, "bin").start();
    if (tar.waitFor() != 0) {
      throw new IOException("tar failed");
    }
    return new String[] {
      "import", "--change", "CMD " + SLEEP, "--change", "LABEL " + LABEL, archive, IMAGE
    };
  }

  /** The ids of what carries a label, with the command that lists such things. */
  public static List<String> ids(String... listing) throws IOException, InterruptedException {
    return run(listing).lines().filter(line -> !line.isBlank()).toList();
  }

  /** Removes all that a node of this instance has on the engine. */
  public static void clear(String instance) throws Exception {
    clear(TestNode.ENGINE, instance);
  }

  /** Removes all that a node of this instance has on an engine. */
  static void clear(URI engine, String instance) throws Exception {
    var host = engine.toString();
    var filter = "label=dev.larder.instance=" + instance;
    var containers = new ArrayList<>(List.of("-H", host, "rm", "-f", "-v"));
    int command = containers.size();
    containers.addAll(ids("-H", host, "ps", "-aq", "--filter", filter));
    if (containers.size() > command) {
      run(containers.toArray(String[]::new));
    }
    for (var id : ids("-H", host, "network", "ls", "-q", "--filter", filter)) {
      // After many containers the engine may count their endpoints for a while yet.
      Await.until(() -> isRemoved(host, id));
    }
    for (var id : ids("-H", host, "volume", "ls", "-q", "--filter", filter)) {
      run("-H", host, "volume", "rm", id);
    }
  }

  private static boolean isRemoved(String host, String network)
      throws IOException, InterruptedException {
    try {
      run("-H", host, "network", "rm", network);
      return true;
    } catch (IOException e) {
      if (String.valueOf(e.getMessage()).contains("active endpoints")) {
        return false;
      }
      throw e;
    }
  }
}
