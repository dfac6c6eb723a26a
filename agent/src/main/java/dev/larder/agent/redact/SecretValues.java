package dev.larder.agent.redact;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What secrets look like, whatever they are called. */
final class SecretValues {
  private static final int SLASH_SHARE = 6;
  private static final int CHANGE_SHARE = 4;

  /** Names of classes, several words in one, have as many changes but for digits. */
  private static final int CHANGE_SHARE_OF_LETTERS = 3;

  private static final Pattern RANDOM = Pattern.compile("[A-Za-z0-9+/_-]{24,}={0,2}");
  private static final Pattern OPAQUE = Pattern.compile("[A-Za-z0-9+/_=.~-]{20,}");
  private static final Pattern HEX = Pattern.compile("[0-9a-fA-F]{32,}");

  /** All quantifiers that could be tried again are bounded or possessive: logs may be hostile. */
  private static final Pattern PRIVATE_KEY =
      Pattern.compile(
          "-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY-----.*?"
              + "(?:-----END [A-Z0-9 ]{0,40}PRIVATE KEY-----|\\z)",
          Pattern.DOTALL);

  private static final Pattern HEADER =
      Pattern.compile("(?i)\\b((?:proxy-)?authorization|(?:set-)?cookie)\\b[^\\r\\n]*+");
  private static final Pattern SCHEME =
      Pattern.compile("(?i)\\b(bearer|basic|SharedAccessSignature)\\s{1,4}[^\\s\"',;]{8,}+");
  private static final Pattern USER_INFO =
      Pattern.compile("(?i)([a-z][a-z0-9+.-]{0,20}://)[^/\\s\"'<>]{1,500}@");
  private static final Pattern WEB_TOKEN =
      Pattern.compile("\\beyJ[A-Za-z0-9_-]{8,}+\\.[A-Za-z0-9_-]++(?:\\.[A-Za-z0-9_-]*+)?");
  private static final Pattern ASSIGNMENT =
      Pattern.compile(
          "(?i)((?:passw(?:or)?d|pwd|passphrase|secret|token|credentials?|signature|\\bsig|\\bsas"
              + "|\\bauth|connection[_-]?string|[a-z0-9][_-]?key)[A-Z0-9_.-]{0,20}"
              + "\\\\{0,7}[\"']?\\s{0,4}[:=]\\s{0,4})"
              + "(\\\\{1,7}\"[^\"]*+\"?|\"(?:[^\"\\\\\\r\\n]++|\\\\.){0,1000}+\"?|'[^'\\r\\n]*+'?"
              + "|[^\\s,;&\"'})]++)");

  private SecretValues() {}

  /** The text with everything that looks secret taken out. */
  static String redact(String text) {
    var without = PRIVATE_KEY.matcher(text).replaceAll(Redaction.REMOVED);
    without = HEADER.matcher(without).replaceAll("$1: " + Redaction.REMOVED);
    without = SCHEME.matcher(without).replaceAll("$1 " + Redaction.REMOVED);
    without = USER_INFO.matcher(without).replaceAll("$1" + Redaction.REMOVED + "@");
    without = WEB_TOKEN.matcher(without).replaceAll(Redaction.REMOVED);
    without = ASSIGNMENT.matcher(without).replaceAll("$1" + Redaction.REMOVED);
    return RANDOM
        .matcher(without)
        .replaceAll(found ->
            Matcher.quoteReplacement(isRandom(found.group()) ? Redaction.REMOVED : found.group()));
  }

  /** Whether the whole value of a variable looks like a secret, names aside. */
  static boolean isSecret(String value) {
    return HEX.matcher(value).matches()
        || (OPAQUE.matcher(value).matches() && isRandom(value))
        || !redact(value).equals(value);
  }

  /**
   * Random letters and digits change their kind at two of three places; words, paths and names do
   * so seldom.
   */
  private static boolean isRandom(String text) {
    int changes = 0;
    for (int i = 1; i < text.length(); i++) {
      changes += kind(text.charAt(i)) == kind(text.charAt(i - 1)) ? 0 : 1;
    }
    int share = text.chars().anyMatch(Character::isDigit) ? CHANGE_SHARE : CHANGE_SHARE_OF_LETTERS;
    return text.chars().filter(c -> c == '/').count() * SLASH_SHARE <= text.length()
        && text.chars().anyMatch(Character::isUpperCase)
        && text.chars().anyMatch(Character::isLowerCase)
        && changes * share >= text.length();
  }

  private static int kind(char c) {
    if (Character.isUpperCase(c)) {
      return 0;
    }
    if (Character.isLowerCase(c)) {
      return 1;
    }
    return Character.isDigit(c) ? 2 : 3;
  }
}
