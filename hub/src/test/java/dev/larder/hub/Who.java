package dev.larder.hub;

import dev.larder.common.id.ModuleId;
import dev.larder.common.trust.DeviceKey;
import dev.larder.common.trust.ModuleKey;
import dev.larder.common.trust.SasToken;
import dev.larder.hub.tls.Issued;
import java.time.Instant;
import java.util.Optional;

/** What a client shows of itself; empty texts are left out. */
record Who(String clientId, String userName, String password, Optional<Issued> certificate) {
  /** A module by its key. */
  static Who module(String module) {
    return new Who(
        TestIdentity.clientId(module),
        TestIdentity.userName(module),
        TestIdentity.password(module),
        Optional.empty());
  }

  /** A module by a token made from its key. */
  static Who moduleByToken(String module, Instant end) {
    return module(module).withPassword(moduleToken(module, TestIdentity.GENERATION, end));
  }

  static String moduleToken(String module, String generation, Instant end) {
    return SasToken.make(
        SasToken.moduleResource("hub", TestIdentity.NODE.toString(), module),
        ModuleKey.derive(TestIdentity.SECRET, ModuleId.of(module), generation),
        end);
  }

  /** A leaf device by its key of generation 1. */
  static Who device(String id) {
    return new Who(
        id,
        "hub/" + id + "/?api-version=2021-04-12",
        DeviceKey.derive(TestIdentity.SECRET, id, "1"),
        Optional.empty());
  }

  static Who deviceByToken(String id, Instant end) {
    var device = device(id);
    return device.withPassword(
        SasToken.make(SasToken.deviceResource("hub", id), device.password(), end));
  }

  /** A client that shows its certificate and nothing else. */
  static Who certified(String clientId, Issued certificate) {
    return new Who(clientId, "", "", Optional.of(certificate));
  }

  /** A client of the open listener that shows nothing. */
  static Who anonymous(String clientId) {
    return new Who(clientId, "", "", Optional.empty());
  }

  Who withPassword(String other) {
    return new Who(clientId, userName, other, certificate);
  }
}
