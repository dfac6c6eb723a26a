package dev.larder.hub.session;

import dev.larder.common.manifest.Route;
import dev.larder.hub.message.Message;
import dev.larder.hub.message.Payload;
import dev.larder.hub.window.Window;
import java.util.List;

/** What a session wants done. The shell carries outputs out in their order. */
public sealed interface Output {
  /** Find the message's sinks, keep it on disk for each, then answer {@link Input.Kept}. */
  record Persist(long token, Message message) implements Output {}

  record PubAck(int packetId, Reason reason) implements Output {}

  /** The granted QoS a wish, or 0x80 and above for a refused one. */
  record SubAck(int packetId, List<Integer> codes) implements Output {
    public SubAck {
      codes = List.copyOf(codes);
    }
  }

  record UnsubAck(int packetId, int filters) implements Output {}

  /**
   * PUBLISH to the module.
   *
   * @param packetId names it in {@link Input.Acknowledged}, at QoS 0 too; 0 when no one waits
   */
  record Send(String topic, Payload payload, int qos, int packetId) implements Output {}

  /** Wake this session for each queue that the store has for the module. */
  record Listen() implements Output {}

  record Read(Route.Input queue, Window.Read read) implements Output {}

  record Consume(Route.Input queue, long position) implements Output {}

  record GetTwin(String requestId) implements Output {}

  record PatchReported(String requestId, Payload payload) implements Output {}

  /** The module has carried out a direct method. */
  record AnswerMethod(int status, String requestId, Payload payload) implements Output {}

  /** A message was not taken and no one was told: count it. */
  record Dropped(Reason reason) implements Output {}

  record Close(Reason reason) implements Output {}
}
