package dev.larder.agent.intake;

import dev.larder.agent.node.NodeFiles;
import dev.larder.agent.trust.Seal;
import dev.larder.common.file.AtomicFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The manifest that is kept, not judged: one file, sealed, for it holds the credentials of
 * registries. Agents of before kept it in plain, with its signature in a second file; that is read
 * until it is written anew.
 */
public final class ManifestFiles {
  private static final Logger log = LoggerFactory.getLogger(ManifestFiles.class);
  private static final String LABEL = "larder: manifest at rest";
  private static final byte END_OF_SIGNATURE = '\n';

  private final NodeFiles files;

  public ManifestFiles(NodeFiles files) {
    this.files = files;
  }

  /**
   * A manifest with the signatures of which one should be its own.
   *
   * @param bytes that were signed
   */
  // The bytes are what was signed; they are read for one caller and shared with nobody.
  @SuppressWarnings("ArrayRecordComponent")
  record Kept(byte[] bytes, List<String> signatures) {
    Kept {
      signatures = List.copyOf(signatures);
    }
  }

  private Seal seal() throws IOException {
    return new Seal(files.readNodeSecret(), LABEL);
  }

  /** Keeps this one in the stead of what was kept. */
  void write(byte[] manifest, String signature) throws IOException {
    var content = new ByteArrayOutputStream();
    content.writeBytes(signature.getBytes(StandardCharsets.US_ASCII));
    content.write(END_OF_SIGNATURE);
    content.writeBytes(manifest);
    AtomicFile.write(files.sealedManifest(), seal().seal(content.toByteArray()), NodeFiles.SECRET);
    Files.deleteIfExists(files.manifest());
    Files.deleteIfExists(files.manifestSignature());
  }

  /** What is kept, the newest first: one, none, or for a moment two. */
  List<Kept> read() throws IOException {
    return Stream.of(sealed(), plain()).flatMap(Optional::stream).toList();
  }

  boolean hasPlain() {
    return Files.exists(files.manifest());
  }

  private Optional<Kept> sealed() throws IOException {
    if (!Files.exists(files.sealedManifest())) {
      return Optional.empty();
    }
    var content = seal().open(Files.readAllBytes(files.sealedManifest()));
    if (content.isEmpty()) {
      log.atError()
          .addKeyValue("file", files.sealedManifest())
          .log("manifest on disk is damaged, or sealed by another node");
    }
    return content.map(ManifestFiles::split);
  }

  private static Kept split(byte[] content) {
    int end = 0;
    while (content[end] != END_OF_SIGNATURE) {
      end++;
    }
    var signature = new String(content, 0, end, StandardCharsets.US_ASCII);
    return new Kept(Arrays.copyOfRange(content, end + 1, content.length), List.of(signature));
  }

  private Optional<Kept> plain() throws IOException {
    if (!hasPlain() || !Files.exists(files.manifestSignature())) {
      return Optional.empty();
    }
    return Optional.of(
        new Kept(
            Files.readAllBytes(files.manifest()),
            Files.readAllLines(files.manifestSignature(), StandardCharsets.US_ASCII)));
  }

  /** The bytes of the manifest kept, whoever signed it; for the operator's commands. */
  public Optional<byte[]> bytes() throws IOException {
    return read().stream().map(Kept::bytes).findFirst();
  }

  /** When it was written; empty when none is kept. */
  public Optional<Instant> writtenAt() throws IOException {
    for (var file : List.of(files.sealedManifest(), files.manifest())) {
      if (Files.exists(file)) {
        return Optional.of(Files.getLastModifiedTime(file).toInstant());
      }
    }
    return Optional.empty();
  }
}
