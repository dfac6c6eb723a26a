package dev.larder.cloud.store;

import dev.larder.cloud.release.Release;
import dev.larder.cloud.release.Releases;
import dev.larder.common.schedule.Version;
import org.jdbi.v3.core.Handle;

/** The releases. */
public final class ReleaseTable {
  private final Handle handle;

  ReleaseTable(Handle handle) {
    this.handle = handle;
  }

  /** Whether it was added; it is not when there is one of that version. */
  public boolean add(Release release) {
    return handle
            .createUpdate(
                "INSERT INTO release (version, edge_agent, edge_hub, cache, fast_from, slow_from,"
                    + " created_at) VALUES (:version, :agent, :hub, :cache, :fast, :slow, :at)"
                    + " ON CONFLICT (version) DO NOTHING")
            .bind("version", release.version().toString())
            .bind("agent", release.images().edgeAgent())
            .bind("hub", release.images().edgeHub())
            .bind("cache", release.images().cache())
            .bind("fast", release.fastFrom().toEpochMilli())
            .bind("slow", release.slowFrom().toEpochMilli())
            .bind("at", release.createdAt().toEpochMilli())
            .execute()
        == 1;
  }

  public Releases all() {
    return new Releases(
        handle
            .createQuery("SELECT * FROM release")
            .map((row, _) ->
                new Release(
                    Version.of(Columns.text(row, "version")),
                    new Release.Images(
                        Columns.text(row, "edge_agent"),
                        Columns.text(row, "edge_hub"),
                        Columns.text(row, "cache")),
                    Columns.instant(row, "fast_from"),
                    Columns.instant(row, "slow_from"),
                    Columns.instant(row, "created_at")))
            .list());
  }
}
