package dev.larder.system;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** A PC that asks the cache as the Delivery Optimization client does. */
final class Client {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final String url;
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(LIMIT).build();

  Client(String url) {
    this.url = url;
  }

  HttpResponse<byte[]> get(String name, Origin origin) throws IOException, InterruptedException {
    return send(request(name, origin.host()));
  }

  /** Asks for the bytes {@code from} to {@code to}, both included. */
  HttpResponse<byte[]> range(String name, Origin origin, long from, long to)
      throws IOException, InterruptedException {
    return send(request(name, origin.host()).header("Range", "bytes=" + from + "-" + to));
  }

  HttpResponse<byte[]> fromHost(String name, String host) throws IOException, InterruptedException {
    return send(request(name, host));
  }

  private HttpRequest.Builder request(String name, String host) {
    return HttpRequest.newBuilder(URI.create(url + "/" + name + "?cacheHostOrigin=" + host))
        .header("User-Agent", "Microsoft-Delivery-Optimization/10.1")
        .timeout(LIMIT);
  }

  private HttpResponse<byte[]> send(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    return http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
  }
}
