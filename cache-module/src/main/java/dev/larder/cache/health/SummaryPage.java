package dev.larder.cache.health;

import dev.larder.cache.origin.OriginStates;
import dev.larder.common.settings.CacheReported.UpdateReport;
import dev.larder.common.traffic.TrafficMessage.Counts;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The summary as a page that needs nothing else: no script, no other file. */
final class SummaryPage {
  private static final double STEP = 1_000;
  private static final int BITS = 8;
  private static final int PERCENT = 100;
  private static final List<String> UNITS = List.of("B", "kB", "MB", "GB", "TB", "PB");

  private static final String HEAD =
      """
      <!doctype html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width">
      <meta http-equiv="refresh" content="10">
      <title>Larder cache</title>
      <style>
      :root { color-scheme: light dark }
      body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem }
      h1 { font-size: 1.4rem; margin: 0 } h2 { font-size: 1.05rem; margin: 1.6rem 0 .3rem }
      table { border-collapse: collapse; width: 100% }
      th, td { padding: .25rem .8rem .25rem 0; text-align: left; vertical-align: top; border-bottom: 1px solid #8884 }
      th { font-weight: 600 } .n { text-align: right; font-variant-numeric: tabular-nums }
      .bad { color: #c0392b; font-weight: 600 } footer { margin-top: 2rem; opacity: .7 }
      </style>
      </head>
      <body>
      """;

  private final StringBuilder page = new StringBuilder(HEAD);

  private SummaryPage() {}

  static String of(Summary summary) {
    return new SummaryPage().write(summary);
  }

  private String write(Summary summary) {
    head(summary);
    numbers(summary);
    drives(summary.drives());
    types(summary);
    origins(summary.origins());
    summary.updates().ifPresent(this::updates);
    page.append("<footer><a href=\"/summary.json\">JSON</a> · <a href=\"/metrics\">metrics</a>");
    page.append("</footer>\n</body>\n</html>\n");
    return page.toString();
  }

  private void head(Summary summary) {
    boolean serves = summary.status().equals(Health.healthy(List.of()).status());
    page.append("<h1>Larder cache</h1>\n<p>Node ").append(safe(summary.cacheNodeId()));
    page.append(", version ").append(safe(summary.version())).append("</p>\n<p>");
    page.append(serves ? "" : "<span class=\"bad\">").append(safe(summary.status()));
    page.append(serves ? "" : "</span>").append(", up ");
    page.append(time(Duration.ofSeconds(summary.uptimeSeconds())));
    page.append(summary.hubConnected() ? ", hub connected</p>\n" : ", hub away</p>\n");
    for (var detail : summary.details()) {
      page.append("<p class=\"bad\">").append(safe(detail)).append("</p>\n");
    }
  }

  private void numbers(Summary summary) {
    var minute = summary.lastMinute();
    table("Traffic", "", "");
    row("Hit ratio by bytes", percent(summary.hitRatioBytes()));
    row("Hit ratio by requests", percent(summary.hitRatioRequests()));
    row("Sent to clients", bytes(summary.egressBytes()));
    row("Fetched from origins", bytes(summary.originBytes()));
    row("Out, last minute", bits(minute.outBytes()));
    row("In, last minute", bits(minute.inBytes()));
    row("Requests a second, last minute", String.format(Locale.ROOT, "%.1f", minute.requests()));
    row("Open client connections", Integer.toString(summary.connections()));
    row("Fetches under way", Integer.toString(summary.fetches()));
    row("Objects", Integer.toString(summary.objects()));
    page.append("</table>\n");
  }

  private void drives(List<Summary.Drive> drives) {
    table("Drives", "Folder", "Used", "Size", "State");
    for (var drive : drives) {
      var state =
          drive.problem().isEmpty()
              ? safe(drive.state())
              : "<span class=\"bad\">" + safe(drive.state() + ": " + drive.problem()) + "</span>";
      row(safe(drive.hostPath()), bytes(drive.usedBytes()), bytes(drive.sizeBytes()), state);
    }
    page.append("</table>\n");
  }

  private void types(Summary summary) {
    table("Content types", "Type", "Requests", "From the cache", "Fetched for it", "Hit ratio");
    summary
        .byContentType()
        .forEach((type, counts) ->
            row(
                safe(type),
                Long.toString(counts.requests()),
                bytes(counts.hitBytes()),
                bytes(counts.missBytes()),
                percent(ratio(counts))));
    page.append("</table>\n");
  }

  private static double ratio(Counts counts) {
    long all = counts.hitBytes() + counts.missBytes();
    return all == 0 ? 0 : (double) counts.hitBytes() / all;
  }

  private void origins(List<OriginStates.State> origins) {
    table("Origins", "Host", "State", "Requests", "Failures", "Last problem");
    for (var origin : origins) {
      row(
          safe(origin.origin()),
          safe(origin.state()),
          Long.toString(origin.requests()),
          Long.toString(origin.failures()),
          safe(origin.lastProblem()) + origin.lastFailure().map(at -> ", " + at(at)).orElse(""));
    }
    page.append("</table>\n");
  }

  private void updates(UpdateReport updates) {
    table("Updates schedule", "", "");
    row("Last check", when(updates.lastCheck()));
    row("Next check", when(updates.nextCheck()));
    row("Checks every", time(Duration.ofSeconds(updates.frequencySeconds())));
    updates.accepted().ifPresent(version -> row("Moving to", safe(version.toString())));
    updates
        .waiting()
        .ifPresent(waiting ->
            row("Waiting for its window", waiting.version() + ", opens " + at(waiting.until())));
    page.append("</table>\n");
  }

  private void table(String title, String... heads) {
    page.append("<h2>").append(title).append("</h2>\n<table>\n");
    if (!heads[0].isEmpty()) {
      page.append("<tr>");
      for (var head : heads) {
        page.append("<th>").append(head).append("</th>");
      }
      page.append("</tr>\n");
    }
  }

  private void row(String... cells) {
    page.append("<tr>");
    for (var cell : cells) {
      page.append("<td>").append(cell).append("</td>");
    }
    page.append("</tr>\n");
  }

  private static String when(Optional<Instant> at) {
    return at.map(SummaryPage::at).orElse("not yet");
  }

  private static String at(Instant at) {
    return at.toString();
  }

  private static String percent(double ratio) {
    return String.format(Locale.ROOT, "%.1f %%", ratio * PERCENT);
  }

  private static String bits(double bytesPerSecond) {
    return String.format(Locale.ROOT, "%.2f Mbit/s", bytesPerSecond * BITS / STEP / STEP);
  }

  static String bytes(long count) {
    double value = count;
    int unit = 0;
    while (value >= STEP && unit < UNITS.size() - 1) {
      value /= STEP;
      unit++;
    }
    return unit == 0 ? count + " B" : String.format(Locale.ROOT, "%.1f %s", value, UNITS.get(unit));
  }

  private static String time(Duration duration) {
    return duration.toDays() > 0
        ? duration.toDays() + " d " + duration.toHoursPart() + " h"
        : duration.toHours() > 0
            ? duration.toHours() + " h " + duration.toMinutesPart() + " min"
            : duration.toMinutesPart() + " min " + duration.toSecondsPart() + " s";
  }

  static String safe(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
