package dev.larder.cloud.fleet;

import dev.larder.cloud.configuration.NodeConfiguration;
import dev.larder.cloud.configuration.NodeConfiguration.CacheDrive;
import dev.larder.cloud.refusal.Refusal;
import dev.larder.cloud.refusal.Refusal.Reason;
import dev.larder.cloud.render.ManifestRenderer;
import dev.larder.cloud.render.NodeInput;
import dev.larder.cloud.store.Database;
import dev.larder.cloud.store.LayerTable.LayerRow;
import dev.larder.cloud.store.NodeRow;
import dev.larder.cloud.store.Transaction;
import dev.larder.common.id.CacheNodeId;
import dev.larder.common.id.CustomerId;
import dev.larder.common.id.Name;
import dev.larder.common.manifest.TargetCondition;
import java.math.BigDecimal;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Layers: parts of a manifest for the nodes of a resource that a condition matches. */
public final class Layers {
  private final Database database;
  private final ManifestRenderer renderer;
  private final Refresh refresh;
  private final Signals signals;
  private final Clock clock;

  public Layers(Database database, ManifestRenderer renderer, Signals signals, Clock clock) {
    this.database = database;
    this.renderer = renderer;
    this.refresh = new Refresh(renderer);
    this.signals = signals;
    this.clock = clock;
  }

  /**
   * A layer.
   *
   * @param nodes that it is laid over now
   */
  public record Overview(LayerRow layer, List<Name> nodes) {
    public Overview {
      nodes = List.copyOf(nodes);
    }
  }

  /** What putting a layer came to. */
  public record Put(Overview layer, boolean made) {}

  public List<Overview> list(Name resource) {
    return database.read(tx -> {
      var id = Lookup.resource(tx, resource).id();
      var nodes = tx.nodes().list(id);
      return tx.layers().list(id).stream().map(layer -> overview(layer, nodes)).toList();
    });
  }

  public Overview get(Name resource, Name name) {
    return database.read(tx -> {
      var id = Lookup.resource(tx, resource).id();
      return overview(find(tx, id, name), tx.nodes().list(id));
    });
  }

  private static LayerRow find(Transaction tx, CustomerId resource, Name name) {
    return tx.layers()
        .find(resource, name)
        .orElseThrow(() -> new Refusal(Reason.ABSENT, "There is no layer named " + name + "."));
  }

  private static Overview overview(LayerRow layer, List<NodeRow> nodes) {
    var target = layer.layer().target();
    return new Overview(
        layer,
        nodes.stream().filter(node -> target.matches(node.tags())).map(NodeRow::name).toList());
  }

  /**
   * Makes or replaces a layer, unless a manifest of a node would then not be valid. It is tried
   * over a bare node too, so that one that matches none yet is not broken when it does.
   */
  public Put put(Name resource, LayerRow draft) {
    record Written(Put put, Set<CacheNodeId> changed) {}
    var layer =
        new LayerRow(
            draft.name(),
            draft.targetCondition(),
            draft.priority(),
            draft.content(),
            clock.instant());
    var written =
        database.write(tx -> {
          var id = Lookup.resource(tx, resource).id();
          boolean made = tx.layers().find(id, layer.name()).isEmpty();
          tx.layers().put(id, layer);
          var nodes = tx.nodes().list(id);
          tryOverBareNode(tx, layer);
          return new Written(new Put(overview(layer, nodes), made), refresh.run(tx, nodes));
        });
    signals.changed(written.changed());
    return written.put();
  }

  private void tryOverBareNode(Transaction tx, LayerRow layer) {
    var drive = new CacheDrive("/var/cache/larder", BigDecimal.valueOf(100));
    var configuration = NodeConfiguration.DEFAULT.with(List.of(drive));
    var release = tx.releases().all().first(clock.instant());
    var everywhere =
        new dev.larder.cloud.render.Layer(
            layer.name(),
            new TargetCondition(List.of()),
            layer.priority(),
            layer.layer().content());
    renderer
        .render(new NodeInput(configuration, Map.of(), release, List.of()), List.of(everywhere))
        .orThrow();
  }

  public void remove(Name resource, Name name) {
    var changed =
        database.write(tx -> {
          var id = Lookup.resource(tx, resource).id();
          find(tx, id, name);
          tx.layers().remove(id, name);
          return refresh.run(tx, tx.nodes().list(id));
        });
    signals.changed(changed);
  }
}
