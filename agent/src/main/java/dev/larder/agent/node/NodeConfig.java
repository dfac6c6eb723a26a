package dev.larder.agent.node;

import dev.larder.common.id.CacheNodeId;
import dev.larder.common.id.CustomerId;
import dev.larder.common.identity.ModuleIdentity.Endpoint;
import java.net.URI;
import java.util.Optional;

/**
 * What a node is, once enrolled: {@code agent/config.json}. No secret is in it.
 *
 * @param instance the node's name on its host
 * @param dataDir the node's folder, the same path on the host and in the agent's container
 * @param mqtt where the hub finds the cloud
 * @param proxyUrl of the HTTP proxy to the cloud, {@code http://host:port}; a name and a password
 *     for it are kept apart, encrypted
 */
public record NodeConfig(
    URI cloudUrl,
    CustomerId customerId,
    CacheNodeId cacheNodeId,
    String nodeName,
    String instance,
    String dataDir,
    Endpoint mqtt,
    Optional<URI> proxyUrl) {
  /** The same, by another way to the cloud. */
  public NodeConfig withProxy(Optional<URI> url) {
    return new NodeConfig(
        cloudUrl, customerId, cacheNodeId, nodeName, instance, dataDir, mqtt, url);
  }
}
