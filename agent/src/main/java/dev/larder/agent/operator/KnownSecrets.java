package dev.larder.agent.operator;

import com.fasterxml.jackson.databind.JsonNode;
import dev.larder.agent.proxy.HttpProxy;
import dev.larder.agent.redact.Redaction;
import dev.larder.common.identity.ModuleIdentity;
import dev.larder.common.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The secrets that a node has, to know them in what leaves it. */
final class KnownSecrets {
  private KnownSecrets() {}

  /**
   * Keys on disk, the proxy's password, the manifest's credentials and secret variables, and the
   * variables that containers really have.
   */
  static List<String> of(NodeAtHand node, List<JsonNode> containers) throws IOException {
    var files = node.files();
    var secrets = new ArrayList<String>();
    for (var file :
        List.of(files.nodeKey(), files.renewedPair(), files.nodeSecret(), files.authorityKey())) {
      add(file, secrets);
    }
    if (Files.isDirectory(files.identities())) {
      try (Stream<Path> identities = Files.list(files.identities())) {
        for (var identity : identities.toList()) {
          add(identity.resolve(ModuleIdentity.KEY), secrets);
          add(identity.resolve(ModuleIdentity.SERVER_KEY), secrets);
        }
      }
    }
    var manifest = node.manifestFiles().bytes();
    if (manifest.isPresent()) {
      secrets.addAll(Redaction.secretsIn(Json.mapper().readTree(manifest.get())));
    }
    containers.forEach(inspect -> secrets.addAll(Redaction.secretsIn(inspect.path("Config"))));
    node.proxy()
        .flatMap(HttpProxy::login)
        .ifPresent(login -> secrets.addAll(List.of(login.password(), login.pair())));
    return secrets;
  }

  private static void add(Path file, List<String> secrets) throws IOException {
    if (Files.isReadable(file)) {
      secrets.add(Files.readString(file));
    }
  }
}
