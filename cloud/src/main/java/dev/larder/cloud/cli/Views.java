package dev.larder.cloud.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.larder.cloud.cli.TextTable.Fact;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;

/** The API's answers as tables. */
final class Views {
  private static final String ABSENT = "-";

  private Views() {}

  static String resources(JsonNode answer) {
    var table = new TextTable("NAME", "NODES", "HEALTHY", "UNHEALTHY", "CUSTOMER ID");
    for (var resource : answer.path("resources")) {
      var nodes = resource.path("nodes");
      table.row(
          text(resource, "name"),
          text(nodes, "total"),
          text(nodes, "healthy"),
          text(nodes, "unhealthy"),
          text(resource, "customerId"));
    }
    return table.render();
  }

  static String resource(JsonNode resource) {
    var nodes = resource.path("nodes");
    return TextTable.facts(
        List.of(
            fact("Name", resource, "name"),
            fact("Customer ID", resource, "customerId"),
            fact("Created", resource, "createdAt"),
            fact("Cache nodes", nodes, "total"),
            fact("  Healthy", nodes, "healthy"),
            fact("  Unhealthy", nodes, "unhealthy"),
            fact("  Never phoned home", nodes, "neverPhonedHome"),
            fact("  Not configured", nodes, "notConfigured")));
  }

  static String nodes(JsonNode answer) {
    var table = new TextTable("NAME", "STATUS", "SOFTWARE VERSION", "CACHE NODE ID", "LAST REPORT");
    for (var node : answer.path("nodes")) {
      table.row(
          text(node, "name"),
          text(node, "stateText"),
          text(node, "softwareVersion"),
          text(node, "cacheNodeId"),
          text(node, "lastReportAt"));
    }
    return table.render();
  }

  static String node(JsonNode node) {
    var update = node.path("update");
    var facts =
        new ArrayList<>(
            List.of(
                fact("Name", node, "name"),
                fact("Resource", node, "resource"),
                fact("Cache node ID", node, "cacheNodeId"),
                fact("Status", node, "stateText"),
                fact("", node, "stateDetail"),
                fact("Software version", node, "softwareVersion"),
                fact("Last report", node, "lastReportAt"),
                fact("Hub connected", node, "hubConnected"),
                fact("Release", update, "current"),
                fact("Last check", update, "lastCheck"),
                fact("Next check", update, "nextCheck"),
                new Fact("Tags", tags(node.path("tags")))));
    for (var offer : update.path("offers")) {
      facts.add(
          new Fact("Offered release", text(offer, "version") + " from " + text(offer, "from")));
    }
    var modules = new TextTable("MODULE", "STATUS", "HEALTHY", "RESTARTS", "IMAGE", "DETAIL");
    for (var group : List.of("systemModules", "modules")) {
      for (var module : node.path("report").path(group).properties()) {
        modules.row(
            module.getKey(),
            text(module.getValue(), "runtimeStatus"),
            text(module.getValue(), "healthy"),
            text(module.getValue(), "restartCount"),
            text(module.getValue(), "image"),
            module.getValue().path("statusDescription").asText());
      }
    }
    return TextTable.facts(facts) + (node.has("report") ? "\n" + modules.render() : "");
  }

  static String events(JsonNode events) {
    var table = new TextTable("AT", "EVENT", "MODULE", "DETAIL");
    for (var event : events.path("list")) {
      table.row(
          text(event, "at"),
          text(event, "kind"),
          event.path("module").asText(),
          event.path("description").asText());
    }
    long dropped = events.path("dropped").asLong();
    return table.render()
        + (dropped > 0 ? "\nThe node dropped " + dropped + " before it could tell of them.\n" : "");
  }

  static String configuration(JsonNode configuration) {
    var facts = new ArrayList<Fact>();
    for (var drive : configuration.path("cacheDrives")) {
      facts.add(
          new Fact(
              "Cache drive", text(drive, "physicalPath") + ", " + text(drive, "sizeInGb") + " GB"));
    }
    var proxy = configuration.path("proxy");
    facts.add(
        new Fact(
            "Proxy",
            proxy.path("enabled").asBoolean()
                ? text(proxy, "host") + ":" + text(proxy, "port")
                : "disabled"));
    if (configuration.has("parent")) {
      var parent = configuration.path("parent");
      facts.add(
          new Fact(
              "Parent cache",
              text(parent, "scheme") + "://" + text(parent, "host") + ":" + text(parent, "port")));
    }
    facts.add(fact("HTTP port", configuration, "httpPort"));
    facts.add(fact("Summary port", configuration, "summaryPort"));
    if (configuration.path("tls").asBoolean()) {
      facts.add(fact("HTTPS port", configuration, "httpsPort"));
    }
    for (var origin : configuration.path("origins")) {
      facts.add(
          new Fact(
              "Extra origin",
              text(origin, "scheme")
                  + "://"
                  + text(origin, "host")
                  + ", "
                  + text(origin, "contentType")
                  + (origin.path("allowPrivateAddress").asBoolean() ? ", private" : "")));
    }
    var update = configuration.path("update");
    facts.add(fact("Update ring", update, "ring"));
    if (update.has("week")) {
      facts.add(fact("Week of month", update, "week"));
      facts.add(fact("Day of week (1 = Monday)", update, "day"));
      facts.add(fact("Time of day (UTC)", update, "time"));
    }
    facts.add(fact("Update frequency", update, "frequency"));
    return TextTable.facts(facts);
  }

  static String deploymentDetails(JsonNode details) {
    return TextTable.facts(
            List.of(
                fact("Customer ID", details, "customerId"),
                fact("Cache node ID", details, "cacheNodeId"),
                fact("Customer key", details, "customerKey"),
                fact("Registration key", details, "registrationKey"),
                fact("Cloud", details, "cloudUrl")))
        + "\nRun in the folder of the unpacked bundle ('larder node get-bundle'):\n\n"
        + text(details, "command")
        + "\n";
  }

  static String releases(JsonNode answer) {
    var table = new TextTable("VERSION", "FAST FROM", "SLOW FROM", "IMAGES");
    for (var release : answer.path("releases")) {
      var images = new StringJoiner(", ");
      release.path("images").forEach(image -> images.add(image.asText()));
      table.row(
          text(release, "version"), text(release, "fastFrom"), text(release, "slowFrom"), images);
    }
    return table.render();
  }

  static String layers(JsonNode answer) {
    var table = new TextTable("NAME", "PRIORITY", "TARGET CONDITION", "UPDATED", "NODES");
    for (var layer : answer.path("layers")) {
      var nodes = new StringJoiner(", ");
      layer.path("nodes").forEach(node -> nodes.add(node.asText()));
      table.row(
          text(layer, "name"),
          text(layer, "priority"),
          text(layer, "targetCondition"),
          text(layer, "updatedAt"),
          nodes);
    }
    return table.render();
  }

  private static String tags(JsonNode tags) {
    var joined = new StringJoiner(", ").setEmptyValue(ABSENT);
    tags.properties().forEach(tag -> joined.add(tag.getKey() + "=" + tag.getValue().asText()));
    return joined.toString();
  }

  private static Fact fact(String name, JsonNode object, String field) {
    return new Fact(name, text(object, field));
  }

  private static String text(JsonNode object, String field) {
    return object.path(field).asText(ABSENT);
  }
}
