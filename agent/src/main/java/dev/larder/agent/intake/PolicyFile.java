package dev.larder.agent.intake;

import dev.larder.agent.node.NodeFiles;
import dev.larder.agent.node.NodeNames;
import dev.larder.agent.policy.Host;
import dev.larder.agent.policy.HostGate;
import dev.larder.agent.policy.HostPolicy;
import dev.larder.common.problem.Checked;
import dev.larder.common.problem.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The host policy on disk. It is read when the agent starts, and never written. */
public final class PolicyFile {
  private static final Logger log = LoggerFactory.getLogger(PolicyFile.class);
  private static final int SIZE_LIMIT_BYTES = 64 * 1024;
  private static final int OK = 0;
  private static final int BAD = 1;

  private PolicyFile() {}

  /**
   * What manifests have to pass on this node; without a file the built-in policy holds.
   *
   * @param agentImage that this agent's container runs; empty when it is in none
   */
  public static HostGate read(
      NodeFiles files, NodeNames names, String dataDir, Supplier<Optional<String>> agentImage) {
    var policy = policy(files.hostPolicy());
    policy
        .problems()
        .forEach(problem ->
            log.atError()
                .addKeyValue("file", files.hostPolicy())
                .addKeyValue("problem", problem)
                .log("host policy cannot be used; no new manifest is accepted"));
    return new HostGate(policy, new Host(names, dataDir, drives(files.drives())), agentImage);
  }

  private static Checked<HostPolicy> policy(Path file) {
    if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      return Checked.valid(HostPolicy.BUILT_IN);
    }
    try (var in = Files.newInputStream(file)) {
      return policy(in);
    } catch (IOException e) {
      return Checked.invalid(
          "", file + " cannot be read: " + e, "install it with deploy.sh hostpolicy=\"FILE\"");
    }
  }

  private static Checked<HostPolicy> policy(InputStream in) throws IOException {
    var bytes = in.readNBytes(SIZE_LIMIT_BYTES + 1);
    return bytes.length > SIZE_LIMIT_BYTES
        ? Checked.invalid(
            "", "the host policy has more than " + SIZE_LIMIT_BYTES + " bytes", "shorten it")
        : HostPolicy.read(new String(bytes, StandardCharsets.UTF_8));
  }

  /** The folders that the deploy script was given, one a line. */
  private static List<String> drives(Path file) {
    try {
      return Files.exists(file) ? Files.readAllLines(file) : List.of();
    } catch (IOException e) {
      log.atWarn().setCause(e).log("list of drives cannot be read; no drive may be mounted");
      return List.of();
    }
  }

  /** {@code check-policy < policy.json}: prints every problem; answers the exit code. */
  public static int check(InputStream in, PrintStream out) throws IOException {
    var problems = policy(in).problems();
    problems.stream().map(Problem::toString).forEach(out::println);
    return problems.isEmpty() ? OK : BAD;
  }
}
