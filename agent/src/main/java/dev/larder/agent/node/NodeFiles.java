package dev.larder.agent.node;

import dev.larder.common.id.ModuleId;
import dev.larder.common.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/** Where a node keeps what, below its data folder. */
public record NodeFiles(Path dataDir) {
  /** As {@code ls} shows them: what only the agent may read. */
  public static final String SECRET = "rw-------";

  public Path agent(String name) {
    return dataDir.resolve("agent").resolve(name);
  }

  /** Written last at enrolment: a machine that has it is a node. */
  public Path config() {
    return agent("config.json");
  }

  public Path nodeKey() {
    return agent("node.key");
  }

  public Path nodeCertificate() {
    return agent("node.crt");
  }

  public Path cloudCa() {
    return agent("cloud-ca.pem");
  }

  public Path manifestKeys() {
    return agent("manifest-keys.json");
  }

  /** K, base64. */
  public Path nodeSecret() {
    return agent("node-secret");
  }

  public Path authorityKey() {
    return agent("authority.key");
  }

  public Path authorityCertificate() {
    return agent("authority.crt");
  }

  public Path manifest() {
    return agent("manifest.json");
  }

  public Path manifestSignature() {
    return agent("manifest.sig");
  }

  public Path identities() {
    return dataDir.resolve("identity");
  }

  public Path identity(ModuleId module) {
    return identities().resolve(module.value());
  }

  /** Empty before enrolment. */
  public Optional<NodeConfig> readConfig() throws IOException {
    return Files.exists(config())
        ? Optional.of(Json.mapper().readValue(Files.readAllBytes(config()), NodeConfig.class))
        : Optional.empty();
  }

  /** The cloud's manifest keys, base64. */
  public List<String> readManifestKeys() throws IOException {
    return List.of(Json.mapper().readValue(Files.readAllBytes(manifestKeys()), String[].class));
  }

  public byte[] readNodeSecret() throws IOException {
    return Base64.getDecoder().decode(Files.readString(nodeSecret()).strip());
  }
}
