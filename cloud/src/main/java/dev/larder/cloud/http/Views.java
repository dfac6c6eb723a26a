package dev.larder.cloud.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.larder.cloud.deploy.DeployCommand;
import dev.larder.cloud.fleet.Layers;
import dev.larder.cloud.fleet.NodeStanding;
import dev.larder.cloud.fleet.Nodes;
import dev.larder.cloud.fleet.Resources;
import dev.larder.cloud.release.Release;
import dev.larder.cloud.state.NodeState;
import dev.larder.cloud.store.TrafficTable.Span;
import dev.larder.cloud.store.TrafficTable.TrafficRow;
import dev.larder.cloud.store.TwinTable.Twin;
import dev.larder.common.id.Name;
import dev.larder.common.json.Json;
import java.time.Instant;
import java.util.List;
import java.util.TreeMap;

/** The fleet in the API's words. */
final class Views {
  private Views() {}

  static ObjectNode resource(Resources.Overview overview) {
    var resource = overview.resource();
    var view =
        Json.object()
            .put("name", resource.name().value())
            .put("customerId", resource.id().toString())
            .put("createdAt", resource.createdAt().toString());
    var counts = view.putObject("nodes");
    counts.put("total", overview.nodes().values().stream().mapToInt(Integer::intValue).sum());
    for (var state : NodeState.values()) {
      counts.put(state.id(), overview.nodes().getOrDefault(state, 0));
    }
    return view;
  }

  static ObjectNode node(NodeStanding standing) {
    var node = standing.node();
    var view =
        Json.object()
            .put("name", node.name().value())
            .put("cacheNodeId", node.id().toString())
            .put("createdAt", node.createdAt().toString())
            .put("state", standing.health().state().id())
            .put("stateText", standing.health().state().text())
            .put("stateDetail", standing.health().detail())
            .put("release", node.release().toString())
            .put("hubConnected", standing.hubConnected());
    view.set("tags", Json.mapper().valueToTree(new TreeMap<>(node.tags())));
    standing
        .last()
        .ifPresent(last ->
            view.put("softwareVersion", last.report().version())
                .put("lastReportAt", last.at().toString()));
    return view;
  }

  static ObjectNode node(Name resource, Nodes.Detail detail, Instant now) {
    var standing = detail.standing();
    var node = standing.node();
    var view =
        node(standing)
            .put("resource", resource.value())
            .put("customerId", node.customerId().toString())
            .put("manifestVersion", detail.manifestVersion());
    node.enrolledAt().ifPresent(at -> view.put("enrolledAt", at.toString()));
    standing.last().ifPresent(last -> view.set("report", Json.mapper().valueToTree(last.report())));
    detail.cache().ifPresent(cache -> view.set("cache", cache));
    view.set("update", update(detail, now));
    detail.events().ifPresent(events -> view.set("events", Json.mapper().valueToTree(events)));
    var messages = view.putArray("messages");
    detail
        .messages()
        .forEach(count ->
            messages
                .addObject()
                .put("module", count.module())
                .put("output", count.output())
                .put("count", count.messages())
                .put("lastAt", count.lastAt().toString()));
    return view;
  }

  private static ObjectNode update(Nodes.Detail detail, Instant now) {
    var node = detail.standing().node();
    var schedule = node.configuration().update();
    var view =
        Json.object()
            .put("current", node.release().toString())
            .put("currentSince", node.releaseSince().toString());
    schedule
        .window()
        .map(window -> window.isOpen(now) ? now : window.nextOpening(now))
        .ifPresent(opens -> view.put("nextWindow", opens.toString()));
    for (var check : List.of("lastCheck", "nextCheck")) {
      detail
          .cache()
          .map(cache -> cache.path("updates").path(check))
          .filter(at -> at.isTextual())
          .ifPresent(at -> view.put(check, at.textValue()));
    }
    var offers = view.putArray("offers");
    detail
        .offers()
        .forEach(offer ->
            offers
                .addObject()
                .put("version", offer.version().toString())
                .put("from", offer.from(schedule.ring()).toString()));
    return view;
  }

  static ObjectNode twin(Twin twin) {
    var view =
        Json.object()
            .put("name", twin.name())
            .put("desiredVersion", twin.desiredVersion())
            .put("reportedVersion", twin.reportedVersion());
    twin.desired().ifPresent(desired -> view.set("desired", desired));
    twin.reported().ifPresent(reported -> view.set("reported", reported));
    return view;
  }

  static ObjectNode deployment(DeployCommand command, String bundleUrl) {
    return Json.object()
        .put("customerId", command.customerId().toString())
        .put("cacheNodeId", command.cacheNodeId().toString())
        .put("customerKey", command.customerKey())
        .put("registrationKey", command.registrationKey())
        .put("command", command.text())
        .put("cloudUrl", command.cloudUrl())
        .put("bundleUrl", bundleUrl);
  }

  static ObjectNode layer(Layers.Overview overview) {
    var layer = overview.layer();
    var view =
        Json.object()
            .put("name", layer.name().value())
            .put("targetCondition", layer.targetCondition())
            .put("priority", layer.priority())
            .put("updatedAt", layer.updatedAt().toString());
    view.set("content", layer.content());
    var nodes = view.putArray("nodes");
    overview.nodes().forEach(name -> nodes.add(name.value()));
    return view;
  }

  static ObjectNode release(Release release) {
    var view =
        Json.object()
            .put("version", release.version().toString())
            .put("fastFrom", release.fastFrom().toString())
            .put("slowFrom", release.slowFrom().toString())
            .put("createdAt", release.createdAt().toString());
    view.set("images", Json.mapper().valueToTree(release.images()));
    return view;
  }

  static ObjectNode traffic(Span span, String step, List<TrafficRow> rows) {
    var view =
        Json.object()
            .put("from", span.from().toString())
            .put("to", span.to().toString())
            .put("step", step);
    var list = view.putArray("rows");
    for (var row : rows) {
      ObjectNode counts = Json.mapper().valueToTree(row.counts());
      list.addObject()
          .put("at", row.at().toString())
          .put("contentType", row.contentType())
          .setAll(counts);
    }
    return view;
  }
}
