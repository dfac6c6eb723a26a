package dev.larder.common.identity;

import dev.larder.common.id.CacheNodeId;
import dev.larder.common.id.CustomerId;
import dev.larder.common.id.ModuleId;
import dev.larder.common.json.Json;
import dev.larder.common.trust.ModuleKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Optional;

/**
 * Who a module is and where its hub is: the file {@code identity.json} in the folder that the agent
 * mounts, read-only, at {@link #MOUNT}. Beside it lie {@link #KEY} and {@link #TRUST}, and for the
 * hub what it needs to be a server and to reach the cloud. No secret is in {@code identity.json}
 * itself.
 *
 * @param generation changes when the module is made anew; part of the module's key
 * @param hubHost the hub's name on the node's own network
 * @param hubPort the hub's MQTT over TLS port there
 * @param cloud for the hub only: where the cloud's MQTT over TLS is
 */
public record ModuleIdentity(
    CustomerId customerId,
    CacheNodeId cacheNodeId,
    ModuleId moduleId,
    String generation,
    String hubHost,
    int hubPort,
    Optional<Endpoint> cloud) {
  /**
   * Where the agent mounts the folder; {@code LARDER_IDENTITY} names another, for a module run by
   * hand.
   */
  public static final String MOUNT = "/run/larder";

  public static final String FILE = "identity.json";

  /** The module's key, base64, which is its MQTT password. */
  public static final String KEY = "key";

  /** PEM: the certificate authority of the node, which signed the hub's certificate. */
  public static final String TRUST = "trust.pem";

  /** The module's own socket of IoT Edge's workload API: HTTP/1.1, one request a connection. */
  public static final String WORKLOAD = "workload.sock";

  /** For the hub: the node secret K, base64. */
  public static final String NODE_SECRET = "node-secret";

  /** For the hub: the PEM certificate chain and PKCS#8 key of its server on the node's network. */
  public static final String SERVER_CERTIFICATE = "server.crt";

  public static final String SERVER_KEY = "server.key";

  /**
   * For the hub: the node's PEM certificate and PKCS#8 key towards the cloud, and the cloud's
   * authority.
   */
  public static final String NODE_CERTIFICATE = "node.crt";

  public static final String NODE_KEY = "node.key";
  public static final String CLOUD_CA = "cloud-ca.pem";

  /** A host and a TCP port. */
  public record Endpoint(String host, int port) {}

  public static ModuleIdentity read(Path folder) throws IOException {
    return Json.mapper().readValue(Files.readAllBytes(folder.resolve(FILE)), ModuleIdentity.class);
  }

  /**
   * Reads the node secret K from the hub's folder.
   *
   * @throws IOException also when the file does not hold the base64 of K
   */
  public static byte[] readNodeSecret(Path folder) throws IOException {
    var file = folder.resolve(NODE_SECRET);
    try {
      var secret = Base64.getDecoder().decode(Files.readString(file).strip());
      if (secret.length == ModuleKey.NODE_SECRET_BYTES) {
        return secret;
      }
    } catch (IllegalArgumentException _) {
      // Told below, together with a wrong length.
    }
    throw new IOException(
        file + " does not hold 32 bytes in base64: start the agent, which writes it anew");
  }

  /** The MQTT client id, in IoT Hub's form. */
  public String clientId() {
    return cacheNodeId + "/" + moduleId;
  }

  /**
   * The MQTT user name, in IoT Hub's form, with the generation that the module's key was made for.
   */
  public String userName() {
    return hubHost
        + "/"
        + cacheNodeId
        + "/"
        + moduleId
        + "/?api-version=2021-04-12&generation="
        + generation;
  }
}
