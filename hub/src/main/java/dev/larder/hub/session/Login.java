package dev.larder.hub.session;

import dev.larder.common.id.CacheNodeId;
import dev.larder.common.id.ModuleId;
import dev.larder.common.trust.ModuleKey;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Who a client is, by its CONNECT: client id {@code <node>/<module>}, user name {@code
 * <host>/<node>/<module>/?api-version=…&generation=<g>}, and as password the module's key of that
 * generation. Anything else is no one.
 */
public final class Login {
  private static final Pattern USER_NAME = Pattern.compile("[^/]+/([^/]+)/([^/]+)/\\?(.*)");
  private static final Pattern GENERATION = Pattern.compile("(?:^|&)generation=([^&]+)");

  private final CacheNodeId node;
  private final byte[] nodeSecret;

  public Login(CacheNodeId node, byte[] nodeSecret) {
    this.node = node;
    this.nodeSecret = nodeSecret.clone();
  }

  /** The module; empty when the client may not connect. */
  public Optional<ModuleId> of(String clientId, String userName, String password) {
    var name = USER_NAME.matcher(userName);
    if (!name.matches()
        || !name.group(1).equals(node.toString())
        || !clientId.equals(node + "/" + name.group(2))) {
      return Optional.empty();
    }
    var generation = GENERATION.matcher(name.group(3));
    if (!generation.find()) {
      return Optional.empty();
    }
    try {
      return Optional.of(ModuleId.of(name.group(2)))
          .filter(m -> ModuleKey.matches(nodeSecret, m, generation.group(1), password));
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }
}
