package dev.larder.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.common.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What deploy.sh does by its parameters, and its secrets on their way. */
class DeployScriptIT {
  private static final String PASSWORD = "pä55 \"wörd\" \\ of the proxy";

  @TempDir private Path folder;
  private ScriptBed bed;
  private Path passwordFile;

  @BeforeEach
  void bundle() throws IOException {
    bed = ScriptBed.in(folder);
    passwordFile = folder.resolve("password");
    write(PASSWORD, "rw-------");
  }

  private void write(String password, String permissions) throws IOException {
    Files.writeString(passwordFile, password + "\r\nnot the first line\n");
    Files.setPosixFilePermissions(passwordFile, PosixFilePermissions.fromString(permissions));
  }

  private Command deploy(String... more) throws IOException {
    var words = new ArrayList<>(List.of("shoulduseproxy=true"));
    words.addAll(List.of(more));
    return bed.deploy(words.toArray(String[]::new));
  }

  private Command deployed() throws IOException {
    return deploy("proxyurl=http://n%C3%B6de@proxy:3128", "proxypasswordfile=" + passwordFile)
        .succeeded();
  }

  private List<String> requests() throws IOException {
    return bed.requests();
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
    return bed.calls("run --detach --name script-test-agent ");
  }

  @Test
  void agentComesBackAlsoWhenTheEngineHasCrashed() throws Exception {
    deployed();
    assertThat(agentsMade()).singleElement().asString().contains(" --restart always ");
    bed.tell(
        "made",
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
    bed.tell("made", "{\"PortBindings\":{}}");
    assertThat(deployed().output()).contains("already deployed", "only the agent was started anew");
    assertThat(agentsMade()).hasSize(2);
    assertThat(agentsMade().getFirst()).endsWith(" larder-agent:1");
    assertThat(agentsMade().getLast()).endsWith(" larder-agent:2");
    assertThat(requests()).hasSize(1);
  }

  @Test
  void nodeThatTheCloudTakesNoMoreIsRegisteredAnewAndKeepsItsAgentsVersion() throws Exception {
    bed.deploy().succeeded();
    assertThat(bed.deploy("registrationkey=spent-key").succeeded().output())
        .contains("nothing was changed");
    assertThat(requests()).hasSize(1);
    bed.tell("standing", "8");
    assertThat(bed.deploy("registrationkey=the-new-key").succeeded().output())
        .contains("deployed in");
    assertThat(requests()).hasSize(2);
    assertThat(requests().getLast()).contains("\"registrationKey\":\"the-new-key\"");
    assertThat(agentsMade().getLast()).endsWith(" larder-agent:2");
  }

  @Test
  void nodeThatIsRegisteredAnewTakesTheBundlesAgentWhenItsOwnIsOfAnotherRepository()
      throws Exception {
    bed.deploy().succeeded();
    var bundle = "version=1\nagentImage=registry.test:5000/larder-agent:1\n";
    bed.tell("bundle/packageVer.txt", bundle);
    bed.tell("standing", "8");
    bed.deploy().succeeded();
    assertThat(agentsMade().getLast()).endsWith(" registry.test:5000/larder-agent:1");
  }

  @Test
  void policyThatCouldNotBeCheckedIsNotCalledWrong() throws Exception {
    bed.deploy().succeeded();
    var policy = folder.resolve("policy.json");
    Files.writeString(policy, "{}");
    bed.tell("broken", "run --rm --interactive --network none");
    var failed = bed.deploy("hostpolicy=" + policy);
    assertThat(failed.exitCode()).isNotZero();
    assertThat(failed.output()).contains("Docker did not start").doesNotContain("mistakes");
    bed.untell("broken");
    bed.deploy("hostpolicy=" + policy).succeeded();
    assertThat(bed.node().resolve("policy.json")).hasSameBinaryContentAs(policy);
  }

  @Test
  void idsMayBeInCapitals() throws Exception {
    bed.deploy("cachenodeid=6A3C2B7F-1D2E-4F90-8B4C-8D7E6F5A4B3C").succeeded();
    assertThat(agentsMade().getLast())
        .contains("dev.larder.node=6a3c2b7f-1d2e-4f90-8b4c-8d7e6f5a4b3c ");
    assertThat(bed.deploy().succeeded().output()).contains("nothing was changed");
  }

  @Test
  void agentOfAnImageThatDoesNotKnowTheQuestionIsRegisteredByTheBundles() throws Exception {
    bed.deploy().succeeded();
    bed.tell("standing", "64");
    bed.deploy().succeeded();
    assertThat(requests()).hasSize(2);
  }

  @Test
  void whatWasCutShortIsDoneByTheNextRun() throws Exception {
    bed.deploy().succeeded();
    var other = Files.createDirectory(folder.resolve("other"));
    var drives = "drivepathandsizeingb=" + bed.drive() + ",1," + other + ",1";
    bed.tell("broken", "restart");
    assertThat(bed.deploy(drives).exitCode()).isNotZero();
    bed.untell("broken");
    assertThat(bed.calls("restart")).hasSize(1);
    assertThat(bed.deploy(drives).succeeded().output()).contains("only what manifests may ask");
    assertThat(bed.calls("restart")).hasSize(2);
    assertThat(bed.deploy(drives).succeeded().output()).contains("nothing was changed");
    assertThat(bed.calls("restart")).hasSize(2);
  }

  @Test
  void registrationThatIsCutShortBeforeTheAgentRunsIsDoneAgain() throws Exception {
    bed.deploy().succeeded();
    bed.tell("standing", "8");
    bed.tell("broken", "run --detach");
    assertThat(bed.deploy().exitCode()).isNotZero();
    assertThat(requests()).hasSize(2);
    bed.untell("standing");
    bed.untell("broken");
    bed.deploy().succeeded();
    assertThat(bed.calls("restart")).hasSize(1);
  }

  @Test
  void keysMayStandInFilesOfRootsAlone() throws Exception {
    write("key-in-a-file", "rw-------");
    bed.deploy("customerkey=@" + passwordFile, "registrationkey=@" + passwordFile).succeeded();
    assertThat(requests().getFirst())
        .contains("\"customerKey\":\"key-in-a-file\"", "\"registrationKey\":\"key-in-a-file\"");
    write("key-in-a-file", "rw-r--r--");
    var refused = bed.deploy("registrationkey=@" + passwordFile);
    assertThat(refused.exitCode()).isEqualTo(2);
    assertThat(refused.output())
        .contains("registrationkey ", "others than root")
        .doesNotContain("key-in-a-file");
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
