package dev.larder.agent.redact;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** Which names of fields and variables promise a secret. In doubt a name does. */
final class SecretNames {
  private static final Pattern WORDS = Pattern.compile("[^A-Za-z0-9]+|(?<=[a-z0-9])(?=[A-Z])");
  private static final Set<String> WORD =
      Set.of("key", "keys", "pass", "pwd", "auth", "sas", "sig", "pat", "pin", "dsn", "jwt");
  private static final List<String> PART =
      List.of(
          "password",
          "passwd",
          "passphrase",
          "secret",
          "token",
          "credential",
          "apikey",
          "accesskey",
          "accountkey",
          "connectionstring",
          "connstr",
          "authorization",
          "cookie",
          "signature");

  private SecretNames() {}

  static boolean isSecret(String name) {
    var plain = name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
    return PART.stream().anyMatch(plain::contains)
        || WORDS.splitAsStream(name).anyMatch(word -> WORD.contains(word.toLowerCase(Locale.ROOT)));
  }
}
