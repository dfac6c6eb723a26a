package dev.larder.common.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.larder.common.id.DeviceId;
import dev.larder.common.id.ModuleId;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SasTokenTest {
  /** The case of the tests of Microsoft's own Azure CLI extension for IoT. */
  private static final String KEY = "+XLy+MVZ+aTeOnVzN2kLeB16O+kSxmz6g3rS6fAf6rw=";

  private static final String TOKEN =
      "SharedAccessSignature sr=iot-hub-for-test.azure-devices.net%2Fdevices%2Fiot-device-for-test"
          + "&sig=SIumZ1ACqqPJZ2okHDlW9MSYKykEpqsQY3z6FMOICd4%3D&se=1471940363";

  private static final byte[] SECRET = new byte[ModuleKey.NODE_SECRET_BYTES];

  @Test
  void makesAndReadsMicrosoftsOwn() {
    var resource =
        SasToken.deviceResource("iot-hub-for-test.azure-devices.net", "iot-device-for-test");
    assertThat(SasToken.make(resource, KEY, Instant.ofEpochSecond(1_471_940_363))).isEqualTo(TOKEN);
    var token = SasToken.parse(TOKEN).orElseThrow();
    assertThat(token.isSignedWith(KEY)).isTrue();
    assertThat(token.isFor("devices", "iot-device-for-test")).isTrue();
    assertThat(token.isFor("devices", "another")).isFalse();
    assertThat(token.isFor("devices", "iot-device-for-test", "modules", "press")).isFalse();
    assertThat(token.isFor("devices")).isFalse();
    assertThat(token.expiry()).isEqualTo("2016-08-23T08:19:23Z");
  }

  /**
   * By OpenSSL: the key is {@code printf press:g7 | openssl dgst -sha256 -mac HMAC -macopt
   * hexkey:00…00}, the signature that of {@code printf
   * 'hub%%2Fdevices%%2F1111…%%2Fmodules%%2Fpress\n1800000000'} with it.
   */
  @Test
  void makesAModulesAsOpenSslDoes() {
    var key = ModuleKey.derive(SECRET, ModuleId.of("press"), "g7");
    assertThat(key).isEqualTo("yNzG47Ukf+4H5Ku0OOl+TrNISxAgiKTE/MxTo0raXHI=");
    var node = "11111111-2222-3333-4444-555555555555";
    var resource = SasToken.moduleResource("hub", node, "press");
    assertThat(SasToken.make(resource, key, Instant.ofEpochSecond(1_800_000_000)))
        .isEqualTo(
            "SharedAccessSignature sr=hub%2Fdevices%2F11111111-2222-3333-4444-555555555555"
                + "%2Fmodules%2Fpress&sig=o%2BZOUEasNpCfy2jlYVOAE6KZOeztOcjbrzEO%2F5d5FaA%3D"
                + "&se=1800000000");
  }

  /** By OpenSSL: {@code printf /devices/printer-7/g1 | openssl dgst -sha256 -mac HMAC …}. */
  @Test
  void aDevicesKeyIsTheKnownOne() {
    assertThat(DeviceKey.derive(SECRET, "printer-7", "g1"))
        .isEqualTo("l1LxwHjvVcZxsg9pSGoOd6aHkPqchqHeKBwri3eAdeI=");
    assertThat(DeviceKey.derive(SECRET, "printer-7", ""))
        .isEqualTo("B914Mzs3or/hm25FS+LCK2eVdIJzc0stl8YEOHxPiUY=");
  }

  @Test
  void noDevicesKeyIsAModules() {
    assertThat(DeviceKey.derive(SECRET, "a:b", "c"))
        .isNotEqualTo(DeviceKey.derive(SECRET, "a", "b:c"))
        .isNotEqualTo(ModuleKey.derive(SECRET, ModuleId.of("device"), "a:b:c"))
        .isNotEqualTo(ModuleKey.derive(SECRET, ModuleId.of("devices"), "a:b/c"));
    assertThat(DeviceId.isOne("a/b")).isFalse();
    assertThat(DeviceId.isOne("a+b")).isFalse();
    assertThat(DeviceId.isOne("")).isFalse();
    assertThat(DeviceId.isOne("x".repeat(129))).isFalse();
    assertThatThrownBy(() -> DeviceKey.derive(SECRET, "a/b", ""))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("a/b");
  }

  @Test
  void fieldsComeInAnyOrderAndMoreOfThem() {
    var fields = TOKEN.substring(SasToken.PREFIX.length()).split("&", -1);
    var token =
        SasToken.parse(
                SasToken.PREFIX
                    + String.join("&", fields[2], "skn=", "x=y", fields[1], "flag", fields[0]))
            .orElseThrow();
    assertThat(token.isSignedWith(KEY)).isTrue();
    // A signature whose plus and equals signs are left as they are.
    var plain =
        "SharedAccessSignature sr=hub%2Fdevices%2F11111111-2222-3333-4444-555555555555"
            + "%2Fmodules%2Fpress&sig=o+ZOUEasNpCfy2jlYVOAE6KZOeztOcjbrzEO/5d5FaA=&se=1800000000";
    assertThat(
            SasToken.parse(plain)
                .orElseThrow()
                .isSignedWith("yNzG47Ukf+4H5Ku0OOl+TrNISxAgiKTE/MxTo0raXHI="))
        .isTrue();
  }

  @Test
  void idsMayBeEncodedTwice() {
    var token =
        SasToken.parse(SasToken.make("h/devices/" + "a%3Ab", KEY, Instant.ofEpochSecond(1)))
            .orElseThrow();
    assertThat(token.isFor("devices", "a:b")).isTrue();
    assertThat(token.isFor("devices", "a%3Ab")).isTrue();
    assertThat(token.isFor("devices", "a%3Bb")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "SharedAccessSignature ",
        "sharedaccesssignature sr=a&sig=aaaa&se=1",
        "SharedAccessSignature sr=a&sig=aaaa",
        "SharedAccessSignature sr=a&se=1&sr=a&sig=aaaa",
        "SharedAccessSignature sr&sig=aaaa&se=1",
        "SharedAccessSignature sr=&sig=aaaa&se=1",
        "SharedAccessSignature sr=a&sig=aaaa&se=-1",
        "SharedAccessSignature sr=a&sig=aaaa&se=",
        "SharedAccessSignature sr=a&sig=aaaa&se=1e9",
        "SharedAccessSignature sr=a&sig=aaaa&se=1234567890123456789",
        "SharedAccessSignature sr=a&sig=!!!&se=1",
        "SharedAccessSignature sr=%&sig=aaaa&se=1",
        "SharedAccessSignature sr=%4&sig=aaaa&se=1",
        "SharedAccessSignature sr=%zz&sig=aaaa&se=1",
        "SharedAccessSignature sr=%ff&sig=aaaa&se=1",
        "SharedAccessSignature sr=a&sig=%c3&se=1",
      })
  void readsNothingElse(String text) {
    assertThat(SasToken.parse(text)).isEmpty();
  }

  @Test
  void whatEndsBeyondAllYearsEndsInTheLast() {
    assertThat(SasToken.parse("SharedAccessSignature sr=a&sig=aaaa&se=999999999999999999"))
        .hasValueSatisfying(token -> assertThat(token.expiry()).isEqualTo("9999-12-31T23:59:59Z"));
    assertThat(SasToken.parse(TOKEN + "&x=" + "x".repeat(SasToken.LENGTH_MAXIMUM))).isEmpty();
  }

  @Test
  void noChangedTokenIsSigned() {
    for (int seed = 0; seed < 2000; seed++) {
      var random = new Random(seed);
      var text = new StringBuilder(TOKEN);
      int at = random.nextInt(SasToken.PREFIX.length(), text.length());
      char before = text.charAt(at);
      text.setCharAt(at, (char) random.nextInt(1, 300));
      // The signature's last digit holds bits that base64 does not use, and hex has two cases.
      boolean same =
          Character.toLowerCase(before) == Character.toLowerCase(text.charAt(at))
              || at == TOKEN.indexOf("%3D") - 1;
      if (!same) {
        assertThat(SasToken.parse(text.toString()).filter(t -> t.isSignedWith(KEY)))
            .as("seed %d: %s", seed, text)
            .isEmpty();
      }
    }
  }
}
