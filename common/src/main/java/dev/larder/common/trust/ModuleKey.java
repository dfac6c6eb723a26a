package dev.larder.common.trust;

import dev.larder.common.id.ModuleId;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;

/**
 * A module's key: HMAC-SHA256(K, moduleId + ":" + generation), where K is the node's secret. The
 * hub, which has K too, checks one with no list and no network. The colon, which no module id
 * holds, keeps two pairs from sharing a text.
 */
public final class ModuleKey {
  public static final int NODE_SECRET_BYTES = 32;

  private ModuleKey() {}

  /** The key as base64, which is also the module's MQTT password. */
  public static String derive(byte[] nodeSecret, ModuleId module, String generation) {
    return derive(nodeSecret, module + ":" + generation);
  }

  static String derive(byte[] nodeSecret, String input) {
    if (nodeSecret.length != NODE_SECRET_BYTES) {
      throw new IllegalArgumentException("A node secret is 32 bytes, not " + nodeSecret.length);
    }
    return Base64.getEncoder().encodeToString(HmacSha256.of(nodeSecret, input));
  }

  /**
   * HMAC-SHA256 of the data, with a key as {@link #derive} answers it: 32 bytes, which make a
   * {@link SasToken} when the data is what such a token signs.
   */
  public static byte[] sign(String key, byte[] data) {
    return HmacSha256.of(Base64.getDecoder().decode(key), data);
  }

  /** Whether the offered key is the module's, in time that does not depend on where they differ. */
  public static boolean matches(
      byte[] nodeSecret, ModuleId module, String generation, String offered) {
    return MessageDigest.isEqual(
        derive(nodeSecret, module, generation).getBytes(StandardCharsets.UTF_8),
        offered.getBytes(StandardCharsets.UTF_8));
  }
}
