package dev.larder.hub.server;

import dev.larder.hub.identity.ClientCertificate;
import io.netty.channel.Channel;
import java.util.Optional;
import java.util.function.Consumer;

/** Answers what is no WebSocket on the HTTPS port. */
@FunctionalInterface
public interface WebRequests {
  /**
   * A request.
   *
   * @param from the connection that it came by
   * @param generation that the query names; empty for none
   * @param authorization the header's value
   */
  record Request(
      Channel from,
      String method,
      String path,
      String generation,
      Optional<String> authorization,
      Optional<ClientCertificate> certificate,
      String body) {}

  /** An answer; the body is JSON. */
  record Answer(int status, String body) {}

  /** Answers on the event loop, now or later. */
  void handle(Request request, Consumer<Answer> answer);
}
