package dev.larder.common.topic;

/**
 * A topic filter: its form, what it matches and which filters it covers. MQTT 5, section 4.7. Of a
 * shared subscription it is the part after {@code $share/<name>/}.
 */
public record TopicFilter(String text) {
  private static final int LONGEST = 65_535;

  public TopicFilter {
    if (!valid(text)) {
      throw new IllegalArgumentException(
          "Not a topic filter (1 to 65,535 characters, # and + alone in their level, # as the last): "
              + text);
    }
  }

  /** Whether a text is a filter: MQTT 5, 4.7.1 and 4.7.3. */
  public static boolean valid(String text) {
    if (text.isEmpty() || text.length() > LONGEST || text.indexOf('\0') >= 0) {
      return false;
    }
    for (int from = 0; from <= text.length(); ) {
      int end = end(text, from);
      for (int at = from; at < end; at++) {
        char c = text.charAt(at);
        boolean alone = end - from == 1;
        if ((c == '+' && !alone) || (c == '#' && !(alone && end == text.length()))) {
          return false;
        }
      }
      from = end + 1;
    }
    return true;
  }

  /** Whether a topic is one of the filter's. */
  public boolean matches(String topic) {
    return covers(topic, false);
  }

  /**
   * Whether every topic that the other filter matches is one of this filter's: {@code a/#} covers
   * {@code a/+/b}, {@code a/+} does not cover {@code a/#}.
   */
  public boolean covers(TopicFilter other) {
    return covers(other.text, true);
  }

  /**
   * Goes along both level by level, without a copy of any.
   *
   * @param wild whether {@code #} in the other stands for many levels
   */
  private boolean covers(String other, boolean wild) {
    // MQTT 5, 4.7.2: a wildcard in the first place does not match a topic that begins with $.
    if (other.startsWith("$") && isWildcard(text.charAt(0))) {
      return false;
    }
    int mine = 0;
    int theirs = 0;
    while (true) {
      int myEnd = end(text, mine);
      int theirEnd = end(other, theirs);
      char first = mine < text.length() ? text.charAt(mine) : '/';
      if (first == '#') {
        return true;
      }
      if (wild && theirs < other.length() && other.charAt(theirs) == '#') {
        return false;
      }
      if (first != '+' && !sameLevel(mine, myEnd, other, theirs, theirEnd)) {
        return false;
      }
      if (theirEnd == other.length()) {
        // MQTT 5, 4.7.1.2: a/# matches a as well.
        return myEnd == text.length() || text.startsWith("/#", myEnd);
      }
      if (myEnd == text.length()) {
        return false;
      }
      mine = myEnd + 1;
      theirs = theirEnd + 1;
    }
  }

  private boolean sameLevel(int mine, int myEnd, String other, int theirs, int theirEnd) {
    return myEnd - mine == theirEnd - theirs
        && text.regionMatches(mine, other, theirs, myEnd - mine);
  }

  private static boolean isWildcard(char c) {
    return c == '+' || c == '#';
  }

  private static int end(String text, int from) {
    int slash = text.indexOf('/', from);
    return slash < 0 ? text.length() : slash;
  }

  @Override
  public String toString() {
    return text;
  }
}
