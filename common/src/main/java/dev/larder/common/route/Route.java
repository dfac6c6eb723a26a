package dev.larder.common.route;

import dev.larder.common.id.ModuleId;
import dev.larder.common.problem.Checked;

/**
 * A rule of the hub in IoT Edge's language: {@code FROM <source> [WHERE <condition>] INTO <sink>}.
 */
public record Route(Source source, Condition condition, Sink sink) {
  /** Where a route puts messages. */
  public sealed interface Sink {}

  /** The cloud: {@code $upstream}. */
  public record Upstream() implements Sink {
    @Override
    public String toString() {
      return "$upstream";
    }
  }

  /** A module's input: {@code BrokeredEndpoint("/modules/<module>/inputs/<input>")}. */
  public record Input(ModuleId module, String input) implements Sink {
    @Override
    public String toString() {
      return "BrokeredEndpoint(\"/modules/" + module + "/inputs/" + input + "\")";
    }
  }

  /** Longer texts are refused. */
  public static final int LONGEST = 8192;

  /**
   * Reads a route. Each problem tells the column, from 1, what was found and the mend.
   *
   * @param path the route's own, which the problems bear
   */
  public static Checked<Route> parse(String text, String path) {
    return RouteReader.read(text, path);
  }

  public boolean takes(RoutedMessage message) {
    return source.takes(message) && condition.holds(message);
  }

  /** The route in full; read again it is the same. */
  @Override
  public String toString() {
    return "FROM " + source + (condition.isAlways() ? "" : " WHERE " + condition) + " INTO " + sink;
  }
}
