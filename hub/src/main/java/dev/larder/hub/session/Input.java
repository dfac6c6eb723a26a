package dev.larder.hub.session;

import dev.larder.common.manifest.Route;
import dev.larder.hub.message.Batch;
import dev.larder.hub.message.Payload;
import dev.larder.hub.window.Window;
import java.time.Instant;
import java.util.List;

/** What happened to a session. */
public sealed interface Input {
  /**
   * The module's PUBLISH.
   *
   * @param packetId 0 at QoS 0
   * @param at now
   */
  record Publish(String topic, int qos, int packetId, boolean retain, Payload payload, Instant at)
      implements Input {}

  /** A filter and the QoS wished for. */
  record Wish(String filter, int qos) {}

  record Subscribe(int packetId, List<Wish> wishes) implements Input {
    public Subscribe {
      wishes = List.copyOf(wishes);
    }
  }

  record Unsubscribe(int packetId, List<String> filters) implements Input {
    public Unsubscribe {
      filters = List.copyOf(filters);
    }
  }

  /** The module's PUBACK, or a QoS 0 message that left. */
  record Acknowledged(int packetId) implements Input {}

  /**
   * A routed message is on disk for every sink, or has none ({@link Reason#SUCCESS}), or was
   * refused.
   */
  record Kept(long token, Reason reason) implements Input {}

  /** The queue of an input of this module may hold messages. */
  record Wake(Route.Input queue) implements Input {}

  record Loaded(Route.Input queue, Window.Read read, Batch batch) implements Input {}

  /**
   * An answer to a twin request, a change of desired properties or a direct method: sent if it is
   * subscribed to.
   */
  record Tell(String topic, Payload payload) implements Input {}
}
