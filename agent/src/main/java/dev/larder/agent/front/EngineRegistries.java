package dev.larder.agent.front;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.InetAddress;
import java.util.Collection;
import java.util.Locale;

/**
 * How the engine itself goes to registries.
 *
 * @param info its answer to {@code GET /info}
 */
record EngineRegistries(JsonNode info) {
  /**
   * Whether plain HTTP will do.
   *
   * @param registry {@code host} or {@code host:port}
   * @param addresses what the host's name resolves to
   */
  boolean isInsecure(String registry, Collection<InetAddress> addresses) {
    var config = info.path("RegistryConfig");
    var named = config.path("IndexConfigs").path(registry).path("Secure");
    if (named.isBoolean()) {
      return !named.asBoolean();
    }
    return config
        .path("InsecureRegistryCIDRs")
        .valueStream()
        .anyMatch(range -> addresses.stream().anyMatch(address -> isIn(address, range.asText())));
  }

  /** Whether the engine goes there through an HTTP proxy, as Go reads its settings. */
  boolean isByProxy(String host, int port) {
    if (info.path("HttpsProxy").asText().isEmpty()) {
      return false;
    }
    for (var rule : info.path("NoProxy").asText().toLowerCase(Locale.ROOT).split("[,\\s]+", -1)) {
      if (isMeant(rule, host.toLowerCase(Locale.ROOT), port)) {
        return false;
      }
    }
    return true;
  }

  private static boolean isMeant(String rule, String host, int port) {
    if (rule.isEmpty()) {
      return false;
    }
    if (rule.equals("*") || rule.equals(host + ":" + port)) {
      return true;
    }
    if (rule.contains("/")) {
      return isLiteral(host) && isIn(InetAddress.ofLiteral(host), rule);
    }
    var name = rule.startsWith("*.") ? rule.substring(1) : rule;
    return host.equals(name) || host.endsWith(name.startsWith(".") ? name : "." + name);
  }

  private static boolean isLiteral(String host) {
    try {
      return InetAddress.ofLiteral(host).getAddress().length > 0;
    } catch (IllegalArgumentException _) {
      return false;
    }
  }

  /** Whether an address is in a range, {@code 10.0.0.0/8}. */
  private static boolean isIn(InetAddress address, String range) {
    try {
      int slash = range.indexOf('/');
      var network = InetAddress.ofLiteral(range.substring(0, slash)).getAddress();
      int bits = Integer.parseInt(range.substring(slash + 1));
      var own = address.getAddress();
      return own.length == network.length && samePrefix(own, network, bits);
    } catch (IllegalArgumentException | IndexOutOfBoundsException _) {
      return false;
    }
  }

  private static boolean samePrefix(byte[] one, byte[] other, int bits) {
    for (int i = 0; i < bits; i++) {
      int mask = 1 << (Byte.SIZE - 1 - i % Byte.SIZE);
      if ((one[i / Byte.SIZE] & mask) != (other[i / Byte.SIZE] & mask)) {
        return false;
      }
    }
    return true;
  }
}
