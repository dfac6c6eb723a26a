package dev.larder.common.manifest;

import dev.larder.common.id.ModuleId;
import dev.larder.common.problem.Checked;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A rule of the hub in the simple form: {@code FROM <source> INTO <sink>}. Sources are {@code /*},
 * {@code /messages/*}, {@code /messages/modules/*}, {@code /messages/modules/<m>/*}, {@code
 * /messages/modules/<m>/outputs/*} and {@code /messages/modules/<m>/outputs/<o>}; sinks {@code
 * $upstream} and {@code BrokeredEndpoint("/modules/<m>/inputs/<i>")}.
 *
 * @param module the sender it takes messages of; empty for any
 * @param output the output it takes messages of; empty for any
 */
public record Route(Optional<ModuleId> module, Optional<String> output, Sink sink) {
  /** Where a route puts messages. */
  public sealed interface Sink {}

  /** The cloud. */
  public record Upstream() implements Sink {}

  /** An input of a module on the node. */
  public record Input(ModuleId module, String input) implements Sink {}

  private static final Pattern FORM =
      Pattern.compile("\\s*FROM\\s+(\\S+)\\s+INTO\\s+(.+?)\\s*", Pattern.CASE_INSENSITIVE);
  private static final Pattern FROM_MODULE =
      Pattern.compile("/messages/modules/([^/*]+)(?:/outputs/([^/*]+|\\*)|/\\*)?/?");
  private static final Pattern FROM_ANY =
      Pattern.compile("/\\*|/messages/\\*|/messages/modules/\\*");
  private static final Pattern BROKERED =
      Pattern.compile("BrokeredEndpoint\\(\\s*\"/?modules/([^/\"]+)/inputs/([^/\"]+)\"\\s*\\)");

  private static final String FORM_MEND =
      "write FROM /messages/modules/<module>/outputs/* INTO $upstream";

  /** Reads a route; the problem's path is the route's own, given by the caller. */
  public static Checked<Route> parse(String text, String path) {
    var form = FORM.matcher(text);
    if (!form.matches()) {
      return Checked.invalid(path, "is no route: " + text, FORM_MEND);
    }
    var source = form.group(1);
    var from = FROM_MODULE.matcher(source);
    var any = FROM_ANY.matcher(source).matches();
    if (!any && !from.matches()) {
      return Checked.invalid(path, "has no known source: " + source, FORM_MEND);
    }
    try {
      Optional<ModuleId> module = any ? Optional.empty() : Optional.of(ModuleId.of(from.group(1)));
      Optional<String> output =
          any ? Optional.empty() : Optional.ofNullable(from.group(2)).filter(o -> !o.equals("*"));
      return sink(form.group(2), path).map(sink -> new Route(module, output, sink));
    } catch (IllegalArgumentException e) {
      return Checked.invalid(path, String.valueOf(e.getMessage()), FORM_MEND);
    }
  }

  private static Checked<Sink> sink(String text, String path) {
    if (text.equals("$upstream")) {
      return Checked.valid(new Upstream());
    }
    var brokered = BROKERED.matcher(text);
    if (brokered.matches()) {
      return Checked.valid(new Input(ModuleId.of(brokered.group(1)), brokered.group(2)));
    }
    return Checked.invalid(
        path,
        "has no known sink: " + text,
        "write INTO $upstream or INTO BrokeredEndpoint(\"/modules/<module>/inputs/<input>\")");
  }

  /**
   * Whether this route takes a message that a module sent on an output; an empty output is the
   * unnamed one.
   */
  public boolean takes(ModuleId sender, String senderOutput) {
    return module.map(sender::equals).orElse(true) && output.map(senderOutput::equals).orElse(true);
  }
}
