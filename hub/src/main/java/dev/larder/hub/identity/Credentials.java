package dev.larder.hub.identity;

import dev.larder.hub.message.Payload;
import java.util.Optional;

/**
 * What a client shows of itself in CONNECT and in TLS.
 *
 * @param openListener whether it came in where no name is asked for
 */
public record Credentials(
    String clientId,
    Optional<String> userName,
    Optional<Payload> password,
    Optional<ClientCertificate> certificate,
    boolean openListener) {
  private static final int SHOWN_MAXIMUM = 64;

  /** An empty one counts as none: some clients send it beside a certificate. */
  public Credentials {
    userName = userName.filter(name -> !name.isEmpty());
    password = password.filter(bytes -> bytes.size() > 0);
  }

  /** A client's text as a log may show it. */
  static String shown(String text) {
    var cut = text.length() <= SHOWN_MAXIMUM ? text : text.substring(0, SHOWN_MAXIMUM) + "…";
    return cut.chars()
        .map(c -> Character.isISOControl(c) ? '?' : c)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }
}
