package dev.larder.agent.methods;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.larder.common.json.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.zip.GZIPOutputStream;

/**
 * The answer to a request for logs, a log at a time, within what a direct method may answer: what
 * is too long loses its oldest lines, and says so. IoT Edge answers with a complaint instead.
 */
public final class LogAnswer {
  /** Bytes of JSON. A direct method's answer may have 128 KiB. */
  public static final int LIMIT_BYTES = 120_000;

  private static final int ITEM_BYTES = 200;

  private final Asked.GetModuleLogs asked;
  private final Origin origin;
  private final Search search;
  private final ArrayNode array = Json.mapper().createArrayNode();
  private int leftBytes = LIMIT_BYTES;
  private int leftLogs;

  /** Where a line comes from, as IoT Edge's lines name it. */
  public record Origin(String cloud, String node) {}

  /**
   * No log is in it yet.
   *
   * @param search the request's
   * @param logs how many there will be; they share what the answer may have
   */
  public LogAnswer(Asked.GetModuleLogs asked, Origin origin, Search search, int logs) {
    this.asked = asked;
    this.origin = origin;
    this.search = search;
    this.leftLogs = logs;
  }

  /**
   * Adds the log of a module.
   *
   * @param labelled its lines, each with its stream and time before it, and no secret in it
   * @param isCut whether older lines are missing
   */
  public void add(String module, LogItem item, String labelled, boolean isCut)
      throws TooHardException {
    var lines = lines(item, labelled);
    int share = leftBytes / Math.max(1, leftLogs) - ITEM_BYTES;
    int kept = lines.size();
    var entry = entry(module, lines);
    for (int size = size(entry); size > share && kept > 0; size = size(entry)) {
      // By bytes, not by lines: a few steps and it fits.
      kept = (int) Math.min(kept - 1, (long) kept * share / size);
      entry = entry(module, lines.subList(lines.size() - kept, lines.size()));
    }
    if (kept < lines.size() || isCut) {
      entry.put("truncated", true);
    }
    leftBytes -= size(entry);
    leftLogs--;
    array.add(entry);
  }

  public Reply reply() {
    return Reply.done(array);
  }

  private List<LogLine> lines(LogItem item, String labelled) throws TooHardException {
    var filter = item.filter();
    var lines = new ArrayList<LogLine>();
    for (var raw : labelled.lines().toList()) {
      var line = LogLine.read(raw);
      if (filter.level().map(level -> level == line.level()).orElse(true)
          && (filter.regex().isEmpty() || search.finds(filter.regex().get(), line.text()))) {
        lines.add(line);
      }
    }
    return lines;
  }

  private ObjectNode entry(String module, List<LogLine> lines) {
    var text = asked.json() ? json(module, lines) : text(lines);
    var entry = Json.object().put("id", module);
    return asked.gzip() ? entry.put("payloadBytes", gzip(text)) : entry.put("payload", text);
  }

  private String json(String module, List<LogLine> lines) {
    var objects = Json.mapper().createArrayNode();
    lines.forEach(line -> objects.add(line.json(origin, module)));
    return objects.toString();
  }

  private static String text(List<LogLine> lines) {
    var text = new StringBuilder();
    lines.forEach(line -> text.append(line.whole()).append('\n'));
    return text.toString();
  }

  private static String gzip(String text) {
    var bytes = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(bytes)) {
      gzip.write(text.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException("Memory refuses bytes", e);
    }
    return Base64.getEncoder().encodeToString(bytes.toByteArray());
  }

  private static int size(ObjectNode entry) {
    return Json.writeBytes(entry).length;
  }
}
