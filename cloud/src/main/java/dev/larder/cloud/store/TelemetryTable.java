package dev.larder.cloud.store;

import dev.larder.common.id.CacheNodeId;
import java.time.Instant;
import java.util.List;
import org.jdbi.v3.core.Handle;

/** Which messages of a node were stored, and how many that are not kept. */
public final class TelemetryTable {
  /**
   * A hub's store has an epoch for each of ten priorities, and new ones when it is made anew; those
   * of the eight stores that were written last are kept.
   */
  private static final int EPOCHS_KEPT = 8 * 10;

  private final Handle handle;

  TelemetryTable(Handle handle) {
    this.handle = handle;
  }

  /**
   * How many messages of an output came.
   *
   * @param module the sender: a module's id or a leaf device's name
   */
  public record MessageCount(String module, String output, long messages, Instant lastAt) {}

  /** Moves the mark of an epoch; false when the message, or a later one, was stored before. */
  public boolean advance(CacheNodeId node, String epoch, long sequence, Instant now) {
    boolean advanced =
        handle
                .createUpdate(
                    "INSERT INTO telemetry_mark (node_id, epoch, last_sequence, updated_at)"
                        + " VALUES (:node, :epoch, :sequence, :at)"
                        + " ON CONFLICT (node_id, epoch) DO UPDATE"
                        + " SET last_sequence = excluded.last_sequence,"
                        + " updated_at = excluded.updated_at"
                        + " WHERE telemetry_mark.last_sequence < excluded.last_sequence")
                .bind("node", node.toString())
                .bind("epoch", epoch)
                .bind("sequence", sequence)
                .bind("at", now.toEpochMilli())
                .execute()
            == 1;
    return advanced;
  }

  /** Forgets all but the newest epochs of a node. */
  public void forgetOldEpochs(CacheNodeId node) {
    handle
        .createUpdate(
            "DELETE FROM telemetry_mark WHERE node_id = :node AND epoch NOT IN"
                + " (SELECT epoch FROM telemetry_mark WHERE node_id = :node"
                + " ORDER BY updated_at DESC, epoch LIMIT :kept)")
        .bind("node", node.toString())
        .bind("kept", EPOCHS_KEPT)
        .execute();
  }

  /** Counts a message of a sender. */
  public void count(CacheNodeId node, String sender, String output, Instant at) {
    handle
        .createUpdate(
            "INSERT INTO message_count (node_id, module, output, messages, last_at)"
                + " VALUES (:node, :module, :output, 1, :at)"
                + " ON CONFLICT (node_id, module, output) DO UPDATE"
                + " SET messages = message_count.messages + 1, last_at = excluded.last_at")
        .bind("node", node.toString())
        .bind("module", sender)
        .bind("output", output)
        .bind("at", at.toEpochMilli())
        .execute();
  }

  public List<MessageCount> counts(CacheNodeId node) {
    return handle
        .createQuery("SELECT * FROM message_count WHERE node_id = :node ORDER BY module, output")
        .bind("node", node.toString())
        .map((row, _) ->
            new MessageCount(
                Columns.text(row, "module"),
                Columns.text(row, "output"),
                row.getLong("messages"),
                Columns.instant(row, "last_at")))
        .list();
  }
}
