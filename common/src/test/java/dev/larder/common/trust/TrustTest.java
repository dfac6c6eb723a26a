package dev.larder.common.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.larder.common.id.ModuleId;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import org.junit.jupiter.api.Test;

class TrustTest {
  private static final byte[] MANIFEST = "{\"version\":1}".getBytes(StandardCharsets.UTF_8);

  @Test
  void aSignatureHoldsForItsBytesAndItsKeyOnly() throws GeneralSecurityException {
    var generator = KeyPairGenerator.getInstance("Ed25519");
    var pair = generator.generateKeyPair();
    var signature = ManifestSignature.sign(pair.getPrivate(), MANIFEST);
    var key = ManifestSignature.publicKey(ManifestSignature.encode(pair.getPublic()));
    assertThat(ManifestSignature.verify(key, MANIFEST, signature)).isTrue();
    assertThat(
            ManifestSignature.verify(
                key, "{\"version\":2}".getBytes(StandardCharsets.UTF_8), signature))
        .isFalse();
    assertThat(
            ManifestSignature.verify(generator.generateKeyPair().getPublic(), MANIFEST, signature))
        .isFalse();
    assertThat(ManifestSignature.verify(key, MANIFEST, "not base64!")).isFalse();
    assertThat(ManifestSignature.verify(key, MANIFEST, "")).isFalse();
  }

  /**
   * HMAC-SHA256 of {@code cache:1} under 32 zero bytes, as {@code openssl dgst -mac HMAC} gives it.
   */
  @Test
  void aModuleKeyIsTheKnownOne() {
    assertThat(ModuleKey.derive(new byte[32], ModuleId.CACHE, "1"))
        .isEqualTo("OF24M627SB8Bs2Vl+xytZOAsv2N/eVps2KUCPRX5G4Q=");
  }

  @Test
  void aModuleKeyIsForOneModuleAndGeneration() {
    var secret = new byte[32];
    var key = ModuleKey.derive(secret, ModuleId.CACHE, "1");
    assertThat(ModuleKey.matches(secret, ModuleId.CACHE, "1", key)).isTrue();
    assertThat(ModuleKey.matches(secret, ModuleId.CACHE, "2", key)).isFalse();
    assertThat(ModuleKey.matches(secret, ModuleId.HUB, "1", key)).isFalse();
    assertThatThrownBy(() -> ModuleKey.derive(new byte[16], ModuleId.CACHE, "1"))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
