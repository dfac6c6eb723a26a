package dev.larder.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Clients that others wrote: curl, wget, aria2 and apt. */
@Timeout(120)
class RealClientsIT {
  private static final int MIB = 1 << 20;
  private static final int LENGTH = 24 * MIB + 4_711;
  private static final long LIMIT_SECONDS = 60;

  @TempDir Path folder;
  private TestOrigin origin;
  private TestNode node;
  private byte[] content;

  @BeforeEach
  void start() throws IOException, TimeoutException {
    origin = new TestOrigin();
    node = TestNode.start(Files.createDirectory(folder.resolve("node")), origin, 256L * MIB, 1);
    content = origin.put("/big.bin", LENGTH, 9);
  }

  @AfterEach
  void stop() {
    node.close();
    origin.close();
  }

  @Test
  void curlResumesWhatItHasHalfOf() throws Exception {
    var file = folder.resolve("big.bin");
    Files.write(file, Arrays.copyOf(content, LENGTH / 2));

    run("curl", "-sSf", "--continue-at", "-", "--output", file.toString(), address());

    assertThat(file).hasBinaryContent(content);
    assertThat(origin.bytes()).isLessThanOrEqualTo(LENGTH / 2 + MIB);
  }

  @Test
  void curlAsksForTwoRangesAtOnce() throws Exception {
    var file = folder.resolve("parts");

    run("curl", "-sSf", "--range", "0-99,5000000-5000099", "--output", file.toString(), address());

    var parts = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
    assertThat(parts)
        .contains("Content-Range: bytes 0-99/" + LENGTH)
        .contains("Content-Range: bytes 5000000-5000099/" + LENGTH)
        .contains(new String(content, 0, 100, StandardCharsets.ISO_8859_1))
        .contains(new String(content, 5_000_000, 100, StandardCharsets.ISO_8859_1));
  }

  @Test
  void wgetFetchesAll() throws Exception {
    var file = folder.resolve("big.bin");

    run("wget", "--quiet", "--output-document", file.toString(), address());

    assertThat(file).hasBinaryContent(content);
  }

  @Test
  void ariaWithSixteenConnectionsBringsEachByteOnce() throws Exception {
    run(
        "aria2c",
        "--quiet",
        "--max-connection-per-server=16",
        "--split=16",
        "--min-split-size=1M",
        "--file-allocation=none",
        "--dir=" + folder,
        "--out=big.bin",
        address());

    assertThat(folder.resolve("big.bin")).hasBinaryContent(content);
    assertThat(origin.bytes()).isEqualTo(LENGTH);
  }

  /** apt speaks to the cache as to a proxy, verifies every hash itself and asks for "/./pool". */
  @Test
  void aptUpdatesAndDownloadsThroughIt() throws Exception {
    var deb = origin.put("/./pool/larder-probe_1.0_all.deb", 3 * MIB + 17, 11);
    var index =
        """
        Package: larder-probe
        Version: 1.0
        Architecture: all
        Maintainer: Larder <larder@example.org>
        Description: a probe
        Filename: ./pool/larder-probe_1.0_all.deb
        Size: %d
        SHA256: %s

        """
            .formatted(deb.length, sha256(deb));
    origin.put("/./Packages", index.getBytes(StandardCharsets.UTF_8));
    for (var name : List.of("lists/partial", "archives/partial", "down", "etc")) {
      Files.createDirectories(folder.resolve("apt").resolve(name));
    }
    var apt = folder.resolve("apt");
    var sources = apt.resolve("sources.list");
    Files.writeString(sources, "deb [trusted=yes] http://" + origin.host() + "/ ./\n");
    Files.writeString(apt.resolve("status"), "");

    apt(apt, "update");
    apt(apt, "download", "larder-probe");
    long once = origin.bytes();
    apt(apt, "download", "larder-probe");

    assertThat(apt.resolve("down/larder-probe_1.0_all.deb")).hasBinaryContent(deb);
    assertThat(origin.bytes()).isEqualTo(once);
  }

  private void apt(Path apt, String... arguments) throws Exception {
    Files.deleteIfExists(apt.resolve("down/larder-probe_1.0_all.deb"));
    var command =
        new ArrayList<>(
            List.of(
                "apt-get",
                "-o",
                "Acquire::http::Proxy=http://127.0.0.1:" + node.service().port(),
                "-o",
                "Acquire::Languages=none",
                "-o",
                "APT::Sandbox::User=root",
                "-o",
                "Dir::Etc::sourcelist=" + apt.resolve("sources.list"),
                "-o",
                "Dir::Etc::sourceparts=-",
                "-o",
                "Dir::State::lists=" + apt.resolve("lists"),
                "-o",
                "Dir::State::status=" + apt.resolve("status"),
                "-o",
                "Dir::Cache=" + apt));
    command.addAll(List.of(arguments));
    run(apt.resolve("down"), command);
  }

  private String address() {
    return "http://127.0.0.1:"
        + node.service().port()
        + "/big.bin?cacheHostOrigin="
        + origin.host();
  }

  private static String sha256(byte[] bytes) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }

  private void run(String... command) throws Exception {
    run(folder, List.of(command));
  }

  private static void run(Path in, List<String> command) throws Exception {
    var output = Files.createTempFile("client", ".log");
    var process =
        new ProcessBuilder(command)
            .directory(in.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try {
      assertThat(process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)).as(command.getFirst()).isTrue();
      assertThat(process.exitValue()).as(Files.readString(output)).isZero();
    } finally {
      process.destroyForcibly();
      Files.delete(output);
    }
  }
}
