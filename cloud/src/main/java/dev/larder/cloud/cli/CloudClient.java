package dev.larder.cloud.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.larder.common.json.Json;
import dev.larder.common.problem.Problem;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManagerFactory;

/**
 * Speaks HTTPS to one cloud and trusts its certificate authority only. Every call ends within
 * {@link #TIMEOUT}, or that much later than the cloud itself was asked to wait; a refusal is a
 * {@link CliFailure} with the cloud's own words.
 */
final class CloudClient implements AutoCloseable {
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
  static final Duration TIMEOUT = Duration.ofSeconds(30);

  private final URI url;
  private final Map<String, String> headers;
  private final HttpClient http;

  /**
   * @param ca PEM
   * @param headers that each request carries: who asks
   */
  CloudClient(URI url, String ca, Map<String, String> headers) {
    this.url = url;
    this.headers = Map.copyOf(headers);
    this.http =
        HttpClient.newBuilder().connectTimeout(CONNECT_TIMEOUT).sslContext(trusting(ca)).build();
  }

  static CloudClient of(Connection connection) {
    return new CloudClient(
        connection.url(), connection.ca(), Map.of("Authorization", "Bearer " + connection.token()));
  }

  private static SSLContext trusting(String pem) {
    try (var in = new ByteArrayInputStream(pem.getBytes(StandardCharsets.UTF_8))) {
      var trusted = KeyStore.getInstance(KeyStore.getDefaultType());
      trusted.load(null, null);
      int index = 0;
      for (var certificate : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
        trusted.setCertificateEntry("ca" + index++, certificate);
      }
      var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(trusted);
      var context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new CliFailure("The cloud's certificate is not a PEM file: " + e.getMessage());
    }
  }

  /** The address of a thing: each part is put in as one segment. */
  static String path(String... parts) {
    return Arrays.stream(parts)
        .map(part -> URLEncoder.encode(part, StandardCharsets.UTF_8).replace("+", "%20"))
        .collect(Collectors.joining("/", "/api/v1/", ""));
  }

  JsonNode get(String path) {
    return json(send(request(path).GET().build()));
  }

  JsonNode delete(String path) {
    return json(send(request(path).DELETE().build()));
  }

  JsonNode send(String method, String path, JsonNode body) {
    return json(exchange(method, path, body));
  }

  /** As {@link #send(String, String, JsonNode)}, of what the cloud itself may wait so long for. */
  JsonNode send(String method, String path, JsonNode body, Duration patience) {
    return json(send(request(method, path, body).timeout(TIMEOUT.plus(patience)).build()));
  }

  /** As {@link #send(String, String, JsonNode)}, for a caller that needs the answer's headers. */
  HttpResponse<byte[]> exchange(String method, String path, JsonNode body) {
    return send(request(method, path, body).build());
  }

  private HttpRequest.Builder request(String method, String path, JsonNode body) {
    return request(path)
        .header("Content-Type", "application/json")
        .method(method, BodyPublishers.ofByteArray(Json.writeBytes(body)));
  }

  byte[] download(String path) {
    return send(request(path).GET().build()).body();
  }

  private HttpRequest.Builder request(String path) {
    var request =
        HttpRequest.newBuilder(URI.create(url + path))
            .timeout(TIMEOUT)
            .header("Accept", "application/json");
    headers.forEach(request::header);
    return request;
  }

  private HttpResponse<byte[]> send(HttpRequest request) {
    try {
      var response = http.send(request, BodyHandlers.ofByteArray());
      if (response.statusCode() >= 300) {
        throw refusal(response);
      }
      return response;
    } catch (HttpTimeoutException _) {
      throw new CliFailure(
          "The cloud at " + url + " did not answer in time: check that it runs, then try again");
    } catch (SSLException e) {
      throw new CliFailure(
          "The cloud at "
              + url
              + " is not the one whose certificate is trusted ("
              + e.getMessage()
              + "): check the address and the CA file");
    } catch (ConnectException _) {
      throw new CliFailure(
          "The cloud at " + url + " cannot be reached: check the address and that it runs");
    } catch (IOException e) {
      throw new CliFailure("The connection to the cloud at " + url + " broke: " + e.getMessage());
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new CliFailure("Interrupted");
    }
  }

  private static CliFailure refusal(HttpResponse<byte[]> response) {
    var status = response.statusCode();
    JsonNode problem;
    try {
      problem = Json.mapper().readTree(response.body());
    } catch (IOException _) {
      problem = Json.object();
    }
    var detail =
        problem
            .path("detail")
            .asText("The cloud answered with status " + status + " and no explanation");
    var hint =
        status == 401 ? " (run 'larder login' again, or set LARDER_TOKEN to a valid token)" : "";
    return new CliFailure(detail + hint, status, problems(problem.path("problems")));
  }

  private static List<Problem> problems(JsonNode array) {
    var problems = new ArrayList<Problem>();
    for (var problem : array) {
      problems.add(
          new Problem(
              problem.path("path").asText(),
              problem.path("message").asText(),
              problem.path("mend").asText()));
    }
    return problems;
  }

  private static JsonNode json(HttpResponse<byte[]> response) {
    if (response.body().length == 0) {
      return Json.object();
    }
    try {
      return Json.mapper().readTree(response.body());
    } catch (JsonProcessingException e) {
      throw new CliFailure("The cloud's answer is not JSON: " + e.getOriginalMessage());
    } catch (IOException e) {
      throw new CliFailure("The cloud's answer is not readable: " + e.getMessage());
    }
  }

  @Override
  public void close() {
    http.close();
  }
}
