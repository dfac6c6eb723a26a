package dev.larder.hub.session;

import dev.larder.common.topic.TopicFilter;
import java.util.List;
import java.util.Optional;

/**
 * One subscription of one session (MQTT 5, 3.8.3.1 and 4.8.2).
 *
 * @param filter as it was asked for, {@code $share/…} included
 * @param topics the filter that topics are matched against
 * @param identifier 0 for none
 */
record Subscription(
    String filter,
    TopicFilter topics,
    int qos,
    boolean noLocal,
    boolean retainAsPublished,
    int identifier) {
  private static final String SHARE = "$share/";

  /** Of a filter; more of them than the deepest topics have, and few enough to be walked down. */
  private static final int LEVELS_MAXIMUM = 200;

  /** The name of the shared group; empty where the subscription is the session's own. */
  Optional<String> group() {
    if (!filter.startsWith(SHARE)) {
      return Optional.empty();
    }
    return Optional.of(filter.substring(SHARE.length(), filter.indexOf('/', SHARE.length())));
  }

  static Subscription of(
      String filter, int qos, boolean noLocal, boolean retainAsPublished, int identifier) {
    return new Subscription(
        filter, new TopicFilter(topics(filter)), qos, noLocal, retainAsPublished, identifier);
  }

  static String topics(String filter) {
    return filter.startsWith(SHARE)
        ? filter.substring(filter.indexOf('/', SHARE.length()) + 1)
        : filter;
  }

  /**
   * Whether a filter is well formed: a share's name has one character at least and no wildcard, and
   * a filter follows it (MQTT 5, 4.7.1 and 4.8.2). One that is longer than any topic here, or has
   * more than 200 levels, is none.
   */
  static boolean isValid(String filter) {
    if (filter.length() > Bounds.TOPIC_MAXIMUM_CHARACTERS
        || filter.chars().filter(c -> c == '/').count() >= LEVELS_MAXIMUM) {
      return false;
    }
    if (!filter.startsWith(SHARE)) {
      return TopicFilter.valid(filter);
    }
    int slash = filter.indexOf('/', SHARE.length());
    if (slash <= SHARE.length()) {
      return false;
    }
    var name = filter.substring(SHARE.length(), slash);
    return name.indexOf('+') < 0
        && name.indexOf('#') < 0
        && TopicFilter.valid(filter.substring(slash + 1));
  }

  Grant grant() {
    return new Grant(qos, retainAsPublished, identifier == 0 ? List.of() : List.of(identifier));
  }
}
