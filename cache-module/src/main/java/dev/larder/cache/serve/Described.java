package dev.larder.cache.serve;

import dev.larder.cache.slice.ObjectMeta;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;

/** An object's headers ready to be sent: made once, for what is asked for often. */
final class Described {
  private final ObjectMeta meta;
  private final CharSequence[] names;
  private final CharSequence[] values;

  Described(ObjectMeta meta) {
    this.meta = meta;
    int count = meta.headers().size();
    this.names = new CharSequence[count];
    this.values = new CharSequence[count];
    int i = 0;
    for (var header : meta.headers().entrySet()) {
      names[i] = HttpHeaders.createOptimized(header.getKey());
      values[i] = HttpHeaders.createOptimized(header.getValue());
      i++;
    }
  }

  ObjectMeta meta() {
    return meta;
  }

  void write(HttpServerResponse response) {
    for (int i = 0; i < names.length; i++) {
      response.putHeader(names[i], values[i]);
    }
  }
}
