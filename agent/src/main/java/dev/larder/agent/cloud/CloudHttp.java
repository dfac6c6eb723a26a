package dev.larder.agent.cloud;

import dev.larder.agent.cloud.CloudException.Kind;
import dev.larder.agent.proxy.HttpProxy;
import dev.larder.agent.proxy.ProxyRefusal;
import dev.larder.common.json.Json;
import java.io.IOException;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.security.cert.X509Certificate;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;

/** HTTPS to the cloud: bounded answers, deadlines, and errors that a person can act on. */
final class CloudHttp implements AutoCloseable {
  private static final Duration CONNECT = Duration.ofSeconds(10);
  private static final int ANSWER_LIMIT_BYTES = 4 << 20;
  private static final int DEFAULT_PORT = 443;
  private static final int PROXY_AUTHENTICATION_REQUIRED = 407;

  /** The JDK tells no other way what a proxy has answered, but for 407. */
  private static final Pattern TUNNEL_FAILED = Pattern.compile("Tunnel failed, got: (\\d{3})");

  private final URI cloud;
  private final Optional<HttpProxy> proxy;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final HttpClient client;
  private final CloudClient.Dates dates;

  /** Connects when it is first asked. */
  CloudHttp(URI cloud, Optional<HttpProxy> proxy, SSLContext tls, CloudClient.Dates dates) {
    this.dates = dates;
    this.cloud = cloud;
    this.proxy = proxy;
    var builder =
        HttpClient.newBuilder()
            // A connection each: one whose line is dead ends with its request, and holds up no
            // other.
            .version(HttpClient.Version.HTTP_1_1)
            .sslContext(tls)
            .connectTimeout(CONNECT)
            .executor(threads);
    proxy.ifPresent(by -> builder.proxy(ProxySelector.of(by.address())));
    this.client = builder.build();
  }

  HttpRequest.Builder request(String path) {
    var request = HttpRequest.newBuilder(cloud.resolve(path));
    // At once, and not by an Authenticator: it would send Latin-1, and a wrong password four times.
    // The client sends it with CONNECT alone; the cloud does not see it.
    proxy
        .flatMap(HttpProxy::authorization)
        .ifPresent(value -> request.setHeader("Proxy-Authorization", value));
    return request;
  }

  /**
   * Sends and waits for the whole answer.
   *
   * @param deadline for all of it, from connecting to the last byte
   */
  HttpResponse<byte[]> send(HttpRequest request, Duration deadline)
      throws CloudException, InterruptedException {
    try {
      var response = answer(request, deadline);
      if (proxy.isPresent() && response.statusCode() == PROXY_AUTHENTICATION_REQUIRED) {
        var challenges = response.headers().allValues("Proxy-Authenticate");
        throw refusal(ProxyRefusal.of(proxy.get(), response.statusCode(), challenges));
      }
      // Not a proxy's: nothing vouches for what it says.
      date(response).ifPresent(told -> end(response).ifPresent(end -> dates.told(told, end)));
      return response;
    } catch (CloudException e) {
      throw e;
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
      var tunnel = TUNNEL_FAILED.matcher(reason(e));
      if (proxy.isPresent() && tunnel.matches()) {
        throw refusal(ProxyRefusal.of(proxy.get(), Integer.parseInt(tunnel.group(1)), List.of()));
      }
      throw new CloudException(
          Kind.UNREACHABLE,
          "The cloud cannot be reached at "
              + hostAndPort()
              + HttpProxy.by(proxy)
              + " ("
              + reason(e)
              + "). Check the address, that the cloud runs, and that a firewall lets TCP out to it",
          e);
    }
  }

  /** The request's own timeout would end with the answer's head. */
  private HttpResponse<byte[]> answer(HttpRequest request, Duration deadline)
      throws IOException, InterruptedException {
    var answer =
        client.sendAsync(
            request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), ANSWER_LIMIT_BYTES));
    try {
      return answer.get(deadline.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException _) {
      throw new HttpTimeoutException("no whole answer within " + deadline.toSeconds() + " s");
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException cause ? cause : new IOException(e.getCause());
    } finally {
      // Closes the connection of a request that is not over.
      answer.cancel(true);
    }
  }

  static CloudException refusal(ProxyRefusal refusal) {
    return new CloudException(
        refusal.isAboutLogin() ? Kind.PROXY_REFUSED : Kind.UNREACHABLE, refusal.text());
  }

  /** What time the cloud says it is (RFC 9110, 6.6.1), if it does. */
  static Optional<Instant> date(HttpResponse<byte[]> response) {
    try {
      return response
          .headers()
          .firstValue("Date")
          .map(header -> Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(header)));
    } catch (DateTimeException _) {
      return Optional.empty();
    }
  }

  /** Of the certificate that the answer came by. */
  private static Optional<Instant> end(HttpResponse<byte[]> response) {
    try {
      return response.sslSession().isPresent()
              && response.sslSession().get().getPeerCertificates()[0] instanceof X509Certificate own
          ? Optional.of(own.getNotAfter().toInstant())
          : Optional.empty();
    } catch (SSLPeerUnverifiedException _) {
      return Optional.empty();
    }
  }

  private static String reason(IOException e) {
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }

  private String hostAndPort() {
    return cloud.getHost() + ":" + (cloud.getPort() < 0 ? DEFAULT_PORT : cloud.getPort());
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

  /** Lets the requests under way end, in this time, and then closes; returns at once. */
  void retire(Duration atMost) {
    client.shutdown();
    Thread.ofVirtual()
        .name("retired-cloud-connection")
        .start(() -> {
          try {
            client.awaitTermination(atMost);
          } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
          } finally {
            close();
          }
        });
  }

  @Override
  public void close() {
    client.shutdownNow();
    threads.shutdownNow();
  }
}
