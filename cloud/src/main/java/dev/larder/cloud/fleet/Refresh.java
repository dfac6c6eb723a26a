package dev.larder.cloud.fleet;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.larder.cloud.release.Releases;
import dev.larder.cloud.render.Layer;
import dev.larder.cloud.render.ManifestRenderer;
import dev.larder.cloud.render.NodeInput;
import dev.larder.cloud.render.Rendered;
import dev.larder.cloud.store.LayerTable.LayerRow;
import dev.larder.cloud.store.NodeRow;
import dev.larder.cloud.store.Transaction;
import dev.larder.cloud.store.TwinTable.Desired;
import dev.larder.common.id.CacheNodeId;
import dev.larder.common.id.CustomerId;
import dev.larder.common.json.Json;
import dev.larder.common.manifest.NodeManifest;
import dev.larder.common.problem.Checked;
import dev.larder.common.problem.Problem;
import dev.larder.common.problem.ProblemException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Renders nodes anew within the transaction that changed what they are made of, and counts up the
 * version of what came out different.
 */
final class Refresh {
  private final ManifestRenderer renderer;

  Refresh(ManifestRenderer renderer) {
    this.renderer = renderer;
  }

  /**
   * Renders these nodes.
   *
   * @return those of which anything changed
   * @throws ProblemException with every problem of every node, when one cannot be rendered
   */
  Set<CacheNodeId> run(Transaction tx, List<NodeRow> nodes) {
    var releases = tx.releases().all();
    var layers = new HashMap<CustomerId, List<Layer>>();
    var problems = new LinkedHashSet<Problem>();
    var changed = new LinkedHashSet<CacheNodeId>();
    for (var node : nodes) {
      var ofResource = layers.computeIfAbsent(node.customerId(), id -> layers(tx, id));
      switch (renderer.render(input(node, releases), ofResource)) {
        case Checked.Invalid<Rendered>(var found) -> problems.addAll(found);
        case Checked.Valid<Rendered>(var rendered) -> {
          boolean newManifest = putManifest(tx, node.id(), rendered.agentDesired());
          boolean newTwins = putTwins(tx, node.id(), rendered);
          if (newManifest || newTwins) {
            changed.add(node.id());
          }
        }
      }
    }
    if (!problems.isEmpty()) {
      throw new ProblemException(List.copyOf(problems));
    }
    return changed;
  }

  /** What a node would be; nothing is kept. */
  Rendered preview(Transaction tx, NodeRow node) {
    return renderer
        .render(input(node, tx.releases().all()), layers(tx, node.customerId()))
        .orThrow();
  }

  private static List<Layer> layers(Transaction tx, CustomerId resource) {
    return tx.layers().list(resource).stream().map(LayerRow::layer).toList();
  }

  private static NodeInput input(NodeRow node, Releases releases) {
    return new NodeInput(
        node.configuration(),
        node.tags(),
        releases.get(node.release()),
        releases.newerThan(node.release()));
  }

  private static boolean putManifest(Transaction tx, CacheNodeId node, ObjectNode desired) {
    var stored = tx.manifests().find(node);
    if (stored.isPresent()
        && Arrays.equals(
            NodeManifest.write(node, stored.get().version(), desired), stored.get().bytes())) {
      return false;
    }
    long version = stored.map(s -> s.version()).orElse(0L) + 1;
    tx.manifests().put(node, version, NodeManifest.write(node, version, desired));
    return true;
  }

  private static boolean putTwins(Transaction tx, CacheNodeId node, Rendered rendered) {
    var stored =
        tx.twins().desired(node).stream()
            .collect(Collectors.toMap(Desired::name, Function.identity()));
    boolean changed = false;
    for (var entry : rendered.twins().entrySet()) {
      var known = Optional.ofNullable(stored.remove(entry.getKey()));
      var desired = (ObjectNode) Json.canonical(entry.getValue());
      var before = known.flatMap(Desired::document).map(Json::write);
      if (!before.equals(Optional.of(Json.write(desired)))) {
        tx.twins().setDesired(node, entry.getKey(), next(known), Optional.of(desired));
        changed = true;
      }
    }
    for (var lost : stored.values()) {
      if (lost.document().isPresent()) {
        tx.twins().setDesired(node, lost.name(), next(Optional.of(lost)), Optional.empty());
        changed = true;
      }
    }
    return changed;
  }

  private static long next(Optional<Desired> known) {
    return known.map(Desired::version).orElse(0L) + 1;
  }
}
