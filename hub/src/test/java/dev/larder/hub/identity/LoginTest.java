package dev.larder.hub.identity;

import static dev.larder.hub.identity.Clients.DEVICE;
import static dev.larder.hub.identity.Clients.DEVICE_KEY;
import static dev.larder.hub.identity.Clients.DEVICE_RESOURCE;
import static dev.larder.hub.identity.Clients.DEVICE_USER;
import static dev.larder.hub.identity.Clients.KEYLESS;
import static dev.larder.hub.identity.Clients.KEYLESS_256;
import static dev.larder.hub.identity.Clients.LATER;
import static dev.larder.hub.identity.Clients.NODE;
import static dev.larder.hub.identity.Clients.NOW;
import static dev.larder.hub.identity.Clients.OTHER_256;
import static dev.larder.hub.identity.Clients.PLAIN;
import static dev.larder.hub.identity.Clients.PLAIN_KEY;
import static dev.larder.hub.identity.Clients.PRESS;
import static dev.larder.hub.identity.Clients.PRESS_KEY;
import static dev.larder.hub.identity.Clients.PRESS_KEY_7;
import static dev.larder.hub.identity.Clients.PRESS_RESOURCE;
import static dev.larder.hub.identity.Clients.PRESS_USER;
import static dev.larder.hub.identity.Clients.PRESS_USER_7;
import static dev.larder.hub.identity.Clients.THUMB_256;
import static dev.larder.hub.identity.Clients.bytes;
import static dev.larder.hub.identity.Clients.certificate;
import static dev.larder.hub.identity.Clients.login;
import static dev.larder.hub.identity.Clients.open;
import static dev.larder.hub.identity.Clients.password;
import static dev.larder.hub.identity.Clients.shows;
import static dev.larder.hub.identity.Clients.thumb;
import static dev.larder.hub.identity.Clients.token;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.larder.common.id.ModuleId;
import dev.larder.common.manifest.DeviceAuth;
import dev.larder.common.trust.SasToken;
import dev.larder.hub.Seeds;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Who is let in, and as whom. */
final class LoginTest {
  private static final Identity IS_PRESS = new Identity.Module(ModuleId.of("press"));
  private static final Identity IS_DEVICE = new Identity.Device(DEVICE);
  private static final Identity IS_PLAIN = new Identity.Device(PLAIN);

  private final Login login = login();

  record Way(String name, Credentials credentials, Identity identity, Instant until) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static final Instant NEVER = Instant.MAX;

  static Stream<Way> byKey() {
    return Stream.of(
        new Way("key", password(PRESS, PRESS_USER_7, PRESS_KEY_7), IS_PRESS, NEVER),
        new Way("key, no generation", password(PRESS, PRESS_USER, PRESS_KEY), IS_PRESS, NEVER),
        new Way("any host", password(PRESS, "cloud.example/" + PRESS, PRESS_KEY), IS_PRESS, NEVER),
        new Way(
            "old form of user name",
            password(PRESS, "hub/" + PRESS + "/api-version=2016-11-14", PRESS_KEY),
            IS_PRESS,
            NEVER));
  }

  static Stream<Way> byToken() {
    var skewed = LATER.plus(Login.CLOCK_SKEW);
    var justOver = NOW.minus(Login.CLOCK_SKEW);
    return Stream.of(
        new Way(
            "token",
            password(PRESS, PRESS_USER_7, token(PRESS_RESOURCE, PRESS_KEY_7, LATER)),
            IS_PRESS,
            skewed),
        new Way(
            "token that just ended",
            password(PRESS, PRESS_USER, token(PRESS_RESOURCE, PRESS_KEY, justOver)),
            IS_PRESS,
            NOW),
        new Way(
            "token at the cloud's name",
            password(
                PRESS,
                PRESS_USER,
                token(SasToken.moduleResource("cloud", NODE, "press"), PRESS_KEY, LATER)),
            IS_PRESS,
            skewed),
        new Way(
            "token for ever",
            password(PRESS, PRESS_USER_7, token(PRESS_RESOURCE, PRESS_KEY_7, Instant.MAX)),
            IS_PRESS,
            Instant.parse("9999-12-31T23:59:59Z").plus(Login.CLOCK_SKEW)));
  }

  static Stream<Way> byCertificate() {
    return Stream.of(
        new Way("certificate", certificate(PRESS, shows(PRESS, true)), IS_PRESS, LATER),
        new Way(
            "certificate, empty password",
            new Credentials(
                PRESS,
                Optional.of(PRESS_USER),
                Optional.of(bytes("")),
                Optional.of(shows(PRESS, true)),
                false),
            IS_PRESS,
            LATER),
        new Way(
            "certificate and key",
            new Credentials(
                PRESS,
                Optional.of(PRESS_USER_7),
                Optional.of(bytes(PRESS_KEY_7)),
                Optional.of(shows(PRESS, true)),
                false),
            IS_PRESS,
            LATER),
        new Way("SHA-256", certificate(DEVICE, thumb("b".repeat(40), THUMB_256)), IS_DEVICE, LATER),
        new Way("SHA-1", certificate(DEVICE, thumb("a".repeat(40), OTHER_256)), IS_DEVICE, LATER),
        new Way(
            "device without a key",
            certificate(KEYLESS, thumb("b".repeat(40), KEYLESS_256)),
            new Identity.Device(KEYLESS),
            LATER),
        new Way(
            "device of the authority", certificate(PLAIN, shows(PLAIN, true)), IS_PLAIN, LATER));
  }

  static Stream<Way> devices() {
    return Stream.of(
        new Way("device key", password(DEVICE, DEVICE_USER, DEVICE_KEY), IS_DEVICE, NEVER),
        new Way(
            "device key with its generation",
            password(DEVICE, DEVICE_USER + "&generation=2", DEVICE_KEY),
            IS_DEVICE,
            NEVER),
        new Way("device key alone", password(PLAIN, "hub/plain", PLAIN_KEY), IS_PLAIN, NEVER),
        new Way(
            "device token",
            password(DEVICE, DEVICE_USER, token(DEVICE_RESOURCE, DEVICE_KEY, LATER)),
            IS_DEVICE,
            LATER.plus(Login.CLOCK_SKEW)));
  }

  static Stream<Way> openly() {
    return Stream.of(
        new Way("open", open("any id/at all", "", ""), new Identity.Anonymous(), NEVER),
        new Way("open, no id", open("", "", ""), new Identity.Anonymous(), NEVER),
        new Way("open with a key", open(PRESS, PRESS_USER_7, PRESS_KEY_7), IS_PRESS, NEVER));
  }

  @ParameterizedTest
  @MethodSource({"byKey", "byToken", "byCertificate", "devices", "openly"})
  void letsIn(Way way) {
    assertThat(login.of(way.credentials(), NOW))
        .isEqualTo(
            new Login.Accepted(
                way.identity(), Optional.of(way.until()).filter(until -> !until.equals(NEVER))));
  }

  @Test
  void aListTakesThePlaceOfTheOneBefore() {
    var plain = password(PLAIN, "hub/plain", PLAIN_KEY);
    assertThat(login.of(plain, NOW)).isInstanceOf(Login.Accepted.class);
    login.devices(Map.of());
    assertThat(login.of(plain, NOW)).isInstanceOf(Login.Refused.class);
    var auth = new DeviceAuth(Optional.of("1"), List.of());
    assertThatThrownBy(() -> login.devices(Map.of("a/b", auth)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void whatIsShownOfAClientHasNoControls() {
    assertThat(login.of(password("a\nb\u0000" + "x".repeat(200), "u", "p"), NOW))
        .isInstanceOfSatisfying(
            Login.Refused.class,
            refused ->
                assertThat(refused.detail()).contains("a?b?x").doesNotContain("\n", "\u0000"));
  }

  /** Whatever is sent, a client is let in only as the one whose secret it shows. */
  @Test
  void garbageIsRefused() {
    var parts =
        List.of(
            NODE,
            "press",
            "cache",
            DEVICE,
            PLAIN,
            "/",
            "hub/",
            "?",
            "&",
            "generation=",
            "g7",
            "%",
            "%2F",
            "%ff",
            "SharedAccessSignature ",
            "sr=",
            "&sig=",
            "&se=",
            "9999999999",
            "\u0000",
            "\ud800",
            "é",
            "=",
            "x".repeat(500),
            PRESS_RESOURCE,
            PRESS,
            PRESS_USER);
    Seeds.run(
        20_000,
        random -> {
          var credentials =
              new Credentials(
                  random.nextInt(4) == 0 ? PRESS : some(parts, random),
                  Optional.of(random.nextInt(4) == 0 ? PRESS_USER : some(parts, random)),
                  Optional.of(bytes(some(parts, random))),
                  random.nextInt(4) == 0
                      ? Optional.of(shows(some(parts, random), false))
                      : Optional.empty(),
                  random.nextBoolean());
          var result = login.of(credentials, NOW);
          if (credentials.userName().isPresent() || credentials.password().isPresent()) {
            assertThat(result).isInstanceOf(Login.Refused.class);
          }
        });
  }

  private static String some(List<String> parts, Random random) {
    var text = new StringBuilder();
    for (int n = random.nextInt(7); n > 0; n--) {
      text.append(parts.get(random.nextInt(parts.size())));
    }
    return text.toString();
  }
}
