package dev.larder.cache.serve;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.impl.http1.Http1ServerConnection;
import java.nio.channels.FileChannel;
import java.util.Optional;

/**
 * A plain HTTP/1.1 connection. The kernel sends a file's bytes into it by itself, in as many pieces
 * of one answer as they come in; so an answer that waits for its bytes holds none of them.
 */
final class Wire {
  private final Http1ServerConnection connection;

  private Wire(Http1ServerConnection connection) {
    this.connection = connection;
  }

  /** Empty where bytes must be framed or encrypted on their way. */
  static Optional<Wire> of(HttpServerRequest http) {
    return http.connection() instanceof Http1ServerConnection plain && !plain.isSsl()
        ? Optional.of(new Wire(plain))
        : Optional.empty();
  }

  /** Sends bytes of the answer whose head was written; done when the kernel has them all. */
  Future<Void> send(FileChannel file, long position, long count) {
    var sent = Promise.<Void>promise();
    connection
        .sendFile(file, position, count)
        .addListener(result -> {
          if (result.isSuccess()) {
            sent.complete();
          } else {
            sent.fail(result.cause());
          }
        });
    return sent.future();
  }
}
