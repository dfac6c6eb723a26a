package dev.larder.agent.operator;

import com.fasterxml.jackson.databind.JsonNode;
import dev.larder.agent.proxy.HttpProxy;
import dev.larder.agent.redact.Redaction;
import dev.larder.common.identity.ModuleIdentity;
import dev.larder.common.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The secrets that a node has, to know them in what leaves it. */
final class KnownSecrets {
  private final List<String> values = new ArrayList<>();
  private final List<String> unread = new ArrayList<>();

  private KnownSecrets() {}

  /**
   * Keys on disk, the proxy's password, the manifest's credentials and secret variables, and the
   * variables that containers really have. What cannot be read is noted.
   */
  static KnownSecrets of(NodeAtHand node, List<JsonNode> containers) {
    var secrets = new KnownSecrets();
    var files = node.files();
    for (var file :
        List.of(files.nodeKey(), files.renewedPair(), files.nodeSecret(), files.authorityKey())) {
      secrets.add(file);
    }
    secrets.addIdentities(files.identities());
    secrets.addManifest(node);
    containers.forEach(
        inspect -> secrets.values.addAll(Redaction.secretsIn(inspect.path("Config"))));
    secrets.addProxy(node);
    return secrets;
  }

  private void add(Path file) {
    try {
      values.add(Files.readString(file));
    } catch (NoSuchFileException _) {
      // It is no secret of this node.
    } catch (IOException e) {
      unread.add(file + ": " + e);
    }
  }

  private void addIdentities(Path folder) {
    if (!Files.isDirectory(folder)) {
      return;
    }
    try (Stream<Path> identities = Files.list(folder)) {
      for (var identity : identities.toList()) {
        add(identity.resolve(ModuleIdentity.KEY));
        add(identity.resolve(ModuleIdentity.SERVER_KEY));
      }
    } catch (IOException e) {
      unread.add(folder + ": " + e);
    }
  }

  private void addManifest(NodeAtHand node) {
    try {
      var manifest = node.manifestBytes();
      if (manifest.isPresent()) {
        values.addAll(Redaction.secretsIn(Json.mapper().readTree(manifest.get())));
      } else if (node.manifestAt().isPresent()) {
        unread.add("the manifest: it is damaged, or sealed by another secret");
      }
    } catch (IOException e) {
      unread.add("the manifest: " + e);
    }
  }

  private void addProxy(NodeAtHand node) {
    var login = node.proxy().flatMap(HttpProxy::login);
    login.ifPresent(shown -> values.addAll(List.of(shown.password(), shown.pair())));
    if (login.isEmpty() && Files.exists(node.files().sealedProxyLogin())) {
      unread.add("the proxy's password: it is damaged, or sealed by another secret");
    }
  }

  /** That knows all that could be read. */
  Redaction redaction() {
    return new Redaction(values);
  }

  /** Why not all are known, a line each; empty when they are. */
  List<String> unread() {
    return List.copyOf(unread);
  }
}
