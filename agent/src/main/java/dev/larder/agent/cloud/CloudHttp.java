package dev.larder.agent.cloud;

import dev.larder.agent.cloud.CloudException.Kind;
import dev.larder.common.json.Json;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;

/** HTTPS to the cloud: bounded answers, deadlines, and errors that a person can act on. */
final class CloudHttp implements AutoCloseable {
  private static final Duration CONNECT = Duration.ofSeconds(10);
  private static final int ANSWER_LIMIT_BYTES = 4 << 20;
  private static final int DEFAULT_PORT = 443;

  private final URI cloud;
  private final Optional<URI> proxy;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final HttpClient client;

  CloudHttp(URI cloud, Optional<URI> proxy, SSLContext tls) {
    this.cloud = cloud;
    this.proxy = proxy;
    var builder = HttpClient.newBuilder().sslContext(tls).connectTimeout(CONNECT).executor(threads);
    proxy.ifPresent(url ->
        builder.proxy(
            ProxySelector.of(InetSocketAddress.createUnresolved(url.getHost(), port(url)))));
    this.client = builder.build();
  }

  HttpRequest.Builder request(String path, Duration deadline) {
    return HttpRequest.newBuilder(cloud.resolve(path)).timeout(deadline);
  }

  HttpResponse<byte[]> send(HttpRequest request) throws CloudException, InterruptedException {
    try {
      return client.send(
          request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), ANSWER_LIMIT_BYTES));
    } catch (SSLException e) {
      throw new CloudException(
          Kind.NOT_TRUSTED,
          "The cloud at "
              + hostAndPort()
              + " is not trusted: "
              + e.getMessage()
              + ". Check that the cloud's CA certificate is the one that the portal's Deployment"
              + " tab gives now, that its certificate names this host, and this machine's clock",
          e);
    } catch (IOException e) {
      throw new CloudException(
          Kind.UNREACHABLE,
          "The cloud cannot be reached at "
              + hostAndPort()
              + proxy.map(url -> " through the proxy " + url).orElse("")
              + " ("
              + reason(e)
              + "). Check the address, that the cloud runs, and that a firewall lets TCP out to it",
          e);
    }
  }

  private static String reason(IOException e) {
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }

  private String hostAndPort() {
    return cloud.getHost() + ":" + port(cloud);
  }

  private static int port(URI url) {
    return url.getPort() < 0 ? DEFAULT_PORT : url.getPort();
  }

  /** A refusal with the detail of its problem document (RFC 9457). */
  static CloudException refused(HttpResponse<byte[]> response) {
    var detail = "";
    try {
      var problem = Json.mapper().readTree(response.body());
      detail = problem.path("detail").asText(problem.path("title").asText(""));
    } catch (IOException _) {
      detail = "no detail was given";
    }
    return new CloudException(
        Kind.REFUSED, "The cloud answered " + response.statusCode() + ": " + detail);
  }

  @Override
  public void close() {
    client.shutdownNow();
    threads.shutdownNow();
  }
}
