package dev.larder.cloud.fleet;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.larder.cloud.access.Secrets;
import dev.larder.cloud.configuration.ConfigurationReader;
import dev.larder.cloud.configuration.NodeConfiguration;
import dev.larder.cloud.deploy.DeployCommand;
import dev.larder.cloud.refusal.Refusal;
import dev.larder.cloud.refusal.Refusal.Reason;
import dev.larder.cloud.release.Release;
import dev.larder.cloud.render.ManifestRenderer;
import dev.larder.cloud.render.Rendered;
import dev.larder.cloud.store.Database;
import dev.larder.cloud.store.NodeRow;
import dev.larder.cloud.store.TelemetryTable.MessageCount;
import dev.larder.cloud.store.Transaction;
import dev.larder.cloud.store.TwinTable.Twin;
import dev.larder.common.id.CacheNodeId;
import dev.larder.common.id.DeviceId;
import dev.larder.common.id.ModuleId;
import dev.larder.common.id.Name;
import dev.larder.common.manifest.Deployment;
import dev.larder.common.report.NodeEvents;
import dev.larder.common.schedule.Offer;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Predicate;

/** Cache nodes, as administrators make, configure, watch and delete them. */
public final class Nodes {
  private final Database database;
  private final Refresh refresh;
  private final Signals signals;
  private final Secrets secrets;
  private final Clock clock;
  private final Settings settings;

  /**
   * What does not change while the cloud runs.
   *
   * @param development whether small drives and short frequencies are taken
   * @param cloudUrl where nodes find this cloud
   */
  public record Settings(boolean development, String cloudUrl) {}

  public Nodes(
      Database database,
      ManifestRenderer renderer,
      Signals signals,
      Secrets secrets,
      Clock clock,
      Settings settings) {
    this.database = database;
    this.refresh = new Refresh(renderer);
    this.signals = signals;
    this.secrets = secrets;
    this.clock = clock;
    this.settings = settings;
  }

  /**
   * All that is known of a node.
   *
   * @param cache the cache module's reported properties
   * @param offers newer releases
   * @param events the last that the node told of
   */
  public record Detail(
      NodeStanding standing,
      long manifestVersion,
      Optional<ObjectNode> cache,
      List<Offer> offers,
      List<MessageCount> messages,
      Optional<NodeEvents> events) {}

  public List<NodeStanding> list(Name resource, Predicate<CacheNodeId> connected) {
    return database.read(tx -> {
      var id = Lookup.resource(tx, resource).id();
      var reports = tx.reports().of(id);
      return tx.nodes().list(id).stream()
          .map(node ->
              NodeStanding.of(
                  node,
                  Optional.ofNullable(reports.get(node.id())),
                  connected.test(node.id()),
                  clock.instant()))
          .toList();
    });
  }

  public Detail get(Name resource, Name name, Predicate<CacheNodeId> connected) {
    return database.read(tx -> {
      var node = Lookup.node(tx, resource, name);
      return new Detail(
          NodeStanding.of(
              node, tx.reports().find(node.id()), connected.test(node.id()), clock.instant()),
          tx.manifests().find(node.id()).map(manifest -> manifest.version()).orElse(0L),
          tx.twins().find(node.id(), ModuleId.CACHE.value()).flatMap(Twin::reported),
          tx.releases().all().newerThan(node.release()),
          tx.telemetry().counts(node.id()),
          tx.reports().events(node.id()));
    });
  }

  /** What a module, a leaf device or the hub of a node is to be and says that it is. */
  public Twin twin(Name resource, Name name, String twin) {
    return database.read(tx ->
        tx.twins()
            .find(Lookup.node(tx, resource, name).id(), twin)
            .orElseThrow(() ->
                new Refusal(
                    Reason.ABSENT,
                    "The node has no twin named \""
                        + twin
                        + "\". Name a module, $edgeHub, or a leaf device that has reported"
                        + " properties as device:<id>.")));
  }

  /** The node of a leaf device, which the node's manifest has to list. */
  public CacheNodeId nodeOf(Name resource, Name name, DeviceId device) {
    return database.read(tx -> {
      var node = Lookup.node(tx, resource, name);
      boolean listed =
          tx.twins()
              .find(node.id(), Deployment.HUB)
              .flatMap(Twin::desired)
              .filter(desired -> desired.path("devices").has(device.value()))
              .isPresent();
      if (!listed) {
        throw new Refusal(
            Reason.ABSENT,
            "The node "
                + name
                + " lists no leaf device \""
                + device
                + "\". Add it to \"devices\" in the desired properties of $edgeHub, by a layer.");
      }
      return node.id();
    });
  }

  public void add(Name resource, Name name, Map<String, String> tags) {
    var now = clock.instant();
    database.write(tx -> {
      var node =
          new NodeRow(
              new CacheNodeId(UUID.randomUUID()),
              Lookup.resource(tx, resource).id(),
              name,
              tags,
              NodeConfiguration.DEFAULT,
              tx.releases().all().first(now).version(),
              now,
              secrets.make(),
              Optional.empty(),
              Optional.empty(),
              List.of(),
              Optional.empty(),
              now);
      if (!tx.nodes().add(node)) {
        throw new Refusal(
            Reason.CONFLICT,
            "There is a cache node named "
                + name
                + " in the resource "
                + resource
                + ". Choose another name.");
      }
      return refresh.run(tx, List.of(node));
    });
  }

  /** Deletes a node; its connections end. */
  public void remove(Name resource, Name name) {
    var id =
        database.write(tx -> {
          var node = Lookup.node(tx, resource, name);
          tx.nodes().remove(node.id());
          return node.id();
        });
    signals.changed(Set.of(id));
  }

  public NodeConfiguration configuration(Name resource, Name name) {
    return database.read(tx -> Lookup.node(tx, resource, name).configuration());
  }

  public NodeConfiguration putConfiguration(Name resource, Name name, ObjectNode document) {
    return configure(
        resource, name, _ -> ConfigurationReader.read(document, settings.development()).orThrow());
  }

  public NodeConfiguration patchConfiguration(Name resource, Name name, ObjectNode patch) {
    return configure(
        resource,
        name,
        before -> ConfigurationReader.patch(before, patch, settings.development()).orThrow());
  }

  private NodeConfiguration configure(
      Name resource, Name name, Function<NodeConfiguration, NodeConfiguration> change) {
    return change(
            resource,
            name,
            (tx, node) ->
                tx.nodes().setConfiguration(node.id(), change.apply(node.configuration())))
        .configuration();
  }

  public Map<String, String> putTags(Name resource, Name name, Map<String, String> tags) {
    return change(resource, name, (tx, node) -> tx.nodes().setTags(node.id(), tags)).tags();
  }

  private NodeRow change(Name resource, Name name, BiConsumer<Transaction, NodeRow> work) {
    record Changed(NodeRow node, Set<CacheNodeId> nodes) {}
    var changed =
        database.write(tx -> {
          work.accept(tx, Lookup.node(tx, resource, name));
          var after = Lookup.node(tx, resource, name);
          return new Changed(after, refresh.run(tx, List.of(after)));
        });
    signals.changed(changed.nodes());
    return changed.node();
  }

  /** The keys and the command that deploy a node. */
  public DeployCommand deployment(Name resource, Name name) {
    return database.read(tx -> {
      var node = Lookup.node(tx, resource, name);
      if (node.configuration().cacheDrives().isEmpty()) {
        throw new Refusal(
            Reason.CONFLICT,
            "The cache node "
                + name
                + " is not configured: it has no cache drive. Add one on its Configuration tab"
                + " and save, then come back.");
      }
      return new DeployCommand(
          node.customerId(),
          node.id(),
          Lookup.resource(tx, resource).customerKey(),
          node.registrationKey(),
          settings.cloudUrl(),
          node.configuration());
    });
  }

  /** The release that a node should run. */
  public Release release(Name resource, Name name) {
    return database.read(tx -> tx.releases().all().get(Lookup.node(tx, resource, name).release()));
  }

  /** The whole deployment as rendered for a node. */
  public Rendered manifest(Name resource, Name name) {
    return database.read(tx -> refresh.preview(tx, Lookup.node(tx, resource, name)));
  }
}
