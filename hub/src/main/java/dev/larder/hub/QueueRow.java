package dev.larder.hub;

import dev.larder.hub.iothub.Queues;
import dev.larder.hub.log.MessageQueue;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The queues of one endpoint and priority, as metrics show them. A sink of the routes is an
 * endpoint of its own; the queues of sessions, of shared subscriptions and of devices are one each,
 * for there are as many of them as clients.
 */
record QueueRow(
    String endpoint,
    int priority,
    long size,
    long bytes,
    long consumed,
    long expired,
    long overQuota) {
  private record Key(String endpoint, int priority) {}

  static List<QueueRow> of(Collection<MessageQueue> queues) {
    var rows = new LinkedHashMap<Key, QueueRow>();
    for (var queue : queues) {
      var row =
          new QueueRow(
              endpoint(queue),
              queue.priority(),
              queue.size(),
              queue.bytes(),
              queue.consumed(),
              queue.expired(),
              queue.overQuota());
      rows.merge(new Key(row.endpoint, row.priority), row, QueueRow::plus);
    }
    return List.copyOf(rows.values());
  }

  private static String endpoint(MessageQueue queue) {
    var sink = Queues.sink(queue);
    int slash = sink.indexOf('/');
    return slash > 0 ? sink.substring(0, slash) : sink;
  }

  private QueueRow plus(QueueRow other) {
    return new QueueRow(
        endpoint,
        priority,
        size + other.size,
        bytes + other.bytes,
        consumed + other.consumed,
        expired + other.expired,
        overQuota + other.overQuota);
  }

  /** Whether routes lead there; such a queue stays for as long as the hub's store. */
  boolean isRouted() {
    return endpoint.startsWith("/") || endpoint.startsWith("$");
  }

  Map<String, String> labels() {
    return Map.of("endpoint", endpoint, "priority", String.valueOf(priority));
  }
}
