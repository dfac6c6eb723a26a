package dev.larder.agent;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * A Docker engine of a test's own beside the machine's: a {@code dockerd} and its containerd that
 * can be stopped, killed and started again, on a disk in memory that can be full. Needs root. It
 * touches no firewall, and has a network namespace of its own, joined to the machine's by one line:
 * an engine deletes {@code docker0} when it starts again, which is the machine's engine's.
 */
final class TestEngine implements AutoCloseable {
  private static final int END_SECONDS = 30;
  private static final int PAGE_BYTES = 4096;

  private final Path folder;
  private final int number = ThreadLocalRandom.current().nextInt(1, 255);
  private final String network = "larder-test" + number;
  private Optional<Process> process = Optional.empty();

  /**
   * Starts an engine that has {@link TestDocker#IMAGE}.
   *
   * @param folder of its own, of a short path: the engine's sockets lie in it
   * @param diskMebibytes how much fits on its disk
   */
  TestEngine(Path folder, int diskMebibytes) throws Exception {
    this.folder = folder;
    Files.createDirectories(disk());
    command("ip", "netns", "add", network);
    try {
      join();
      command("mount", "-t", "tmpfs", "-o", "size=" + diskMebibytes + "m", "larder-test", disk());
      start();
      docker(TestDocker.importing(Files.createDirectories(folder.resolve("image"))));
    } catch (Exception | AssertionError e) {
      close();
      throw e;
    }
  }

  private void join() throws IOException, InterruptedException {
    var ofEngine = "10.213." + number + ".2/24";
    command("ip", "link", "add", network, "type", "veth", "peer", "eth0", "netns", network);
    command("ip", "addr", "add", hostAddress() + "/24", "dev", network);
    command("ip", "link", "set", network, "up");
    command("ip", "-n", network, "link", "set", "lo", "up");
    command("ip", "-n", network, "addr", "add", ofEngine, "dev", "eth0");
    command("ip", "-n", network, "link", "set", "eth0", "up");
  }

  /** Where the engine reaches this machine; a registry there needs no TLS. */
  String hostAddress() {
    return "10.213." + number + ".1";
  }

  /** The engine's disk, on which a test may put more. */
  Path disk() {
    return folder.resolve("disk");
  }

  /** Takes all that is free on the disk, by a file to delete. */
  Path fill() throws IOException {
    var ballast = disk().resolve("ballast");
    try (var out =
        FileChannel.open(ballast, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      var most = Files.getFileStore(disk()).getTotalSpace() / PAGE_BYTES;
      for (long i = 0; i <= most; i++) {
        out.write(ByteBuffer.allocate(PAGE_BYTES));
      }
      throw new AssertionError("The disk is larger than it says");
    } catch (IOException _) {
      return ballast;
    }
  }

  /** Makes the disk larger or smaller. */
  void resize(int diskMebibytes) throws IOException, InterruptedException {
    command("mount", "-o", "remount,size=" + diskMebibytes + "m", disk());
  }

  URI address() {
    return URI.create("unix://" + folder.resolve("docker.sock"));
  }

  /** Starts it and waits until it answers. */
  void start() throws Exception {
    // A killed engine leaves them, and what has the numbers in them may be another process by now.
    Files.deleteIfExists(folder.resolve("docker.pid"));
    Files.deleteIfExists(folder.resolve("exec/containerd/containerd.pid"));
    var started =
        new ProcessBuilder(
                "nsenter",
                "--net=/run/netns/" + network,
                "dockerd",
                "--host=" + address(),
                "--data-root=" + disk().resolve("engine"),
                "--exec-root=" + folder.resolve("exec"),
                "--pidfile=" + folder.resolve("docker.pid"),
                // On a machine whose containerd is a service of its own, it is shared.
                "--containerd-namespace=" + folder.getFileName(),
                "--containerd-plugins-namespace=" + folder.getFileName() + "-plugins",
                "--bridge=none",
                "--insecure-registry=10.213." + number + ".0/24",
                "--iptables=false",
                "--ip6tables=false",
                "--ip-forward=false",
                "--default-address-pool=base=10.214.0.0/16,size=24",
                "--shutdown-timeout=10",
                // The five of before take more than a minute to fail.
                "--max-download-attempts=2")
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log()))
            .start();
    process = Optional.of(started);
    Await.until(() -> {
      if (!started.isAlive()) {
        throw new AssertionError("The engine ended: " + Files.readString(log().toPath()));
      }
      return answers();
    });
  }

  private File log() {
    return folder.resolve("dockerd.log").toFile();
  }

  private boolean answers() throws InterruptedException {
    try {
      return !docker("version", "--format", "{{.Server.Version}}").isEmpty();
    } catch (IOException _) {
      return false;
    }
  }

  /** Ends it as the machine's service manager does; its containers end with it. */
  void stop() throws InterruptedException {
    process.ifPresent(Process::destroy);
    awaitEnd();
  }

  /**
   * Ends it at once, and with it its containerd, which the kernel ends; its containers run on until
   * it starts again.
   */
  void kill() throws Exception {
    process.ifPresent(Process::destroyForcibly);
    awaitEnd();
    Await.until(() -> ProcessHandle.allProcesses().noneMatch(this::isContainerd));
  }

  private void awaitEnd() throws InterruptedException {
    if (process.isPresent() && !process.get().waitFor(END_SECONDS, TimeUnit.SECONDS)) {
      process.get().destroyForcibly();
      throw new AssertionError("The engine did not end");
    }
    process = Optional.empty();
  }

  /** Runs docker on this engine; answers what it wrote. */
  String docker(String... arguments) throws IOException, InterruptedException {
    var all = new ArrayList<>(List.of("-H", address().toString()));
    all.addAll(List.of(arguments));
    return TestDocker.run(all.toArray(String[]::new));
  }

  /** The next event of this kind of a container, from now on. */
  EngineEvent next(String event) throws IOException {
    return new EngineEvent(address(), event);
  }

  /** The names of a node's containers that stand in a state, {@code running}. */
  List<String> names(String instance, String state) throws IOException, InterruptedException {
    return docker(
            "ps",
            "-a",
            "--format",
            "{{.Names}}",
            "--filter",
            "name=^" + instance + "-",
            "--filter",
            "status=" + state)
        .lines()
        .sorted()
        .toList();
  }

  /** Ends all that runs on it, and it; leaves nothing mounted. */
  @Override
  public void close() throws IOException {
    try {
      end();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void end() throws IOException, InterruptedException {
    try {
      if (answers()) {
        clear();
      }
      stop();
    } finally {
      process.ifPresent(Process::destroyForcibly);
      endLeftOvers();
      unmount();
      // With it go its bridges, and the line.
      command("ip", "netns", "delete", network);
    }
  }

  private void clear() throws IOException, InterruptedException {
    for (var id : docker("ps", "-aq").lines().toList()) {
      docker("rm", "-f", id);
    }
  }

  /** Its containerd, and what runs in its containers. */
  private void endLeftOvers() {
    ProcessHandle.allProcesses().filter(this::isOwn).forEach(ProcessHandle::destroyForcibly);
  }

  private boolean isOwn(ProcessHandle handle) {
    return commandLine(handle).contains(folder + "/exec/")
        || proc(handle, "mountinfo").lines().anyMatch(this::isRootOfContainer);
  }

  /** Of a line of proc(5)'s mountinfo. */
  private boolean isRootOfContainer(String line) {
    return word(line, 4).equals("/") && line.contains(disk() + "/engine/");
  }

  private boolean isContainerd(ProcessHandle handle) {
    return commandLine(handle).contains(folder + "/exec/containerd/containerd.toml");
  }

  private static String commandLine(ProcessHandle handle) {
    return proc(handle, "cmdline");
  }

  /** Empty for a process that has ended. */
  private static String proc(ProcessHandle handle, String file) {
    try {
      return Files.readString(Path.of("/proc", String.valueOf(handle.pid()), file));
    } catch (IOException _) {
      return "";
    }
  }

  private void unmount() throws IOException, InterruptedException {
    var mounted =
        new ArrayList<>(
            Files.readAllLines(Path.of("/proc/self/mounts")).stream()
                .map(line -> word(line, 1))
                .filter(path -> path.startsWith(folder + "/"))
                .toList());
    Collections.reverse(mounted);
    for (var path : mounted) {
      command("umount", "-l", path);
    }
  }

  private static String word(String line, int index) {
    return List.of(line.split(" ", -1)).get(index);
  }

  private static void command(Object... words) throws IOException, InterruptedException {
    var command = List.of(words).stream().map(Object::toString).toList();
    var run = new ProcessBuilder(command).redirectErrorStream(true).start();
    var output = new String(run.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (run.waitFor() != 0) {
      throw new IOException(command + " failed: " + output);
    }
  }
}
