package dev.larder.agent.workload;

import dev.larder.agent.node.NodeConfig;
import dev.larder.agent.node.NodeFiles;
import dev.larder.agent.node.NodeNames;
import dev.larder.agent.trust.Authority;
import dev.larder.agent.trust.Pem;
import dev.larder.common.id.ModuleId;
import dev.larder.common.identity.ModuleIdentity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sockets of all modules. Each is in its module's identity folder, which only that module's
 * containers have mounted: as a folder, so that they see the socket of an agent that started anew.
 */
public final class Workloads implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Workloads.class);

  private final NodeFiles files;
  private final NodeNames names;
  private final byte[] nodeSecret;
  private final Authority authority;
  private final InstantSource clock;
  private final InstantSource trusted;
  private final Map<ModuleId, ModuleSocket> sockets = new HashMap<>();
  private boolean closed;

  /**
   * Opens nothing yet.
   *
   * @param clock of this machine
   * @param trusted the clock by which certificates are judged, should it be ahead
   */
  public Workloads(NodeFiles files, NodeConfig config, InstantSource clock, InstantSource trusted)
      throws IOException, GeneralSecurityException {
    this.files = files;
    this.names = new NodeNames(config.instance());
    this.nodeSecret = files.readNodeSecret();
    this.authority =
        new Authority(
            Pem.key(Files.readString(files.authorityKey())),
            Pem.certificates(Files.readString(files.authorityCertificate())).getFirst());
    this.clock = clock;
    this.trusted = trusted;
  }

  /** Opens the sockets of the modules that there were before this agent. */
  public void openAll() throws IOException {
    if (!Files.isDirectory(files.identities())) {
      return;
    }
    try (var folders = Files.list(files.identities())) {
      for (var folder : folders.toList()) {
        openLeftBehind(folder);
      }
    }
  }

  private void openLeftBehind(Path folder) {
    try {
      open(ModuleIdentity.read(folder));
    } catch (IOException e) {
      // The module's folder is written anew within the hour, and its socket with it.
      log.atWarn().addKeyValue("folder", folder).setCause(e).log("workload socket not opened");
    }
  }

  /** Sees to it that a module has its socket; its folder is there. */
  public synchronized void open(ModuleIdentity identity) throws IOException {
    var module = identity.moduleId();
    var before = sockets.get(module);
    if (closed
        || (before != null
            && before.generation().equals(identity.generation())
            && before.isThere())) {
      return;
    }
    if (before != null) {
      sockets.remove(module);
      before.close();
    }
    var own =
        Stream.of(module.value(), names.alias(module), names.current(module)).distinct().toList();
    var api = new WorkloadApi(module, identity.generation(), own, nodeSecret, authority);
    var file = files.identity(module).resolve(ModuleIdentity.WORKLOAD);
    sockets.put(module, ModuleSocket.open(file, api, clock, trusted));
  }

  /** Closes the sockets of all other modules. */
  public synchronized void keepOnly(Set<ModuleId> modules) throws IOException {
    for (var module : List.copyOf(sockets.keySet())) {
      var socket = modules.contains(module) ? null : sockets.remove(module);
      if (socket != null) {
        socket.close();
      }
    }
  }

  @Override
  public synchronized void close() throws IOException {
    closed = true;
    keepOnly(Set.of());
  }
}
