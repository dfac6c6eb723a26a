package dev.larder.agent.operator;

import com.fasterxml.jackson.databind.JsonNode;
import dev.larder.agent.check.CheckReport;
import dev.larder.agent.engine.EngineException;
import dev.larder.agent.engine.NodeEngine;
import dev.larder.agent.redact.Redaction;
import dev.larder.common.json.Json;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;

/**
 * What a supporter needs to see of a node, as a tar.gz: every file of it has passed the redaction.
 * What cannot be had is named in it, and does not keep the rest away.
 */
final class SupportBundle {
  private final NodeAtHand node;
  private final Instant at;
  private final LogBounds bounds;
  private final List<String> missing = new ArrayList<>();

  SupportBundle(NodeAtHand node, Instant at, LogBounds bounds) {
    this.node = node;
    this.at = at;
    this.bounds = bounds;
  }

  /**
   * How much of the logs goes in.
   *
   * @param lines of each
   * @param eachKib of each
   * @param allKib of all together
   */
  record LogBounds(int lines, int eachKib, int allKib) {
    /** For a file. */
    static final LogBounds WIDE = new LogBounds(10_000, 1 << 10, 16 << 10);

    /** For an answer that fits a direct method. */
    static final LogBounds NARROW = new LogBounds(100, 12, 96);
  }

  /** Writes the archive and closes the stream. */
  void write(CheckReport check, OutputStream out) throws IOException {
    try (var tar = new Tar(new GZIPOutputStream(out), at);
        var engine = node.engine()) {
      var containers = containers(engine);
      var secrets = KnownSecrets.of(node, containers);
      var redaction = secrets.redaction();
      text(tar, "README.txt", about());
      json(tar, "check.json", redaction, check.json());
      json(tar, "status.json", redaction, Status.of(node).json());
      if (secrets.unread().isEmpty()) {
        manifest(tar, redaction);
      }
      var version = version(engine);
      if (version.isPresent()) {
        json(tar, "engine.json", redaction, version.get());
      }
      json(tar, "containers.json", redaction, Json.mapper().valueToTree(containers));
      if (secrets.unread().isEmpty()) {
        logs(tar, engine, containers, redaction);
      } else {
        missing.add("manifest.json and logs: not all secrets are known that are to be removed");
        missing.addAll(secrets.unread());
      }
      if (!missing.isEmpty()) {
        text(tar, "missing.txt", redaction.text(String.join("\n", missing) + "\n"));
      }
    }
  }

  private String about() {
    return """
    A Larder node, for support. Keys, tokens, passwords, credentials, command lines and variables
    that look secret stand as (removed); read it through before you hand it on all the same.

    check.json       what larder-node.sh check found
    status.json      the manifest in force, the last report, problems
    manifest.json    the manifest on disk
    engine.json      the Docker engine's versions
    containers.json  what the engine says of the node's containers, and of no other
    logs/            the end of each container's log, %d KiB of each and %d KiB at most
    missing.txt      what could not be had, and why
    """
        .formatted(bounds.eachKib(), bounds.allKib());
  }

  private void manifest(Tar tar, Redaction redaction) throws IOException {
    var manifest = node.manifestBytes();
    if (manifest.isPresent()) {
      json(tar, "manifest.json", redaction, Json.mapper().readTree(manifest.get()));
    } else {
      missing.add("manifest.json: none has come");
    }
  }

  private List<JsonNode> containers(NodeEngine engine) {
    try {
      return engine.containers();
    } catch (EngineException e) {
      missing.add("containers.json: " + e.reason());
      return List.of();
    }
  }

  private Optional<JsonNode> version(NodeEngine engine) {
    try {
      return Optional.of(engine.version());
    } catch (EngineException e) {
      missing.add("engine.json: " + e.reason());
      return Optional.empty();
    }
  }

  private void logs(Tar tar, NodeEngine engine, List<JsonNode> containers, Redaction redaction)
      throws IOException {
    int left = bounds.allKib() << 10;
    for (var inspect : containers) {
      var name = "logs/" + NodeEngine.name(inspect) + ".log";
      try {
        var raw = engine.log(inspect, bounds.lines(), Optional.empty());
        var log = end(redaction.text(whole(raw)), Math.min(left, bounds.eachKib() << 10));
        left -= log.length;
        tar.file(name, log);
      } catch (EngineException e) {
        missing.add(name + ": " + e.reason());
      }
    }
  }

  /** Without a last line that was cut short: half a secret is not known for one. */
  static String whole(byte[] raw) {
    var text = new String(raw, StandardCharsets.UTF_8);
    return text.substring(0, text.lastIndexOf('\n') + 1);
  }

  /** The last lines that fit. */
  private static byte[] end(String text, int limitBytes) {
    var bytes = text.getBytes(StandardCharsets.UTF_8);
    if (bytes.length <= limitBytes) {
      return bytes;
    }
    int from = bytes.length - limitBytes;
    while (from < bytes.length && bytes[from - 1] != '\n') {
      from++;
    }
    return Arrays.copyOfRange(bytes, from, bytes.length);
  }

  private static void json(Tar tar, String name, Redaction redaction, JsonNode document)
      throws IOException {
    text(tar, name, redaction.json(document).toPrettyString() + "\n");
  }

  private static void text(Tar tar, String name, String text) throws IOException {
    tar.file(name, text.getBytes(StandardCharsets.UTF_8));
  }
}
