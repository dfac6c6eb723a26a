package dev.larder.agent.node;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.larder.common.id.ModuleId;
import dev.larder.common.json.Json;
import dev.larder.common.trust.ManifestSignature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PublicKey;
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

  /** Key and certificate in one, only while the two are being replaced; it then counts. */
  public Path renewedPair() {
    return agent("renewed.pem");
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

  /** The last good manifest and its signature, encrypted. */
  public Path sealedManifest() {
    return agent("manifest.sealed");
  }

  /** What is shown to the proxy on the way to the cloud, encrypted. */
  public Path sealedProxyLogin() {
    return agent("proxy.sealed");
  }

  /** In plain, as agents of before kept it. */
  public Path manifest() {
    return agent("manifest.json");
  }

  public Path manifestSignature() {
    return agent("manifest.sig");
  }

  /** ISO 8601, in UTC. */
  public Path lastGoodTime() {
    return agent("last-good-time");
  }

  /** What the machine's owner lets manifests ask for; the agent never writes it. */
  public Path hostPolicy() {
    return dataDir.resolve("policy.json");
  }

  /** The folders for content that the deploy script was given, one a line. */
  public Path drives() {
    return dataDir.resolve("drives");
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

  /** The cloud's keys, of which any signs manifests; at least one. */
  public List<PublicKey> readManifestKeys() throws IOException {
    try {
      var keys =
          Json.mapper()
              .readTree(Files.readAllBytes(manifestKeys()))
              .valueStream()
              .map(key -> ManifestSignature.publicKey(key.asText()))
              .toList();
      if (!keys.isEmpty()) {
        return keys;
      }
    } catch (JsonProcessingException | IllegalArgumentException e) {
      throw damaged(e);
    }
    throw damaged(new IOException("It names no key"));
  }

  private IOException damaged(Exception cause) {
    return new IOException(manifestKeys() + " is damaged; run the deploy command again", cause);
  }

  public byte[] readNodeSecret() throws IOException {
    return Base64.getDecoder().decode(Files.readString(nodeSecret()).strip());
  }
}
