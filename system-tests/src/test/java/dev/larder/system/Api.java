package dev.larder.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.larder.common.json.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** The cloud's REST API as any HTTP client sees it. */
final class Api {
  private static final Duration LIMIT = Duration.ofSeconds(15);

  private final HttpClient http;
  private final String url;
  private final String token;

  /** An answer's status and JSON body. */
  record Answer(int status, JsonNode body) {
    Answer is(int expected) {
      assertThat(status).as(body.toString()).isEqualTo(expected);
      return this;
    }
  }

  private Api(HttpClient http, String url, String token) {
    this.http = http;
    this.url = url;
    this.token = token;
  }

  /** Trusts the cloud's own authority and nothing else. */
  static Api connect(String url, Path authority) throws IOException, GeneralSecurityException {
    var store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    try (var pem = Files.newInputStream(authority)) {
      store.setCertificateEntry(
          "cloud", CertificateFactory.getInstance("X.509").generateCertificate(pem));
    }
    var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(store);
    var tls = SSLContext.getInstance("TLS");
    tls.init(null, trust.getTrustManagers(), null);
    return new Api(HttpClient.newBuilder().sslContext(tls).connectTimeout(LIMIT).build(), url, "");
  }

  /** Signs in, and makes a token for all that follows. */
  Api signedIn(String password) throws IOException, InterruptedException {
    var session =
        http.send(
            request("/api/v1/session").POST(json(Json.object().put("password", password))).build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(session.statusCode()).as(session.body()).isEqualTo(200);
    var cookie = session.headers().firstValue("Set-Cookie").orElseThrow().split(";", -1)[0];
    var made =
        http.send(
            request("/api/v1/tokens")
                .header("Cookie", cookie)
                .header("X-Larder-Request", "1")
                .POST(json(Json.object().put("name", "system-tests")))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
    return new Api(http, url, Json.mapper().readTree(made.body()).path("token").asText());
  }

  Answer get(String path) throws IOException, InterruptedException {
    return send(request(path).GET());
  }

  Answer delete(String path) throws IOException, InterruptedException {
    return send(request(path).DELETE());
  }

  Answer post(String path, JsonNode body) throws IOException, InterruptedException {
    return send(request(path).POST(json(body)));
  }

  Answer put(String path, JsonNode body) throws IOException, InterruptedException {
    return send(request(path).PUT(json(body)));
  }

  Answer patch(String path, JsonNode body) throws IOException, InterruptedException {
    return send(request(path).method("PATCH", json(body)));
  }

  /** Downloads to a file. */
  void download(String path, Path to) throws IOException, InterruptedException {
    var answer = http.send(request(path).GET().build(), HttpResponse.BodyHandlers.ofFile(to));
    assertThat(answer.statusCode()).isEqualTo(200);
  }

  private HttpRequest.Builder request(String path) {
    var request =
        HttpRequest.newBuilder(URI.create(url + path))
            .timeout(LIMIT)
            .header("Content-Type", "application/json");
    return token.isEmpty() ? request : request.header("Authorization", "Bearer " + token);
  }

  private static HttpRequest.BodyPublisher json(JsonNode body) {
    return HttpRequest.BodyPublishers.ofString(body.toString());
  }

  private Answer send(HttpRequest.Builder request) throws IOException, InterruptedException {
    var answer = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    var body = answer.body().isEmpty() ? "null" : answer.body();
    return new Answer(answer.statusCode(), Json.mapper().readTree(body));
  }
}
