package dev.larder.hub.identity;

import dev.larder.common.id.CacheNodeId;
import dev.larder.common.id.ModuleId;
import dev.larder.common.manifest.DeviceAuth;
import dev.larder.common.trust.DeviceKey;
import dev.larder.common.trust.ModuleKey;
import dev.larder.common.trust.SasToken;
import dev.larder.hub.message.Payload;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A module and three devices of a node, and what they may show of themselves. */
final class Clients {
  static final String NODE = "11111111-2222-3333-4444-555555555555";
  static final String OTHER_NODE = "66666666-2222-3333-4444-555555555555";
  static final byte[] SECRET = new byte[ModuleKey.NODE_SECRET_BYTES];
  static final Instant NOW = Instant.parse("2026-05-05T12:00:00Z");
  static final Instant LATER = NOW.plus(Duration.ofHours(1));

  static final String PRESS = NODE + "/press";
  static final String PRESS_USER = "hub/" + PRESS + "/?api-version=2021-04-12";
  static final String PRESS_USER_7 = PRESS_USER + "&generation=g7";
  static final String PRESS_KEY_7 = ModuleKey.derive(SECRET, ModuleId.of("press"), "g7");
  static final String PRESS_KEY = ModuleKey.derive(SECRET, ModuleId.of("press"), "");
  static final String PRESS_RESOURCE = SasToken.moduleResource("hub", NODE, "press");

  static final String DEVICE = "printer:7";
  static final String DEVICE_USER = "hub/" + DEVICE + "/?api-version=2021-04-12";
  static final String DEVICE_KEY = DeviceKey.derive(SECRET, DEVICE, "2");
  static final String DEVICE_RESOURCE = SasToken.deviceResource("hub", DEVICE);
  static final String PLAIN = "plain";
  static final String PLAIN_KEY = DeviceKey.derive(SECRET, PLAIN, "1");
  static final String KEYLESS = "keyless";

  static final String THUMB_1 = "0123456789abcdef0123456789abcdef01234567";
  static final String THUMB_256 = THUMB_1 + "89abcdef0123456789abcdef";
  static final String KEYLESS_256 = "c".repeat(64);
  static final String OTHER_256 = "f".repeat(64);

  private Clients() {}

  /** The node's, with the three devices listed. */
  static Login login() {
    var login = new Login(CacheNodeId.of(NODE), SECRET);
    login.devices(
        Map.of(
            DEVICE, new DeviceAuth(Optional.of("2"), List.of(THUMB_256, "a".repeat(40))),
            PLAIN, new DeviceAuth(Optional.of("1"), List.of()),
            KEYLESS, new DeviceAuth(Optional.empty(), List.of(KEYLESS_256))));
    return login;
  }

  static Credentials password(String clientId, String userName, String password) {
    return new Credentials(
        clientId, Optional.of(userName), Optional.of(bytes(password)), Optional.empty(), false);
  }

  static Credentials certificate(String clientId, ClientCertificate certificate) {
    return new Credentials(
        clientId, Optional.empty(), Optional.empty(), Optional.of(certificate), false);
  }

  static Credentials open(String clientId, String userName, String password) {
    return new Credentials(
        clientId, Optional.of(userName), Optional.of(bytes(password)), Optional.empty(), true);
  }

  static Payload bytes(String text) {
    return Payload.of(text.getBytes(StandardCharsets.UTF_8));
  }

  static ClientCertificate shows(String commonName, boolean verified) {
    return new ClientCertificate(
        commonName, NOW.minus(Duration.ofDays(1)), LATER, "b".repeat(40), OTHER_256, verified);
  }

  static ClientCertificate thumb(String sha1, String sha256) {
    return new ClientCertificate("any", NOW, LATER, sha1, sha256, false);
  }

  static String token(String resource, String key, Instant end) {
    return SasToken.make(resource, key, end);
  }

  static Credentials press(String password) {
    return password(PRESS, PRESS_USER, password);
  }

  static ClientCertificate times(Instant notBefore, long endSeconds) {
    return new ClientCertificate(
        PRESS, notBefore, NOW.plusSeconds(endSeconds), "b".repeat(40), OTHER_256, true);
  }
}
