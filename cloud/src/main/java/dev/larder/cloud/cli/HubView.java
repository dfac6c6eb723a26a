package dev.larder.cloud.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.larder.cloud.cli.TextTable.Fact;
import java.util.ArrayList;

/** A hub's own report as tables. */
final class HubView {
  private HubView() {}

  /** Shows {@code hubConnected} and the {@code twin} of {@code $edgeHub}. */
  static String status(JsonNode answer) {
    var reported = answer.path("twin").path("reported");
    var facts = new ArrayList<Fact>();
    facts.add(fact("Connected", answer, "/hubConnected"));
    if (reported.isEmpty()) {
      facts.add(new Fact("Reported", "nothing yet: the hub has not been connected, or is older"));
      return TextTable.facts(facts);
    }
    facts.add(fact("Version", reported, "/version/version"));
    facts.add(
        new Fact(
            "Desired version",
            text(reported, "/appliedDesiredVersion")
                + " in force, "
                + text(reported, "/lastDesiredVersion")
                + " sent"));
    facts.add(
        new Fact(
            "Desired status",
            text(reported, "/lastDesiredStatus/code")
                + " "
                + reported.at("/lastDesiredStatus/description").asText()));
    facts.add(fact("Messages received", reported, "/storeAndForward/received"));
    facts.add(fact("  Without a route", reported, "/storeAndForward/withoutRoute"));
    facts.add(fact("  Refused", reported, "/storeAndForward/refused"));
    facts.add(fact("Bytes kept", reported, "/storeAndForward/bytes"));
    return TextTable.facts(facts)
        + section(queues(reported.at("/storeAndForward/queues")))
        + section(clients(reported.path("clients")))
        + section(problems(reported.at("/lastDesiredStatus/problems")));
  }

  private static String section(TextTable table) {
    return table.isEmpty() ? "" : "\n" + table.render();
  }

  private static TextTable queues(JsonNode queues) {
    var table = new TextTable("QUEUE", "PRIORITY", "WAITING", "BYTES", "EXPIRED", "OVER QUOTA");
    for (var queue : queues.properties()) {
      for (var priority : queue.getValue().properties()) {
        var counts = priority.getValue();
        table.row(
            queue.getKey(),
            priority.getKey(),
            text(counts, "/waiting"),
            text(counts, "/bytes"),
            text(counts, "/expired"),
            text(counts, "/overQuota"));
      }
    }
    return table;
  }

  private static TextTable clients(JsonNode clients) {
    var table = new TextTable("CLIENT", "STATUS");
    for (var client : clients.properties()) {
      table.row(client.getKey(), text(client.getValue(), "/status"));
    }
    return table;
  }

  private static TextTable problems(JsonNode problems) {
    var table = new TextTable("PROBLEM AT", "WHAT", "MEND");
    for (var problem : problems) {
      table.row(text(problem, "/path"), text(problem, "/message"), text(problem, "/mend"));
    }
    return table;
  }

  private static Fact fact(String name, JsonNode document, String pointer) {
    return new Fact(name, text(document, pointer));
  }

  private static String text(JsonNode document, String pointer) {
    return document.at(pointer).asText("-");
  }
}
