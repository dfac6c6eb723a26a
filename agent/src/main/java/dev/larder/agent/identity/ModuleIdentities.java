package dev.larder.agent.identity;

import dev.larder.agent.node.NodeConfig;
import dev.larder.agent.node.NodeFiles;
import dev.larder.agent.node.NodeNames;
import dev.larder.agent.time.GoodTime;
import dev.larder.agent.trust.Authority;
import dev.larder.agent.trust.NodeKey;
import dev.larder.agent.trust.NodePair;
import dev.larder.agent.trust.Pem;
import dev.larder.agent.workload.WorkloadEnvironment;
import dev.larder.agent.workload.Workloads;
import dev.larder.common.file.AtomicFile;
import dev.larder.common.id.ModuleId;
import dev.larder.common.identity.ModuleIdentity;
import dev.larder.common.json.Json;
import dev.larder.common.trust.KeyMatch;
import dev.larder.common.trust.ModuleKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Writes the folders that modules find mounted. A file is written only when its content changes;
 * files can be read by any user, for a container may run as any: the node's folder above them is
 * closed to all others on the host.
 */
public final class ModuleIdentities {
  private static final int HUB_PORT = 8883;
  private static final String READABLE = "r--r--r--";

  private final NodeFiles files;
  private final NodeConfig config;
  private final NodeNames names;
  private final Workloads workloads;
  private final InstantSource trusted;
  private final byte[] nodeSecret;
  private final ReentrantLock nodePair = new ReentrantLock();

  /**
   * Nothing is written yet.
   *
   * @param trusted the clock by which certificates are judged and made, should it be ahead
   */
  public ModuleIdentities(
      NodeFiles files, NodeConfig config, Workloads workloads, InstantSource trusted)
      throws IOException {
    this.trusted = trusted;
    this.files = files;
    this.config = config;
    this.names = new NodeNames(config.instance());
    this.workloads = workloads;
    this.nodeSecret = files.readNodeSecret();
  }

  /** Writes a module's folder, keeping its generation if it has one, and opens its socket there. */
  public void write(ModuleId module, Instant now) throws IOException {
    var folder = files.identity(module);
    var isHub = module.equals(ModuleId.HUB);
    var identity =
        new ModuleIdentity(
            config.customerId(),
            config.cacheNodeId(),
            module,
            generation(folder).orElseGet(() -> UUID.randomUUID().toString()),
            names.alias(ModuleId.HUB),
            HUB_PORT,
            isHub ? Optional.of(config.mqtt()) : Optional.empty());
    put(folder, ModuleIdentity.FILE, Json.write(identity));
    put(folder, ModuleIdentity.KEY, ModuleKey.derive(nodeSecret, module, identity.generation()));
    put(folder, ModuleIdentity.TRUST, Files.readString(files.authorityCertificate()));
    if (isHub) {
      put(folder, ModuleIdentity.NODE_SECRET, Files.readString(files.nodeSecret()));
      writeNodePair(folder, () -> NodePair.read(files));
      put(folder, ModuleIdentity.CLOUD_CA, Files.readString(files.cloudCa()));
      renewServer(folder, now, GoodTime.later(now, trusted.instant()));
    }
    workloads.open(identity);
  }

  /** Hands the node's certificate and key, renewed, to the hub, if there is one. */
  public void renewNodePair(NodePair renewed) throws IOException {
    var folder = files.identity(ModuleId.HUB);
    if (Files.isDirectory(folder)) {
      writeNodePair(folder, () -> renewed);
    }
  }

  private interface PairSource {
    NodePair get() throws IOException;
  }

  private void writeNodePair(Path folder, PairSource source) throws IOException {
    // Several threads come here; the last one must not have read before the first has written.
    nodePair.lock();
    try {
      var pair = source.get();
      put(folder, ModuleIdentity.NODE_KEY, pair.keyPem());
      put(folder, ModuleIdentity.NODE_CERTIFICATE, pair.certificatePem());
    } finally {
      nodePair.unlock();
    }
  }

  /** What a module whose folder is written finds in its environment. */
  public Map<String, String> environment(ModuleId module) throws IOException {
    return WorkloadEnvironment.of(
        ModuleIdentity.read(files.identity(module)), config.mqtt().host());
  }

  private static Optional<String> generation(Path folder) {
    try {
      return Optional.of(ModuleIdentity.read(folder).generation());
    } catch (IOException _) {
      // Not there yet, or cut short: the module gets a new one.
      return Optional.empty();
    }
  }

  /**
   * Renews the hub's server certificate when its time has come.
   *
   * @param here by the clock of this machine, which modules judge it by
   * @param latest that it may be
   */
  private void renewServer(Path folder, Instant here, Instant latest) throws IOException {
    try {
      if (!isServerDue(folder, here, latest)) {
        return;
      }
      var authority =
          new Authority(
              Pem.key(Files.readString(files.authorityKey())),
              Pem.certificates(Files.readString(files.authorityCertificate())).getFirst());
      var pair = NodeKey.generate();
      var server =
          authority.server(
              pair.getPublic(),
              List.of(names.alias(ModuleId.HUB), names.current(ModuleId.HUB)),
              here,
              latest.plus(Authority.SERVER_LIFE));
      put(folder, ModuleIdentity.SERVER_KEY, Pem.write(pair.getPrivate()));
      put(
          folder,
          ModuleIdentity.SERVER_CERTIFICATE,
          Pem.write(server) + Pem.write(authority.certificate()));
    } catch (GeneralSecurityException e) {
      throw new IOException("The hub's server certificate cannot be made: " + e.getMessage(), e);
    }
  }

  /** A key without its certificate, after a cut between the two, is made anew with it. */
  private static boolean isServerDue(Path folder, Instant here, Instant latest) {
    try {
      var chain =
          Pem.certificates(Files.readString(folder.resolve(ModuleIdentity.SERVER_CERTIFICATE)));
      var key = Pem.key(Files.readString(folder.resolve(ModuleIdentity.SERVER_KEY)));
      return Authority.isServerDue(chain.getFirst(), here, latest)
          || !KeyMatch.matches(key, chain.getFirst());
    } catch (IOException | GeneralSecurityException _) {
      return true;
    }
  }

  private static void put(Path folder, String name, String content) throws IOException {
    var file = folder.resolve(name);
    var bytes = content.getBytes(StandardCharsets.UTF_8);
    if (!Files.exists(file) || !Arrays.equals(Files.readAllBytes(file), bytes)) {
      AtomicFile.write(file, bytes, READABLE);
    }
  }

  /** Removes the folders of all other modules: should one come back, it is another. */
  public void keepOnly(Set<ModuleId> modules) throws IOException {
    workloads.keepOnly(modules);
    if (!Files.isDirectory(files.identities())) {
      return;
    }
    try (var folders = Files.list(files.identities())) {
      for (var folder : folders.toList()) {
        if (modules.stream().noneMatch(m -> m.value().equals(folder.getFileName().toString()))) {
          remove(folder);
        }
      }
    }
  }

  private static void remove(Path folder) throws IOException {
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException e)
              throws IOException {
            Files.delete(visited);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
