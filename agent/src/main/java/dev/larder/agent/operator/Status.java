package dev.larder.agent.operator;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.larder.agent.journal.LastReport;
import dev.larder.agent.journal.ReportJournal;
import dev.larder.agent.proxy.HttpProxy;
import dev.larder.common.json.Json;
import dev.larder.common.manifest.NodeManifest;
import dev.larder.common.report.NodeReport.ModuleReport;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a node follows and last said of itself, from its folder alone: it needs neither the engine
 * nor the cloud.
 *
 * @param manifestAt when the manifest came; empty without one
 * @param unreadable why the manifest on disk cannot be read; empty when it can
 */
record Status(
    NodeAtHand node,
    Optional<NodeManifest> manifest,
    Optional<Instant> manifestAt,
    Optional<String> unreadable,
    Optional<LastReport> last) {
  private static final int APPLIED = 200;
  private static final int BEING_APPLIED = 202;

  static Status of(NodeAtHand node) throws IOException {
    Optional<NodeManifest> manifest = Optional.empty();
    Optional<String> unreadable = Optional.empty();
    try {
      manifest = node.manifest();
    } catch (IOException e) {
      unreadable = Optional.of(e.toString());
    }
    return new Status(
        node, manifest, node.manifestAt(), unreadable, ReportJournal.read(node.files()));
  }

  /** What is not as it should be, a line each. */
  List<String> problems() {
    var problems = new ArrayList<String>();
    unreadable.ifPresent(why ->
        problems.add(
            "the manifest on disk cannot be read: " + why + "; run the deploy command again"));
    if (manifest.isEmpty() && unreadable.isEmpty()) {
      problems.add(
          manifestAt.isPresent()
              ? "the manifest on disk is not by the cloud's key; the node waits for another"
              : "no manifest has come from the cloud yet");
    }
    if (last.isEmpty()) {
      problems.add("the agent has not reported yet: see logs edgeAgent");
    }
    last.ifPresent(l -> reported(l, problems));
    return problems;
  }

  private static void reported(LastReport last, List<String> problems) {
    if (!last.problem().isEmpty()) {
      problems.add("the cloud did not take the last report: " + last.problem());
    }
    var status = last.report().lastDesiredStatus();
    if (status.code() != APPLIED && status.code() != BEING_APPLIED) {
      problems.add(
          "manifest "
              + last.report().lastDesiredVersion()
              + ": "
              + status.code()
              + " "
              + status.description());
    }
    var modules = new TreeMap<String, ModuleReport>(last.report().systemModules());
    modules.putAll(last.report().modules());
    for (Map.Entry<String, ModuleReport> module : modules.entrySet()) {
      var report = module.getValue();
      if (!report.statusDescription().isEmpty()) {
        problems.add(
            module.getKey() + ": " + report.runtimeStatus() + ", " + report.statusDescription());
      }
    }
  }

  String text() {
    var config = node.config();
    var text = new StringBuilder();
    line(text, "node", config.nodeName() + " " + config.cacheNodeId());
    line(text, "instance", config.instance() + " in " + config.dataDir());
    line(text, "cloud", config.cloudUrl() + proxy());
    line(text, "hub's cloud", config.mqtt().host() + ":" + config.mqtt().port());
    line(
        text,
        "manifest",
        manifest
            .map(m ->
                "version "
                    + m.version()
                    + " in force, "
                    + m.desired().inStartOrder().size()
                    + " modules, came "
                    + manifestAt.map(Instant::toString).orElse("-"))
            .orElse("none in force"));
    line(text, "agent", last.map(l -> l.report().version()).orElse("-"));
    line(text, "last report", last.map(l -> l.triedAt() + "").orElse("-"));
    line(text, "taken", last.flatMap(LastReport::takenAt).map(Instant::toString).orElse("never"));
    var problems = problems();
    line(text, "problems", problems.isEmpty() ? "none" : String.valueOf(problems.size()));
    problems.forEach(problem -> text.append("  - ").append(problem).append('\n'));
    return text.toString();
  }

  private String proxy() {
    return HttpProxy.by(node.proxy());
  }

  private static void line(StringBuilder text, String name, String value) {
    text.append("%-13s %s%n".formatted(name, value));
  }

  /** {@code {node, name, instance, cloud, proxy, manifest, lastReport, problems}}. */
  ObjectNode json() {
    var config = node.config();
    var document =
        Json.object()
            .put("node", config.cacheNodeId().toString())
            .put("name", config.nodeName())
            .put("instance", config.instance())
            .put("cloud", config.cloudUrl() + proxy());
    manifest.ifPresent(m ->
        document
            .putObject("manifest")
            .put("version", m.version())
            .put("cameAt", manifestAt.map(Instant::toString).orElse("")));
    last.ifPresent(l -> document.set("lastReport", Json.mapper().valueToTree(l)));
    var array = document.putArray("problems");
    problems().forEach(array::add);
    return document;
  }
}
