package dev.larder.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which folders deploy.sh takes, and what uninstall.sh leaves. */
class FoldersScriptIT {
  @TempDir private Path folder;
  private ScriptBed bed;

  @BeforeEach
  void bundle() throws IOException {
    bed = ScriptBed.in(folder);
  }

  /** As the cache does. */
  private void cache(Path content) throws IOException {
    Files.createDirectories(content.resolve("objects/00"));
    Files.writeString(content.resolve("index.journal"), "");
  }

  private String refused(String... words) throws IOException {
    var refused = bed.deploy(words);
    assertThat(refused.exitCode()).as(refused.output()).isEqualTo(2);
    assertThat(refused.output()).contains("nothing was changed");
    assertThat(folder.resolve("arguments")).doesNotExist();
    return refused.output();
  }

  @Test
  void allOfItGoesAndTheContentStaysIfItIsToBeKept() throws Exception {
    bed.deploy().succeeded();
    cache(bed.content());
    bed.uninstall("keepcache=true").succeeded();
    assertThat(bed.node()).doesNotExist();
    assertThat(bed.content().resolve("objects/00")).isDirectory();
    // Another node may take what was kept.
    bed.untell("agent");
    bed.deploy("instance=script-other").succeeded();
    bed.uninstall("instance=script-other").succeeded();
    assertThat(bed.drive()).isEmptyDirectory();
    assertThat(bed.node()).doesNotExist();
  }

  @Test
  void noCharacterOfAFoldersNameLeadsElsewhere() throws Exception {
    var odd = Files.createDirectory(folder.resolve("R&D of *"));
    var other = Files.createDirectories(folder.resolve("RD of */larder/objects"));
    var words = new String[] {"datadir=" + odd + "/node", "drivepathandsizeingb=" + odd + ",1"};
    bed.deploy(words).succeeded();
    cache(odd.resolve("larder"));
    bed.uninstall(words[0]).succeeded();
    assertThat(odd).isEmptyDirectory();
    assertThat(other).isDirectory();
  }

  @Test
  void folderOfAnotherInstanceIsNotRemoved() throws Exception {
    bed.deploy().succeeded();
    enrolled();
    var before = bed.calls("");
    var refused = bed.uninstall("instance=script-other");
    assertThat(refused.exitCode()).isNotZero();
    assertThat(refused.output()).contains("datadir ", "script-test", "nothing was removed");
    assertThat(bed.node().resolve("agent/config.json")).exists();
    assertThat(bed.calls("")).isEqualTo(before);
  }

  /** As one who got into the cache's container may lay it. */
  @Test
  void linksInTheContentAreNotFollowedWithRootsRights() throws Exception {
    bed.deploy().succeeded();
    var precious = folder.resolve("precious");
    Files.writeString(precious, "mine");
    Files.setPosixFilePermissions(precious, PosixFilePermissions.fromString("rw-------"));
    for (var name : List.of(".larder-drive", ".larder-drive.new")) {
      var link = bed.content().resolve(name);
      Files.deleteIfExists(link);
      Files.createSymbolicLink(link, precious);
      bed.deploy().succeeded();
      assertThat(bed.content().resolve(".larder-drive")).isRegularFile().hasContent("script-test");
      assertThat(precious).hasContent("mine");
      assertThat(Files.getPosixFilePermissions(precious)).hasSize(2);
    }
    bed.uninstall().succeeded();
    assertThat(bed.drive()).isEmptyDirectory();
    assertThat(precious).exists();
  }

  @Test
  void markThatWasNotFinishedIsNobodysContent() throws Exception {
    Files.createDirectory(bed.content());
    Files.writeString(bed.content().resolve(".larder-drive.new"), "script");
    bed.deploy().succeeded();
    bed.uninstall().succeeded();
    assertThat(bed.drive()).isEmptyDirectory();
  }

  @Test
  void foldersThatHoldSomethingElseAreRefused() throws Exception {
    Files.createDirectory(bed.node());
    Files.writeString(bed.node().resolve("letter.txt"), "mine");
    Files.createDirectory(bed.content());
    Files.writeString(bed.content().resolve("letter.txt"), "mine");
    assertThat(refused())
        .contains("datadir ", bed.node() + " holds something else", "drivepathandsizeingb ")
        .contains(bed.content() + " is there, and is not known");
    assertThat(Files.getAttribute(bed.content(), "unix:uid")).isEqualTo(0);
  }

  @Test
  void dataAndContentLieApart() throws Exception {
    Files.createDirectory(bed.node());
    assertThat(refused("drivepathandsizeingb=" + bed.node() + ",1"))
        .contains("would lie within each other");
    assertThat(refused("datadir=" + bed.content().resolve("node")))
        .contains("would lie within each other");
    Files.createDirectory(bed.content());
    assertThat(refused("drivepathandsizeingb=" + bed.drive() + ",1," + bed.content() + ",1"))
        .contains("would lie within another drive's content");
  }

  @Test
  void twoNodesDoNotShareADriveOrAFolder() throws Exception {
    bed.deploy().succeeded();
    var other = folder.resolve("other");
    var shared = bed.deploy("instance=script-other", "datadir=" + other);
    assertThat(shared.exitCode()).isEqualTo(2);
    assertThat(shared.output()).contains("another node of this machine, " + ScriptBed.INSTANCE);
    assertThat(other).doesNotExist();
    enrolled();
    var anotherNode = bed.deploy("cachenodeid=00000000-0000-4000-8000-000000000000");
    assertThat(anotherNode.exitCode()).isEqualTo(2);
    assertThat(anotherNode.output()).contains("cachenodeid ", "6a3c2b7f");
    assertThat(bed.deploy("instance=script-other").output()).contains("instance ", "belongs to");
    assertThat(bed.deploy().succeeded().output()).contains("nothing was changed");
  }

  private void enrolled() throws IOException {
    Files.createDirectories(bed.node().resolve("agent"));
    Files.writeString(
        bed.node().resolve("agent/config.json"),
        """
        {"cacheNodeId":"6a3c2b7f-1d2e-4f90-8b4c-8d7e6f5a4b3c","instance":"script-test"}\
        """);
  }

  @Test
  void containerOfAnotherNodeIsLeftAlone() throws Exception {
    bed.tell("agent", "00000000-0000-4000-8000-000000000000");
    var refused = bed.deploy();
    assertThat(refused.exitCode()).isNotZero();
    assertThat(refused.output()).contains("is of another node, 00000000");
    assertThat(bed.calls("rm")).isEmpty();
    assertThat(bed.node()).doesNotExist();
  }

  /** As a bundle of before left it: on the list, without a mark. */
  private void ofBefore(Path content) throws IOException {
    bed.deploy().succeeded();
    Files.deleteIfExists(bed.content().resolve(".larder-drive"));
    Files.createDirectories(content);
    Files.writeString(bed.node().resolve("drives"), content + "\n");
  }

  @Test
  void contentOfBeforeThereWereMarksIsKnownByTheList() throws Exception {
    ofBefore(bed.content());
    cache(bed.content());
    assertThat(bed.deploy().succeeded().output()).contains("nothing was changed");
    assertThat(bed.content().resolve(".larder-drive")).hasContent(ScriptBed.INSTANCE);
  }

  @Test
  void contentWithinTheDataFolderIsKeptIfItIsToBe() throws Exception {
    var within = bed.node().resolve("larder");
    ofBefore(within);
    cache(within);
    var drive = "drivepathandsizeingb=" + bed.node() + ",1";
    bed.deploy(drive).succeeded();
    bed.deploy(drive).succeeded();
    bed.uninstall("keepcache=true").succeeded();
    assertThat(within.resolve("objects/00")).isDirectory();
    assertThat(bed.node().resolve(".larder-node")).doesNotExist();
  }

  @Test
  void whatIsNotTheNodesStaysInAFolderThatItTookOver() throws Exception {
    ofBefore(bed.content());
    cache(bed.content());
    for (var taken : new Path[] {bed.content(), bed.node()}) {
      Files.writeString(taken.resolve("letter.txt"), "mine");
    }
    bed.uninstall().succeeded();
    for (var taken : new Path[] {bed.content(), bed.node()}) {
      try (var left = Files.list(taken)) {
        assertThat(left).containsExactly(taken.resolve("letter.txt"));
      }
    }
  }

  @Test
  void imagesThatAContainerWasMadeByStayAndOthersGo() throws Exception {
    bed.deploy().succeeded();
    // The container stays here, as another node's would.
    bed.tell(
        "images", "larder-agent 2 <none>\nlarder-agent 1 <none>\nlarder-agent <none> sha256:ab\n");
    bed.uninstall().succeeded();
    assertThat(bed.calls("image rm"))
        .containsExactly("image rm larder-agent:1", "image rm larder-agent@sha256:ab");
  }

  @Test
  void contentThatAnotherContainerStillMountsStays() throws Exception {
    ofBefore(bed.content());
    cache(bed.content());
    bed.tell("mounted", "0123456789ab");
    assertThat(bed.uninstall().succeeded().output()).contains("left as it is");
    assertThat(bed.content().resolve("objects/00")).isDirectory();
  }
}
