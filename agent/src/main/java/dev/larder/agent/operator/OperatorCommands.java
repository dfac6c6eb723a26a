package dev.larder.agent.operator;

import com.fasterxml.jackson.databind.JsonNode;
import dev.larder.agent.check.Listener;
import dev.larder.agent.engine.EngineException;
import dev.larder.agent.engine.NodeEngine;
import dev.larder.agent.journal.ReportJournal;
import dev.larder.agent.node.NodeFiles;
import dev.larder.agent.operator.Words.Misuse;
import dev.larder.common.file.AtomicFile;
import dev.larder.common.json.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a node's operator asks on the command line. They look at the node's folder and at the engine
 * by themselves, so that they work while the agent does not.
 */
public final class OperatorCommands {
  public static final int DONE = 0;
  public static final int FAILED = 2;
  public static final int MISUSED = 64;

  static final String HELP =
      """
      check [--json] [--strict] [--host-sockets]
          Looks at the engine, disks, clock, names, every way to the cloud, certificates, ports, folders and
          log rotation; says what to do about each failure. --host-sockets takes the host's /proc/net/tcp and
          tcp6 on standard input, by which taken ports are known. Exit code: 0 fine, 2 failures; with
          --strict 1 for warnings alone.
      list [--json]
          The node's modules: state, health, since when, restarts, image.
      status [--json]
          The manifest in force, the cloud, the last report, problems.
      logs MODULE [--tail N] [--since T]
          The last N lines (200) of a module's log, none older than T: 90m, or 2026-11-27T10:00:00Z.
      restart MODULE
          Stops a module's container and starts it.
      support-bundle [--output FILE] [--host-sockets]
          A tar.gz with all of the above and the logs, secrets removed, on standard output or in a file.

      All but check: exit code 0 done, 2 failed; 64 when the words are wrong.
      --data-dir FOLDER, or LARDER_DATA_DIR, names the node's folder.
      """;

  private static final String JSON = "--json";
  private static final String STRICT = "--strict";
  private static final String SOCKETS = "--host-sockets";
  private static final String DATA_DIR = "--data-dir";
  private static final String TAIL = "--tail";
  private static final String SINCE = "--since";
  private static final String OUTPUT = "--output";
  private static final int TAIL_LINES = 200;
  private static final int SOCKETS_LIMIT_BYTES = 8 << 20;

  private final String agentVersion;
  private final String dataDir;
  private final URI docker;
  private final InstantSource clock;
  private final InputStream in;
  private final PrintStream out;
  private final PrintStream err;

  /**
   * Nothing is done yet.
   *
   * @param dataDir the node's folder unless the words name one; may be empty
   */
  public OperatorCommands(
      String agentVersion,
      String dataDir,
      URI docker,
      InstantSource clock,
      InputStream in,
      PrintStream out,
      PrintStream err) {
    this.agentVersion = agentVersion;
    this.dataDir = dataDir;
    this.docker = docker;
    this.clock = clock;
    this.in = in;
    this.out = out;
    this.err = err;
  }

  /** Does what the arguments say; the answer is the exit code. */
  public int run(List<String> arguments) throws InterruptedException {
    var words = arguments.subList(1, arguments.size());
    if (words.contains("--help")) {
      out.print(HELP);
      return DONE;
    }
    try {
      return switch (arguments.getFirst()) {
        case "check" -> check(words(words, 0, JSON, STRICT, SOCKETS));
        case "list" -> list(words(words, 0, JSON));
        case "status" -> status(words(words, 0, JSON));
        case "logs" -> logs(words(words, 1, TAIL, SINCE));
        case "restart" -> restart(words(words, 1));
        case "support-bundle" -> bundle(words(words, 0, OUTPUT, SOCKETS));
        default -> throw new Misuse("no such command: " + arguments.getFirst());
      };
    } catch (Misuse e) {
      err.println(e.getMessage());
      err.println("--help tells more.");
      return MISUSED;
    } catch (EngineException e) {
      err.println(e.reason());
      return FAILED;
    } catch (IOException | IllegalArgumentException e) {
      err.println("The node's folder cannot be read: " + e);
      return FAILED;
    }
  }

  private static Words words(List<String> words, int expected, String... options) throws Misuse {
    var valued = Set.of(TAIL, SINCE, OUTPUT);
    var taken = Stream.of(options).collect(Collectors.partitioningBy(valued::contains));
    var withValue = new HashSet<>(taken.getOrDefault(true, List.of()));
    withValue.add(DATA_DIR);
    return Words.read(words, Set.copyOf(taken.getOrDefault(false, List.of())), withValue, expected);
  }

  private NodeFiles files(Words words) throws Misuse {
    var folder = words.value(DATA_DIR).orElse(dataDir);
    if (folder.isEmpty()) {
      throw new Misuse("name the node's folder: --data-dir <folder>, or LARDER_DATA_DIR");
    }
    return new NodeFiles(path(folder));
  }

  private static Path path(String words) throws Misuse {
    try {
      return Path.of(words);
    } catch (InvalidPathException e) {
      throw new Misuse("no file can be called so: " + e.getMessage());
    }
  }

  private NodeAtHand node(Words words) throws Misuse, IOException {
    var files = files(words);
    return NodeAtHand.find(files, docker)
        .orElseThrow(() -> new IOException(files.config() + " is missing: run deploy.sh"));
  }

  private Optional<List<Listener>> sockets(Words words) throws IOException {
    return words.has(SOCKETS)
        ? Optional.of(
            Listener.read(
                new String(in.readNBytes(SOCKETS_LIMIT_BYTES), StandardCharsets.US_ASCII)))
        : Optional.empty();
  }

  private int check(Words words) throws Misuse, IOException, InterruptedException {
    var report =
        new Check(agentVersion, clock, Check.LIMIT).run(files(words), docker, sockets(words));
    out.print(words.has(JSON) ? report.json().toPrettyString() + "\n" : report.text());
    return report.exitCode(words.has(STRICT));
  }

  private int list(Words words) throws Misuse, IOException {
    var node = node(words);
    try (var engine = node.engine()) {
      var rows = ModuleRow.of(engine.containers(), ReportJournal.read(node.files()));
      if (words.has(JSON)) {
        out.println(Json.mapper().<JsonNode>valueToTree(rows).toPrettyString());
      } else {
        out.print(ModuleRow.table(rows));
      }
      return DONE;
    }
  }

  private int status(Words words) throws Misuse, IOException {
    var status = Status.of(node(words));
    out.print(words.has(JSON) ? status.json().toPrettyString() + "\n" : status.text());
    return DONE;
  }

  private int logs(Words words) throws Misuse, IOException {
    try (var engine = node(words).engine()) {
      var lines = words.lines(TAIL, TAIL_LINES);
      var since = words.since(SINCE, clock.instant());
      var container = container(engine, words);
      if (container.isEmpty()) {
        return FAILED;
      }
      out.writeBytes(engine.log(container.get(), lines, since));
      return DONE;
    }
  }

  private int restart(Words words) throws Misuse, IOException {
    try (var engine = node(words).engine()) {
      var container = container(engine, words);
      if (container.isEmpty()) {
        return FAILED;
      }
      engine.restart(container.get());
      out.println("restarted " + NodeEngine.name(container.get()));
      return DONE;
    }
  }

  private Optional<JsonNode> container(NodeEngine engine, Words words)
      throws Misuse, EngineException {
    var container = engine.container(words.module());
    if (container.isEmpty()) {
      err.println(
          "The node has no container of a module " + words.module() + "; list shows what it has");
    }
    return container;
  }

  private int bundle(Words words) throws Misuse, IOException, InterruptedException {
    var node = node(words);
    var check =
        new Check(agentVersion, clock, Check.LIMIT).run(node.files(), docker, sockets(words));
    var bundle = new SupportBundle(node, clock.instant(), SupportBundle.LogBounds.WIDE);
    var output = words.value(OUTPUT);
    if (output.isPresent()) {
      var bytes = new ByteArrayOutputStream();
      bundle.write(check, bytes);
      AtomicFile.write(path(output.get()), bytes.toByteArray(), NodeFiles.SECRET);
    } else {
      bundle.write(check, out);
    }
    return DONE;
  }
}
