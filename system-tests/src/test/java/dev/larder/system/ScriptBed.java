package dev.larder.system;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The bundle's scripts in a folder of their own, with a {@code docker} that notes what it is handed
 * and says that all is well. Needs root, as the scripts do.
 */
record ScriptBed(Path folder) {
  static final String INSTANCE = "script-test";

  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final String NODE = "6a3c2b7f-1d2e-4f90-8b4c-8d7e6f5a4b3c";

  /**
   * Notes arguments, environment and requests. The file {@code agent} is the agent's container and
   * holds its node; {@code standing} what check-enrolment ends with; {@code ended} what a container
   * does; {@code made} how the agent's was made; {@code images} those of the engine; {@code
   * mounted} who mounts a folder; {@code broken} how the command begins that fails.
   */
  private static final String DOCKER =
      """
      #!/bin/bash
      printf '%s\\n' "$*" >>"$NOTES/arguments"
      env >>"$NOTES/environment"
      [[ ! -e $NOTES/broken || "$* " != "$(cat "$NOTES/broken") "* ]] || exit 125
      case $1 in
        run)
          case ${*: -1} in
            enrol) cat >>"$NOTES/requests" ;;
            check-enrolment) cat >/dev/null; exit "$(cat "$NOTES/standing" 2>/dev/null || echo 0)" ;;
          esac
          [[ $2 != --detach ]] || printf '%s\\n' "$NODE" >"$NOTES/agent"
          exit "$(cat "$NOTES/ended" 2>/dev/null || echo 0)"
          ;;
        inspect)
          [[ -e $NOTES/agent ]] || exit 1
          case $* in
            *HostConfig*) cat "$NOTES/made" 2>/dev/null || printf '{"PortBindings":{"9601/tcp":[]},"RestartPolicy":{"Name":"always"}} "/etc/docker/certs.d:' ;;
            *Config.Image*) printf 'larder-agent:2\\n' ;;
            *dev.larder.node*) cat "$NOTES/agent" ;;
          esac
          ;;
        image) [[ $2 != ls ]] || cat "$NOTES/images" 2>/dev/null ;;
        ps)
          case $* in
            "ps --all --quiet") cat "$NOTES/agent" 2>/dev/null ;;
            *volume=*) cat "$NOTES/mounted" 2>/dev/null ;;
            *Label*)
              [[ ! -e $NOTES/agent ]] || for module in edgeAgent edgeHub cache; do
                printf 'name\\t%s\\trunning\\tUp 1 second (healthy)\\n' "$module"
              done
              ;;
          esac
          ;;
      esac
      """;

  /** Unpacks the bundle; a drive's folder is there too. */
  static ScriptBed in(Path folder) throws IOException {
    var bundle = Files.createDirectory(folder.resolve("bundle"));
    try (Stream<Path> files = Files.list(Command.repository("scripts/node"))) {
      for (var file : files.toList()) {
        Files.copy(file, bundle.resolve(file.getFileName().toString()));
      }
    }
    Files.writeString(bundle.resolve("packageVer.txt"), "version=1\nagentImage=larder-agent:1\n");
    Files.writeString(bundle.resolve("cloud-ca.pem"), "-----BEGIN CERTIFICATE-----\n");
    Files.createDirectory(folder.resolve("drive"));
    var docker = Files.createDirectory(folder.resolve("bin")).resolve("docker");
    Files.writeString(docker, DOCKER);
    Files.setPosixFilePermissions(docker, PosixFilePermissions.fromString("rwx------"));
    return new ScriptBed(folder);
  }

  Path drive() {
    return folder.resolve("drive");
  }

  Path content() {
    return drive().resolve("larder");
  }

  Path node() {
    return folder.resolve("node");
  }

  /** With these words after the usual ones, whose values they replace. */
  Command deploy(String... more) throws IOException {
    var words = new ArrayList<>(List.of("./deploy.sh"));
    words.add("customerid=5f2b1a6e-0c1d-4e8f-9a3b-7c6d5e4f3a2b");
    words.add("cachenodeid=" + NODE);
    words.add("customerkey=customer-key");
    words.add("registrationkey=registration-key");
    words.add("drivepathandsizeingb=" + drive() + ",1");
    words.add("cloudurl=https://cloud.example:8443");
    words.add("instance=" + INSTANCE);
    words.add("datadir=" + node());
    words.addAll(List.of(more));
    return run(words);
  }

  Command uninstall(String... more) throws IOException {
    var words =
        new ArrayList<>(
            List.of("./uninstall.sh", "instance=" + INSTANCE, "datadir=" + node(), "--yes"));
    words.addAll(List.of(more));
    return run(words);
  }

  /** A command of larder-node.sh. */
  Command operate(String... more) throws IOException {
    var words =
        new ArrayList<>(List.of("./larder-node.sh", "instance=" + INSTANCE, "datadir=" + node()));
    words.addAll(List.of(more));
    return run(words);
  }

  private Command run(List<String> words) throws IOException {
    var environment =
        Map.of(
            "PATH",
            folder.resolve("bin") + ":" + System.getenv("PATH"),
            "NOTES",
            folder.toString(),
            "NODE",
            NODE);
    return Command.run(folder.resolve("bundle"), LIMIT, environment, words);
  }

  /** Tells the docker of this folder something. */
  void tell(String name, String text) throws IOException {
    Files.writeString(folder.resolve(name), text);
  }

  void untell(String name) throws IOException {
    Files.delete(folder.resolve(name));
  }

  /** The requests that enrol was handed. */
  List<String> requests() throws IOException {
    var file = folder.resolve("requests");
    return Files.exists(file) ? Files.readAllLines(file) : List.of();
  }

  /** What docker was handed and began so, in order. */
  List<String> calls(String start) throws IOException {
    return Files.readAllLines(folder.resolve("arguments")).stream()
        .filter(line -> line.startsWith(start))
        .toList();
  }
}
