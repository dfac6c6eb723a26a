package dev.larder.common.route;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The functions of the language: IoT Edge's. */
enum Builtin {
  ABS(Kind.NUMBER, 1, Kind.NUMBER),
  AS_NUMBER(Kind.NUMBER, 1, Kind.TEXT),
  CEILING(Kind.NUMBER, 1, Kind.NUMBER),
  CONCAT(Kind.TEXT, 2, Kind.TEXT),
  CONTAINS(Kind.TRUTH, 2, Kind.TEXT, Kind.TEXT),
  ENDS_WITH(Kind.TRUTH, 2, Kind.TEXT, Kind.TEXT),
  EXP(Kind.NUMBER, 1, Kind.NUMBER),
  FLOOR(Kind.NUMBER, 1, Kind.NUMBER),
  INDEX_OF(Kind.NUMBER, 2, Kind.TEXT, Kind.TEXT),
  IS_BOOL(Kind.TRUTH, 1, Kind.ANY),
  IS_DEFINED(Kind.TRUTH, 1, Kind.ANY),
  IS_NULL(Kind.TRUTH, 1, Kind.ANY),
  IS_NUMBER(Kind.TRUTH, 1, Kind.ANY),
  IS_STRING(Kind.TRUTH, 1, Kind.ANY),
  LENGTH(Kind.NUMBER, 1, Kind.TEXT),
  LOWER(Kind.TEXT, 1, Kind.TEXT),
  POWER(Kind.NUMBER, 2, Kind.NUMBER, Kind.NUMBER),
  SIGN(Kind.NUMBER, 1, Kind.NUMBER),
  SQRT(Kind.NUMBER, 1, Kind.NUMBER),
  SQUARE(Kind.NUMBER, 1, Kind.NUMBER),
  STARTS_WITH(Kind.TRUTH, 2, Kind.TEXT, Kind.TEXT),
  SUBSTRING(Kind.TEXT, 2, Kind.TEXT, Kind.NUMBER, Kind.NUMBER),
  TWIN_CHANGE_INCLUDES(Kind.TRUTH, 1, Kind.ANY),
  UPPER(Kind.TEXT, 1, Kind.TEXT);

  private static final Map<String, Builtin> BY_NAME = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);

  static {
    for (var builtin : values()) {
      BY_NAME.put(builtin.toString(), builtin);
    }
  }

  private final Kind result;
  private final int least;
  private final int most;
  private final Kind first;
  private final Kind second;
  private final Kind third;

  Builtin(Kind result, int least, Kind... parameters) {
    this.result = result;
    this.least = least;
    most = parameters.length;
    first = parameters[0];
    second = parameters[Math.min(1, most - 1)];
    third = parameters[most - 1];
  }

  static Optional<Builtin> named(String name) {
    return Optional.ofNullable(BY_NAME.get(name));
  }

  Kind result() {
    return result;
  }

  /** Whether that many arguments may be given; {@code concat} takes any number from two on. */
  boolean takes(int arguments) {
    return arguments >= least && (this == CONCAT || arguments <= most);
  }

  /** How many arguments it takes, in words. */
  String arity() {
    if (this == CONCAT) {
      return "two arguments or more";
    }
    var least = this.least == 1 ? "one argument" : "two arguments";
    return this.least == most ? least : least + " or " + most;
  }

  /** What an argument has to be, by its place from 0. */
  Kind parameter(int place) {
    return place == 0 ? first : place == 1 ? second : third;
  }

  boolean takes(int place, Kind given) {
    var wanted = parameter(place);
    return wanted == Kind.ANY
        || given == Kind.ANY
        || given == wanted
        || (this == AS_NUMBER && given == Kind.NUMBER);
  }

  /** The function whose name is nearest to a wrong one; empty when none is near. */
  static Optional<Builtin> near(String name) {
    var lower = name.toLowerCase(Locale.ROOT);
    return Arrays.stream(values())
        .filter(b -> begins(lower, b.toString()) <= Math.max(1, b.toString().length() / 3))
        .min(Comparator.comparingInt(b -> distance(lower, b.toString())));
  }

  /** The distance to what a name begins with, so that {@code upercase} is near {@code upper}. */
  private static int begins(String name, String other) {
    int least = other.length();
    for (int end = 1; end <= Math.min(name.length(), other.length() + 2); end++) {
      least = Math.min(least, distance(name.substring(0, end), other));
    }
    return least;
  }

  /** Levenshtein's: how many characters have to be added, removed or changed. */
  private static int distance(String name, String other) {
    var row = new int[other.length() + 1];
    Arrays.setAll(row, i -> i);
    for (int i = 1; i <= name.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= other.length(); j++) {
        int above = row[j];
        int change = diagonal + (name.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(change, Math.min(above, row[j - 1]) + 1);
        diagonal = above;
      }
    }
    return row[other.length()];
  }

  /** Its name as it is written in a condition. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
