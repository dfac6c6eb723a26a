package dev.larder.agent.proxy;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * Who the agent is at a proxy.
 *
 * @param user 1 to 255 bytes of UTF-8, without a colon
 * @param password 1 to 1024 bytes of UTF-8
 */
public record ProxyLogin(String user, String password) {
  private static final int USER_LIMIT_BYTES = 255;
  private static final int PASSWORD_LIMIT_BYTES = 1024;

  /**
   * Refuses what cannot be sent (RFC 7617, 2). The messages hold neither of the two.
   *
   * @throws IllegalArgumentException with what is wrong
   */
  public ProxyLogin {
    check("name", user, USER_LIMIT_BYTES);
    check("password", password, PASSWORD_LIMIT_BYTES);
    if (user.contains(":")) {
      throw new IllegalArgumentException("the name has a colon, which HTTP cannot send in it");
    }
  }

  private static void check(String what, String text, int limitBytes) {
    int length = text.getBytes(StandardCharsets.UTF_8).length;
    if (length == 0 || length > limitBytes) {
      throw new IllegalArgumentException(
          "the " + what + " has " + length + " bytes, and not 1 to " + limitBytes);
    }
    if (text.chars().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException("the " + what + " has control characters");
    }
  }

  /** Name and password as they are sent (RFC 7617, 2.1), before their encoding in base64. */
  public String pair() {
    return user + ":" + password;
  }

  /** The value of {@code Proxy-Authorization}. */
  public String authorization() {
    return "Basic " + Base64.getEncoder().encodeToString(pair().getBytes(StandardCharsets.UTF_8));
  }

  /** Without the password. */
  @Override
  public String toString() {
    return "ProxyLogin[" + user + "]";
  }
}
