package dev.larder.cloud.fleet;

import dev.larder.cloud.refusal.Refusal;
import dev.larder.cloud.refusal.Refusal.Reason;
import dev.larder.cloud.store.NodeRow;
import dev.larder.cloud.store.ResourceRow;
import dev.larder.cloud.store.Transaction;
import dev.larder.common.id.Name;

/** Finds by name what a request is about, or refuses the request. */
final class Lookup {
  private Lookup() {}

  static ResourceRow resource(Transaction tx, Name resource) {
    return tx.resources()
        .find(resource)
        .orElseThrow(
            () -> new Refusal(Reason.ABSENT, "There is no resource named " + resource + "."));
  }

  static NodeRow node(Transaction tx, Name resource, Name node) {
    return tx.nodes()
        .find(resource(tx, resource).id(), node)
        .orElseThrow(() ->
            new Refusal(
                Reason.ABSENT,
                "There is no cache node named " + node + " in the resource " + resource + "."));
  }
}
