package dev.larder.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.common.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The proxy's password on its way through deploy.sh, with a {@code docker} that notes what it is
 * handed and says that all is well. Needs root, as deploy.sh does.
 */
class DeployScriptIT {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final String PASSWORD = "pä55 \"wörd\" \\ of the proxy";
  private static final String DOCKER =
      """
      #!/bin/bash
      printf '%s\\n' "$*" >>"$NOTES/arguments"
      env >>"$NOTES/environment"
      case $1 in
        run) [[ ${*: -1} != enrol ]] || cat >>"$NOTES/requests" ;;
        inspect)
          case $* in
            *HostConfig*) cat "$NOTES/made" 2>/dev/null || printf '{"PortBindings":{"9601/tcp":[]},"RestartPolicy":{"Name":"always"}} "/etc/docker/certs.d:' ;;
            *Config.Image*) printf 'larder-agent:2\\n' ;;
          esac
          ;;
        ps)
          for module in edgeAgent edgeHub cache; do
            printf 'name\\t%s\\trunning\\tUp 1 second (healthy)\\n' "$module"
          done
          ;;
      esac
      """;

  @TempDir private Path folder;
  private Path passwordFile;

  @BeforeEach
  void bundle() throws IOException {
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
    passwordFile = folder.resolve("password");
    write(PASSWORD, "rw-------");
  }

  private void write(String password, String permissions) throws IOException {
    Files.writeString(passwordFile, password + "\r\nnot the first line\n");
    Files.setPosixFilePermissions(passwordFile, PosixFilePermissions.fromString(permissions));
  }

  private Command deploy(String... more) throws IOException {
    var words = new ArrayList<>(List.of("./deploy.sh"));
    words.add("customerid=5f2b1a6e-0c1d-4e8f-9a3b-7c6d5e4f3a2b");
    words.add("cachenodeid=6a3c2b7f-1d2e-4f90-8b4c-8d7e6f5a4b3c");
    words.add("customerkey=customer-key");
    words.add("registrationkey=registration-key");
    words.add("drivepathandsizeingb=" + folder.resolve("drive") + ",1");
    words.add("cloudurl=https://cloud.example:8443");
    words.add("instance=script-test");
    words.add("datadir=" + folder.resolve("node"));
    words.add("shoulduseproxy=true");
    words.addAll(List.of(more));
    var environment =
        Map.of(
            "PATH",
            folder.resolve("bin") + ":" + System.getenv("PATH"),
            "NOTES",
            folder.toString());
    return Command.run(folder.resolve("bundle"), LIMIT, environment, words);
  }

  private Command deployed() throws IOException {
    return deploy("proxyurl=http://n%C3%B6de@proxy:3128", "proxypasswordfile=" + passwordFile)
        .succeeded();
  }

  private List<String> requests() throws IOException {
    return Files.readAllLines(folder.resolve("requests"));
  }

  /** What was wrong, of which nothing is to be shown that is secret. */
  private String refused(String... more) throws IOException {
    var refused = deploy(more);
    assertThat(refused.exitCode()).as(refused.output()).isEqualTo(2);
    assertThat(refused.output()).doesNotContain(PASSWORD, "hidden");
    assertThat(folder.resolve("node")).doesNotExist();
    return refused.output();
  }

  @Test
  void passwordGoesThroughThePipeAndNowhereElse() throws Exception {
    var said = deployed().output();
    assertThat(requests()).hasSize(1);
    var request = Json.mapper().readTree(requests().getFirst());
    assertThat(request.path("proxyPassword").asText()).isEqualTo(PASSWORD);
    assertThat(request.path("proxyUrl").asText()).isEqualTo("http://n%C3%B6de@proxy:3128");
    assertThat(said).doesNotContain("pä55");
    var kept = new ArrayList<>(List.of("arguments", "environment"));
    try (Stream<Path> files = Files.walk(folder.resolve("node"))) {
      files.filter(Files::isRegularFile).forEach(file -> kept.add("node/" + file.getFileName()));
    }
    assertThat(kept).contains("node/deploy.setup", "node/deploy.log");
    for (var name : kept) {
      assertThat(folder.resolve(name)).content().doesNotContain("pä55");
    }
  }

  @Test
  void anotherPasswordIsAnotherSetup() throws Exception {
    deployed();
    assertThat(deployed().output()).contains("nothing was changed");
    assertThat(requests()).hasSize(1);
    write("another", "r--------");
    deployed();
    assertThat(requests()).hasSize(2);
    assertThat(requests().getLast()).contains("\"proxyPassword\":\"another\"");
    assertThat(deployed().output()).contains("nothing was changed");
  }

  private List<String> agentsMade() throws IOException {
    return Files.readAllLines(folder.resolve("arguments")).stream()
        .filter(line -> line.startsWith("run --detach --name script-test-agent "))
        .toList();
  }

  @Test
  void agentComesBackAlsoWhenTheEngineHasCrashed() throws Exception {
    deployed();
    assertThat(agentsMade()).singleElement().asString().contains(" --restart always ");
    Files.writeString(
        folder.resolve("made"),
        "{\"PortBindings\":{\"9601/tcp\":[]},\"RestartPolicy\":{\"Name\":\"unless-stopped\"}}"
            + " \"/etc/docker/certs.d:");
    assertThat(deployed().output()).contains("only the agent was started anew");
    assertThat(agentsMade()).hasSize(2);
  }

  @Test
  void agentHasAPortForPullsOnLoopbackAndTheEnginesAuthorities() throws Exception {
    deployed();
    assertThat(agentsMade()).singleElement().asString().contains(" --publish 127.0.0.1::9601 ");
    var authorities = "/etc/docker/certs.d";
    assertThat(
            agentsMade()
                .getFirst()
                .contains(" --volume " + authorities + ":" + authorities + ":ro "))
        .isEqualTo(Files.isDirectory(Path.of(authorities)));
  }

  @Test
  void agentOfAnEarlierBundleIsStartedAnewByItsOwnImage() throws Exception {
    deployed();
    Files.writeString(folder.resolve("made"), "{\"PortBindings\":{}}");
    assertThat(deployed().output()).contains("already deployed", "only the agent was started anew");
    assertThat(agentsMade()).hasSize(2);
    assertThat(agentsMade().getFirst()).endsWith(" larder-agent:1");
    assertThat(agentsMade().getLast()).endsWith(" larder-agent:2");
    assertThat(requests()).hasSize(1);
  }

  @Test
  void passwordInTheUrlIsRefusedAndNotShown() throws Exception {
    assertThat(refused("proxyurl=http://node:hidden@proxy:3128"))
        .contains("proxyurl ", "has a password in it", "proxypasswordfile=");
    for (var url : List.of("node:hidden@proxy:3128", "http://proxy:3128:hidden", "http://hidden")) {
      assertThat(refused("proxyurl=" + url)).contains("http://user@host:port");
    }
  }

  @Test
  void fileIsRootsAloneAndHoldsAPassword() throws Exception {
    var url = "proxyurl=http://node@proxy:3128";
    var file = "proxypasswordfile=" + passwordFile;
    assertThat(refused(url)).contains("proxypasswordfile", "is missing");
    assertThat(refused("proxyurl=http://proxy:3128", file)).contains("names no user");
    assertThat(refused(url, file + ".none")).contains("is no file that can be read");
    for (var permissions : List.of("rw-r-----", "rw----r--", "rw--w----")) {
      write(PASSWORD, permissions);
      assertThat(refused(url, file)).contains("others than root", "chmod 600");
    }
    write("", "rw-------");
    assertThat(refused(url, file)).contains("empty first line");
    Files.write(passwordFile, "wörd\n".getBytes(StandardCharsets.ISO_8859_1));
    assertThat(refused(url, file)).contains("not in UTF-8");
    Files.setAttribute(passwordFile, "unix:uid", 10_000);
    assertThat(refused(url, file)).contains("others than root", "chown root");
  }

  @Test
  void proxyThatIsNotUsedHasNoPassword() throws Exception {
    assertThat(refused("shoulduseproxy=false", "proxypasswordfile=" + passwordFile))
        .contains("proxypasswordfile", "shoulduseproxy is not \"true\"");
  }
}
