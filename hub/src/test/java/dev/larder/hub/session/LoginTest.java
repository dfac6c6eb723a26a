package dev.larder.hub.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.common.id.CacheNodeId;
import dev.larder.common.id.CustomerId;
import dev.larder.common.id.ModuleId;
import dev.larder.common.identity.ModuleIdentity;
import dev.larder.common.trust.ModuleKey;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class LoginTest {
  private static final String NODE = "11111111-2222-3333-4444-555555555555";
  private static final byte[] SECRET = new byte[ModuleKey.NODE_SECRET_BYTES];
  private static final ModuleId PRESS = ModuleId.of("press");

  private final Login login = new Login(CacheNodeId.of(NODE), SECRET);
  private final ModuleIdentity identity =
      new ModuleIdentity(
          CustomerId.of("99999999-2222-3333-4444-555555555555"),
          CacheNodeId.of(NODE),
          PRESS,
          "g7",
          "hub",
          8883,
          Optional.empty());
  private final String key = ModuleKey.derive(SECRET, PRESS, "g7");

  @Test
  void knowsAModuleByItsKey() {
    assertThat(login.of(identity.clientId(), identity.userName(), key)).contains(PRESS);
  }

  @Test
  void knowsNoOneElse() {
    var user = identity.userName();
    assertThat(login.of(identity.clientId(), user, key + "x")).isEmpty();
    assertThat(login.of(identity.clientId(), user, "")).isEmpty();
    assertThat(login.of(NODE + "/cache", user, key)).isEmpty();
    assertThat(login.of(identity.clientId(), user.replace("press", "cache"), key)).isEmpty();
    assertThat(login.of(identity.clientId(), user.replace("g7", "g8"), key)).isEmpty();
    assertThat(login.of(identity.clientId(), user.replace("&generation=g7", ""), key)).isEmpty();
    assertThat(login.of(identity.clientId(), user.replace(NODE, "other"), key)).isEmpty();
    assertThat(login.of(NODE + "/..", "hub/" + NODE + "/../?generation=g7", key)).isEmpty();
    assertThat(login.of("", "", "")).isEmpty();
  }
}
