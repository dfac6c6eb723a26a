package dev.larder.hub.identity;

import dev.larder.common.id.CacheNodeId;
import dev.larder.common.id.ModuleId;
import dev.larder.common.manifest.DeviceAuth;
import dev.larder.common.trust.DeviceKey;
import dev.larder.common.trust.ModuleKey;
import dev.larder.common.trust.SasToken;
import java.util.Optional;

/** Whom a client claims to be, by its client id and user name, and what would prove it. */
sealed interface Claim {
  String clientId();

  Identity identity();

  /** The key that it has; a device that is listed without a generation has none. */
  Optional<String> key(byte[] nodeSecret);

  /** Whether a token is for whom it claims to be. */
  boolean isNamedBy(SasToken token);

  /** Whether a certificate's thumbprint is listed for it. */
  boolean lists(ClientCertificate certificate);

  /** To be a module of this node. */
  record OfModule(CacheNodeId node, ModuleId module, String generation) implements Claim {
    @Override
    public String clientId() {
      return node + "/" + module;
    }

    @Override
    public Identity identity() {
      return new Identity.Module(module);
    }

    @Override
    public Optional<String> key(byte[] nodeSecret) {
      return Optional.of(ModuleKey.derive(nodeSecret, module, generation));
    }

    @Override
    public boolean isNamedBy(SasToken token) {
      return token.isFor("devices", node.toString(), "modules", module.value());
    }

    @Override
    public boolean lists(ClientCertificate certificate) {
      return false;
    }
  }

  /** To be a listed leaf device. */
  record OfDevice(String clientId, DeviceAuth auth) implements Claim {
    @Override
    public Identity identity() {
      return new Identity.Device(clientId);
    }

    @Override
    public Optional<String> key(byte[] nodeSecret) {
      return auth.generation()
          .map(generation -> DeviceKey.derive(nodeSecret, clientId, generation));
    }

    @Override
    public boolean isNamedBy(SasToken token) {
      return token.isFor("devices", clientId);
    }

    @Override
    public boolean lists(ClientCertificate certificate) {
      return auth.thumbprints().contains(certificate.sha256())
          || auth.thumbprints().contains(certificate.sha1());
    }
  }
}
