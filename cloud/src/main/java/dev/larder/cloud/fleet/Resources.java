package dev.larder.cloud.fleet;

import dev.larder.cloud.access.Secrets;
import dev.larder.cloud.refusal.Refusal;
import dev.larder.cloud.refusal.Refusal.Reason;
import dev.larder.cloud.state.NodeHealth;
import dev.larder.cloud.state.NodeState;
import dev.larder.cloud.store.Database;
import dev.larder.cloud.store.ResourceRow;
import dev.larder.cloud.store.TrafficTable.Span;
import dev.larder.cloud.store.TrafficTable.TrafficRow;
import dev.larder.cloud.store.Transaction;
import dev.larder.common.id.CustomerId;
import dev.larder.common.id.Name;
import java.time.Clock;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Resources, and what their nodes served. */
public final class Resources {
  private final Database database;
  private final Secrets secrets;
  private final Clock clock;

  public Resources(Database database, Secrets secrets, Clock clock) {
    this.database = database;
    this.secrets = secrets;
    this.clock = clock;
  }

  /** A resource, and how many of its nodes are in each state. */
  public record Overview(ResourceRow resource, Map<NodeState, Integer> nodes) {
    public Overview {
      nodes = Map.copyOf(nodes);
    }
  }

  public Overview add(Name name) {
    var resource =
        new ResourceRow(new CustomerId(UUID.randomUUID()), name, secrets.make(), clock.instant());
    if (!database.write(tx -> tx.resources().add(resource))) {
      throw new Refusal(
          Reason.CONFLICT, "There is a resource named " + name + ". Choose another name.");
    }
    return new Overview(resource, Map.of());
  }

  public List<Overview> list() {
    return database.read(
        tx -> tx.resources().list().stream().map(row -> overview(tx, row)).toList());
  }

  public Overview get(Name name) {
    return database.read(tx -> overview(tx, Lookup.resource(tx, name)));
  }

  private Overview overview(Transaction tx, ResourceRow resource) {
    var counts = new EnumMap<NodeState, Integer>(NodeState.class);
    var reports = tx.reports().of(resource.id());
    for (var node : tx.nodes().list(resource.id())) {
      var health =
          NodeHealth.of(
              !node.configuration().cacheDrives().isEmpty(),
              node.enrolledAt().isPresent(),
              Optional.ofNullable(reports.get(node.id())),
              clock.instant());
      counts.merge(health.state(), 1, Integer::sum);
    }
    return new Overview(resource, counts);
  }

  /**
   * What was served.
   *
   * @param node all of the resource's when empty
   */
  public List<TrafficRow> traffic(Name resource, Optional<Name> node, Span span) {
    return database.read(tx ->
        tx.traffic()
            .sum(
                Lookup.resource(tx, resource).id(),
                node.map(name -> Lookup.node(tx, resource, name).id()),
                span));
  }
}
