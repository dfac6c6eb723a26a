package dev.larder.cloud.fleet;

import dev.larder.cloud.refusal.Refusal;
import dev.larder.cloud.refusal.Refusal.Reason;
import dev.larder.cloud.release.Release;
import dev.larder.cloud.release.Releases;
import dev.larder.cloud.render.ManifestRenderer;
import dev.larder.cloud.store.Database;
import dev.larder.common.id.CacheNodeId;
import dev.larder.common.schedule.Version;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Releases, and the moving of nodes to them. */
public final class ReleaseShelf {
  private static final Logger log = LoggerFactory.getLogger(ReleaseShelf.class);

  private final Database database;
  private final Refresh refresh;
  private final Signals signals;
  private final Clock clock;

  public ReleaseShelf(Database database, ManifestRenderer renderer, Signals signals, Clock clock) {
    this.database = database;
    this.refresh = new Refresh(renderer);
    this.signals = signals;
    this.clock = clock;
  }

  public List<Release> list() {
    return database.read(tx -> tx.releases().all()).newestFirst();
  }

  /** At the first start offers the release that this cloud came with. */
  public void begin(Release first) {
    database.write(tx -> tx.releases().all().all().isEmpty() && tx.releases().add(first));
  }

  /** Offers a release to every node: their twins name it from now on. */
  public void add(Release release) {
    var changed =
        database.write(tx -> {
          if (!tx.releases().add(release)) {
            throw new Refusal(
                Reason.CONFLICT,
                "There is a release " + release.version() + ". Give this one a new version.");
          }
          return refresh.run(tx, tx.nodes().all());
        });
    signals.changed(changed);
  }

  /** A node has accepted a release: moves it, if its ring and window allow it now. */
  void accepted(CacheNodeId id, Version wanted) {
    var changed =
        database.write(tx ->
            tx.nodes()
                .find(id)
                .filter(node -> node.release().compareTo(wanted) < 0)
                .flatMap(node -> {
                  var now = clock.instant();
                  var move =
                      tx.releases()
                          .all()
                          .move(node.release(), wanted, node.configuration().update(), now);
                  return switch (move) {
                    case Releases.Allowed(var release) -> {
                      tx.nodes().setRelease(id, release.version(), now);
                      yield Optional.of(refresh.run(tx, tx.nodes().find(id).stream().toList()));
                    }
                    case Releases.Refused(var reason) -> {
                      log.atWarn()
                          .addKeyValue("node", id)
                          .addKeyValue("release", wanted)
                          .addKeyValue("reason", reason)
                          .log("node may not move to the release it accepted");
                      yield Optional.<Set<CacheNodeId>>empty();
                    }
                  };
                })
                .orElse(Set.of()));
    if (!changed.isEmpty()) {
      log.atInfo().addKeyValue("node", id).addKeyValue("release", wanted).log("node moves");
      signals.changed(changed);
    }
  }
}
