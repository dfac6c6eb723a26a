package dev.larder.cloud.authority;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.larder.common.id.CacheNodeId;
import dev.larder.common.id.CustomerId;
import dev.larder.common.problem.Checked;
import dev.larder.common.trust.KeyMatch;
import dev.larder.common.trust.ManifestSignature;
import dev.larder.common.trust.ServerKeyManager;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The cloud's keys on disk, whole, in part, and of two clouds. */
class KeyringIT {
  private static final Instant NOW = Instant.parse("2026-06-01T00:00:00Z");

  @TempDir private Path one = Path.of("");
  @TempDir private Path other = Path.of("");

  private static Keyring open(Path folder) throws IOException {
    return Keyring.open(folder, List.of("localhost"), new SecureRandom(), NOW);
  }

  private static void copy(String name, Path from, Path to) throws IOException {
    Files.write(to.resolve(name), Files.readAllBytes(from.resolve(name)));
  }

  private static ServerKeyManager.Pair served(Keyring keyring) {
    return keyring.server().manager().newest().orElseThrow();
  }

  private static BigInteger serial(Keyring keyring) {
    return served(keyring).certificate().getSerialNumber();
  }

  @Test
  void whatWasMadeIsFoundAgain() throws IOException {
    var made = open(one);
    var found = open(one);
    assertThat(found.manifestPublicKey()).isEqualTo(made.manifestPublicKey());
    assertThat(found.authority().pem()).isEqualTo(made.authority().pem());
    assertThat(serial(found)).isEqualTo(serial(made));
  }

  @Test
  void theManifestKeyAloneIsEnoughToSignOn() throws IOException {
    var made = open(one);
    copy("manifest.key", one, other);
    var restored = open(other);
    assertThat(restored.manifestPublicKey()).isEqualTo(made.manifestPublicKey());
    assertThat(other.resolve("manifest.key")).hasSameBinaryContentAs(one.resolve("manifest.key"));
    var manifest = "{}".getBytes(UTF_8);
    var signature = ManifestSignature.sign(restored.manifestKey(), manifest);
    var key = ManifestSignature.publicKey(made.manifestPublicKey());
    assertThat(ManifestSignature.verify(key, manifest, signature)).isTrue();
  }

  @Test
  void anAuthorityInPartOrOfTwoIsNotUsed() throws IOException {
    open(one);
    for (var name : List.of("ca.key", "ca.crt", "manifest.key")) {
      var file = one.resolve(name);
      var whole = Files.readAllBytes(file);
      Files.delete(file);
      assertThatThrownBy(() -> open(one))
          .isInstanceOf(IOException.class)
          .hasMessageContaining(file + " is missing")
          .hasMessageContaining("from the same backup");
      assertThat(file).doesNotExist();
      for (var damaged : List.of("", "-----BEGIN X-----\n!\n-----END X-----\n")) {
        Files.writeString(file, damaged);
        assertThatThrownBy(() -> open(one))
            .isInstanceOf(IOException.class)
            .hasMessageContaining(file + " cannot be used");
      }
      Files.write(file, whole);
    }
    open(other);
    copy("ca.crt", other, one);
    assertThatThrownBy(() -> open(one))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("is not the key of ca.crt");
  }

  @Test
  void aServersCertificateThatIsDamagedIsMadeAnew() throws IOException {
    var made = open(one);
    Files.writeString(one.resolve("server.crt"), "");
    assertThat(serial(open(one))).isNotEqualTo(serial(made));
  }

  @Test
  void anAddressIsTheSameHoweverItIsWritten() throws IOException {
    var hosts = List.of("localhost", "127.0.0.1", "::1", "2001:DB8::1");
    var made = Keyring.open(one, hosts, new SecureRandom(), NOW);
    assertThat(serial(Keyring.open(one, hosts, new SecureRandom(), NOW))).isEqualTo(serial(made));
  }

  @Test
  void aServersKeyWithoutItsCertificateIsMadeAnewWithIt() throws IOException {
    var made = open(one);
    open(other);
    copy("server.key", other, one);
    var again = open(one);
    assertThat(serial(again)).isNotEqualTo(serial(made));
    assertThat(KeyMatch.matches(served(again).key(), served(again).certificate())).isTrue();
  }

  @Test
  void aRequestInDamagedBase64IsTold() throws IOException {
    var damaged = "-----BEGIN CERTIFICATE REQUEST-----\n!\n-----END CERTIFICATE REQUEST-----\n";
    var node = new CacheNodeId(UUID.randomUUID());
    var issued =
        open(one).authority().issueNode(damaged, node, new CustomerId(UUID.randomUUID()), NOW);
    assertThat(issued).isInstanceOf(Checked.Invalid.class);
    assertThat(issued.toString()).contains("csr: cannot be read", "PKCS#10");
  }
}
