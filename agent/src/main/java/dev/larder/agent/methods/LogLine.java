package dev.larder.agent.methods;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.larder.common.json.Json;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A line of a container's log.
 *
 * @param whole as the module wrote it, without its end
 * @param at when the engine got it; empty when it did not say
 * @param level syslog's severity, 6 unless the module begins with another, {@code <4>}
 * @param text without the severity and the time that a module may begin with (IoT Edge's form, its
 *     LogMessageParser)
 */
record LogLine(String stream, Optional<Instant> at, String whole, int level, String text) {
  private static final int USUAL_LEVEL = 6;
  private static final Pattern LABEL =
      Pattern.compile("(stdout|stderr) (?:([0-9-]{10}T[0-9:.]{8,20}Z) ?)?(.*)", Pattern.DOTALL);
  private static final Pattern FORM =
      Pattern.compile(
          "(?:<([0-7])>)?\\s*+"
              + "(?:(\\d{4}-\\d\\d-\\d\\d\\s\\d\\d:\\d\\d:\\d\\d\\.\\d{3}\\s[+-]\\d\\d:\\d\\d)\\s)?"
              + "\\s*+(.*)",
          Pattern.DOTALL);
  private static final DateTimeFormatter OWN_TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSS XXX", Locale.ROOT);

  /**
   * Reads a line of a labelled log.
   *
   * @param labelled its stream and, unless the engine did not say, when it came stand before it
   */
  static LogLine read(String labelled) {
    var label = LABEL.matcher(labelled);
    var isLabelled = label.matches();
    var whole = isLabelled ? label.group(3) : labelled;
    var engines =
        isLabelled
            ? Optional.ofNullable(label.group(2)).flatMap(LogLine::instant)
            : Optional.<Instant>empty();
    var form = FORM.matcher(whole);
    if (!form.matches()) {
      return new LogLine("stdout", engines, whole, USUAL_LEVEL, whole);
    }
    return new LogLine(
        isLabelled ? label.group(1) : "stdout",
        Optional.ofNullable(form.group(2)).flatMap(LogLine::ownTime).or(() -> engines),
        whole,
        Optional.ofNullable(form.group(1)).map(Integer::valueOf).orElse(USUAL_LEVEL),
        form.group(3));
  }

  private static Optional<Instant> instant(String text) {
    try {
      return Optional.of(Instant.parse(text));
    } catch (DateTimeException _) {
      return Optional.empty();
    }
  }

  private static Optional<Instant> ownTime(String text) {
    try {
      return Optional.of(OffsetDateTime.parse(text.replaceAll("\\s", " "), OWN_TIME).toInstant());
    } catch (DateTimeException _) {
      return Optional.empty();
    }
  }

  /** IoT Edge's form of a line. */
  ObjectNode json(LogAnswer.Origin origin, String module) {
    var object =
        Json.object()
            .put("iothub", origin.cloud())
            .put("device", origin.node())
            .put("id", module)
            .put("stream", stream)
            .put("loglevel", level)
            .put("text", text);
    at.ifPresent(time -> object.put("timestamp", time.toString()));
    return object;
  }
}
