package dev.larder.agent.events;

import dev.larder.common.report.NodeReport;
import dev.larder.common.report.NodeReport.ModuleReport;
import dev.larder.common.report.NodeReport.Platform;
import dev.larder.common.report.NodeReport.Status;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Reports of modules, each written as its state and the number of its start. */
final class TestReports {
  private TestReports() {}

  /** With modules as {@code running 3}: in its third start; {@code pulling}: in none. */
  static NodeReport report(long version, int code, Map<String, String> modules, Instant at) {
    var read = new HashMap<String, ModuleReport>();
    modules.forEach((id, text) -> read.put(id, module(text)));
    return new NodeReport(
        "1.1",
        "test",
        version,
        new Status(code, "why"),
        new Platform("linux", "amd64", "20.10"),
        Map.of("edgeAgent", module("running")),
        read,
        at,
        Optional.empty(),
        Optional.empty());
  }

  private static ModuleReport module(String text) {
    var words = text.split(" ", 2);
    return new ModuleReport(
        "image",
        "id",
        "running",
        words[0],
        "",
        Optional.empty(),
        0,
        0,
        words.length > 1
            ? Optional.of(Instant.ofEpochSecond(Long.parseLong(words[1])))
            : Optional.empty(),
        Optional.empty(),
        "always",
        "1");
  }
}
