package dev.larder.hub.session;

/** A topic filter's form and what it matches: MQTT 5, section 4.7. */
public record TopicFilter(String text) {
  public TopicFilter {
    if (!valid(text)) {
      throw new IllegalArgumentException("Not a topic filter: " + text);
    }
  }

  public static boolean valid(String text) {
    if (text.isEmpty() || text.indexOf('\0') >= 0) {
      return false;
    }
    var levels = text.split("/", -1);
    for (int i = 0; i < levels.length; i++) {
      var level = levels[i];
      boolean last = i == levels.length - 1;
      if (level.contains("#") && !(level.equals("#") && last)) {
        return false;
      }
      if (level.contains("+") && !level.equals("+")) {
        return false;
      }
    }
    return true;
  }

  public boolean matches(String topic) {
    if (topic.startsWith("$") && !text.startsWith("$")) {
      return false;
    }
    var filters = text.split("/", -1);
    var levels = topic.split("/", -1);
    for (int i = 0; i < filters.length; i++) {
      if (filters[i].equals("#")) {
        return true;
      }
      if (i >= levels.length || !(filters[i].equals("+") || filters[i].equals(levels[i]))) {
        return false;
      }
    }
    return filters.length == levels.length;
  }
}
