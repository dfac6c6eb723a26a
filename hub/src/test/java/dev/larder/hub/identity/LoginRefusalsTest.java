package dev.larder.hub.identity;

import static dev.larder.hub.identity.Clients.DEVICE;
import static dev.larder.hub.identity.Clients.DEVICE_KEY;
import static dev.larder.hub.identity.Clients.DEVICE_RESOURCE;
import static dev.larder.hub.identity.Clients.DEVICE_USER;
import static dev.larder.hub.identity.Clients.KEYLESS;
import static dev.larder.hub.identity.Clients.LATER;
import static dev.larder.hub.identity.Clients.NODE;
import static dev.larder.hub.identity.Clients.NOW;
import static dev.larder.hub.identity.Clients.OTHER_NODE;
import static dev.larder.hub.identity.Clients.PLAIN;
import static dev.larder.hub.identity.Clients.PLAIN_KEY;
import static dev.larder.hub.identity.Clients.PRESS;
import static dev.larder.hub.identity.Clients.PRESS_KEY;
import static dev.larder.hub.identity.Clients.PRESS_KEY_7;
import static dev.larder.hub.identity.Clients.PRESS_RESOURCE;
import static dev.larder.hub.identity.Clients.PRESS_USER;
import static dev.larder.hub.identity.Clients.PRESS_USER_7;
import static dev.larder.hub.identity.Clients.SECRET;
import static dev.larder.hub.identity.Clients.THUMB_256;
import static dev.larder.hub.identity.Clients.bytes;
import static dev.larder.hub.identity.Clients.certificate;
import static dev.larder.hub.identity.Clients.login;
import static dev.larder.hub.identity.Clients.open;
import static dev.larder.hub.identity.Clients.password;
import static dev.larder.hub.identity.Clients.press;
import static dev.larder.hub.identity.Clients.shows;
import static dev.larder.hub.identity.Clients.thumb;
import static dev.larder.hub.identity.Clients.times;
import static dev.larder.hub.identity.Clients.token;
import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.common.trust.DeviceKey;
import dev.larder.common.trust.SasToken;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Who is refused, and why. */
final class LoginRefusalsTest {
  private final Login login = login();

  record Bad(String name, Credentials credentials, Why why) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Bad> keys() {
    return Stream.of(
        new Bad("nothing", password("", "", ""), Why.NO_CREDENTIALS),
        new Bad("no password", password(PRESS, PRESS_USER, ""), Why.NO_CREDENTIALS),
        new Bad("no user name", password(PRESS, "", PRESS_KEY), Why.NO_CREDENTIALS),
        new Bad("key too long", password(PRESS, PRESS_USER_7, PRESS_KEY_7 + "x"), Why.WRONG_KEY),
        new Bad("key cut", password(PRESS, PRESS_USER_7, PRESS_KEY_7.substring(1)), Why.WRONG_KEY),
        new Bad("other generation", password(PRESS, PRESS_USER, PRESS_KEY_7), Why.WRONG_KEY),
        new Bad(
            "next generation",
            password(PRESS, PRESS_USER_7.replace("g7", "g8"), PRESS_KEY_7),
            Why.WRONG_KEY),
        new Bad("long id", password("x".repeat(300), "hub/x", PRESS_KEY), Why.MALFORMED),
        new Bad("long name", password(PRESS, "h".repeat(3000), PRESS_KEY), Why.MALFORMED));
  }

  static Stream<Bad> names() {
    return Stream.of(
        new Bad(
            "other module by client id",
            password(NODE + "/cache", PRESS_USER_7, PRESS_KEY_7),
            Why.WRONG_CLIENT_ID),
        new Bad(
            "other module by user name",
            password(PRESS, PRESS_USER_7.replace("press", "cache"), PRESS_KEY_7),
            Why.WRONG_CLIENT_ID),
        new Bad(
            "longer module in user name",
            password(PRESS, PRESS_USER_7.replace("press", "press2"), PRESS_KEY_7),
            Why.WRONG_CLIENT_ID),
        new Bad(
            "other module in both",
            password(NODE + "/cache", PRESS_USER_7.replace("press", "cache"), PRESS_KEY_7),
            Why.WRONG_KEY),
        new Bad(
            "other node", password(OTHER_NODE + "/press", PRESS_USER_7, PRESS_KEY_7), Why.UNKNOWN),
        new Bad("no host", password(PRESS, PRESS, PRESS_KEY), Why.WRONG_CLIENT_ID),
        new Bad("no name at all", password(PRESS, "press", PRESS_KEY), Why.WRONG_CLIENT_ID),
        new Bad("path", password(NODE + "/..", "hub/" + NODE + "/..", PRESS_KEY), Why.UNKNOWN),
        new Bad("more path", password(PRESS + "/x", PRESS_USER, PRESS_KEY), Why.UNKNOWN),
        new Bad("no module", password(NODE + "/", "hub/" + NODE + "/", PRESS_KEY), Why.UNKNOWN),
        new Bad("wildcard", password("+", "hub/+", PRESS_KEY), Why.UNKNOWN),
        new Bad("the node", password(NODE, "hub/" + NODE, PRESS_KEY), Why.UNKNOWN_DEVICE));
  }

  static Stream<Bad> devices() {
    return Stream.of(
        new Bad(
            "unlisted device",
            password("ghost", "hub/ghost", DeviceKey.derive(SECRET, "ghost", "")),
            Why.UNKNOWN_DEVICE),
        new Bad(
            "device key of an old generation",
            password(DEVICE, DEVICE_USER, DeviceKey.derive(SECRET, DEVICE, "1")),
            Why.WRONG_KEY),
        new Bad(
            "device that has no key, with one of no generation",
            password(KEYLESS, "hub/keyless", DeviceKey.derive(SECRET, KEYLESS, "")),
            Why.WRONG_KEY),
        new Bad(
            "device that has no key, with a token",
            password(
                KEYLESS,
                "hub/keyless",
                token(
                    SasToken.deviceResource("hub", KEYLESS),
                    DeviceKey.derive(SECRET, KEYLESS, ""),
                    LATER)),
            Why.WRONG_KEY),
        new Bad(
            "device that names an old generation",
            password(DEVICE, DEVICE_USER + "&generation=1", DeviceKey.derive(SECRET, DEVICE, "1")),
            Why.WRONG_KEY),
        new Bad(
            "device with a module's user name",
            password(PLAIN, "hub/plain/press/?x=y", PLAIN_KEY),
            Why.WRONG_CLIENT_ID));
  }

  static Stream<Bad> openly() {
    return Stream.of(
        new Bad("open, a module's id", open(PRESS, "", ""), Why.WRONG_CLIENT_ID),
        new Bad("open, a device's id", open(DEVICE, "", ""), Why.WRONG_CLIENT_ID),
        new Bad("open, no user name", open("x", "", PRESS_KEY), Why.NO_CREDENTIALS),
        new Bad("open, no password", open(PRESS, PRESS_USER, ""), Why.NO_CREDENTIALS),
        new Bad("open, wrong key", open(PRESS, PRESS_USER, PRESS_KEY_7), Why.WRONG_KEY));
  }

  static Stream<Bad> tokens() {
    var old = NOW.minus(Login.CLOCK_SKEW).minusSeconds(1);
    var good = token(PRESS_RESOURCE, PRESS_KEY, LATER);
    return Stream.of(
        new Bad("ended", press(token(PRESS_RESOURCE, PRESS_KEY, old)), Why.EXPIRED),
        new Bad("ended, of another", press(token(PRESS_RESOURCE, PRESS_KEY_7, old)), Why.WRONG_KEY),
        new Bad(
            "of another generation",
            press(token(PRESS_RESOURCE, PRESS_KEY_7, LATER)),
            Why.WRONG_KEY),
        new Bad(
            "later end than signed",
            press(good.replace("se=" + LATER.getEpochSecond(), "se=9999999999")),
            Why.WRONG_KEY),
        new Bad(
            "for another module",
            press(token(SasToken.moduleResource("hub", NODE, "cache"), PRESS_KEY, LATER)),
            Why.WRONG_CLIENT_ID),
        new Bad(
            "for another node",
            press(token(SasToken.moduleResource("hub", OTHER_NODE, "press"), PRESS_KEY, LATER)),
            Why.WRONG_CLIENT_ID),
        new Bad(
            "for the whole node",
            press(token(SasToken.deviceResource("hub", NODE), PRESS_KEY, LATER)),
            Why.WRONG_CLIENT_ID),
        new Bad("for a host", press(token("hub", PRESS_KEY, LATER)), Why.WRONG_CLIENT_ID),
        new Bad("no token", press("SharedAccessSignature nothing"), Why.MALFORMED),
        new Bad("bad escape", press(good.replace("%2F", "%2")), Why.MALFORMED),
        new Bad("huge", press(good + "&x=" + "x".repeat(60_000)), Why.MALFORMED),
        new Bad(
            "a module's for a device", password(DEVICE, DEVICE_USER, good), Why.WRONG_CLIENT_ID),
        new Bad(
            "a device's signed by a module",
            password(DEVICE, DEVICE_USER, token(DEVICE_RESOURCE, PRESS_KEY, LATER)),
            Why.WRONG_KEY));
  }

  static Stream<Bad> certificates() {
    return Stream.of(
        new Bad("not verified", certificate(PRESS, shows(PRESS, false)), Why.WRONG_CERTIFICATE),
        new Bad(
            "another module's",
            certificate(PRESS, shows(NODE + "/cache", true)),
            Why.WRONG_CLIENT_ID),
        new Bad("no name", certificate(PRESS, shows("", true)), Why.WRONG_CLIENT_ID),
        new Bad("the hub's own", certificate(PRESS, shows("hub", true)), Why.WRONG_CLIENT_ID),
        new Bad(
            "a module's by a device's thumbprint",
            certificate(PRESS, thumb("a".repeat(40), THUMB_256)),
            Why.WRONG_CERTIFICATE),
        new Bad(
            "another device's thumbprint",
            certificate(PLAIN, thumb("a".repeat(40), THUMB_256)),
            Why.WRONG_CERTIFICATE),
        new Bad(
            "an unlisted device's", certificate("ghost", shows("ghost", true)), Why.UNKNOWN_DEVICE),
        new Bad("ended", certificate(PRESS, times(NOW.minusSeconds(9), -1)), Why.EXPIRED),
        new Bad("not begun", certificate(PRESS, times(NOW.plusSeconds(301), 999)), Why.EXPIRED),
        new Bad(
            "and a wrong key",
            new Credentials(
                PRESS,
                Optional.of(PRESS_USER),
                Optional.of(bytes("wrong")),
                Optional.of(shows(PRESS, true)),
                false),
            Why.WRONG_KEY),
        new Bad(
            "of another beside the right key",
            new Credentials(
                PRESS,
                Optional.of(PRESS_USER),
                Optional.of(bytes(PRESS_KEY)),
                Optional.of(shows(NODE + "/cache", true)),
                false),
            Why.WRONG_CLIENT_ID),
        new Bad(
            "and another's user name",
            new Credentials(
                PRESS,
                Optional.of(PRESS_USER.replace("press", "cache")),
                Optional.empty(),
                Optional.of(shows(PRESS, true)),
                false),
            Why.WRONG_CLIENT_ID));
  }

  @ParameterizedTest
  @MethodSource({"keys", "names", "devices", "openly", "tokens", "certificates"})
  void refuses(Bad bad) {
    assertThat(login.of(bad.credentials(), NOW))
        .isInstanceOfSatisfying(
            Login.Refused.class,
            refused -> {
              assertThat(refused.why()).as(refused.detail()).isEqualTo(bad.why());
              assertThat(refused.detail())
                  .doesNotContain(PRESS_KEY, PRESS_KEY_7, DEVICE_KEY)
                  .hasSizeLessThan(400);
            });
  }
}
