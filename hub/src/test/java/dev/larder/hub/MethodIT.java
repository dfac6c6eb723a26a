package dev.larder.hub;

import static dev.larder.hub.HubProcess.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.common.topic.IotHubTopics;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Direct methods, from the cloud and from one module to another. */
final class MethodIT {
  private static final String ASKED = "{\"responseTimeout\":\"PT30S\",\"payload\":{\"deep\":true}}";
  private static final String CALL =
      "{\"methodName\":\"clean\",\"responseTimeoutInSeconds\":30,\"payload\":{\"deep\":true}}";
  private static final String PRESS = "/twins/" + TestIdentity.NODE + "/modules/press/methods";
  private static final String QUERY = "?api-version=2021-04-12&generation=g1";
  private static final String DEVICE =
      "{\"schemaVersion\": \"1.1\", \"routes\": {}, \"devices\": {\"printer-7\": {\"generation\": \"1\"}}}";

  @TempDir private Path folder;
  private TestNode node;

  @BeforeEach
  void start() {
    node = TestNode.start(folder, DEVICE);
  }

  @AfterEach
  void stop() {
    node.close();
  }

  private static String token(String module) {
    return Who.moduleToken(module, TestIdentity.GENERATION, Instant.now().plusSeconds(600));
  }

  private CompletableFuture<HttpResponse<String>> post(
      HttpClient client, String path, String authorization, String body) {
    var request =
        HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + node.hub().webPort() + path))
            .timeout(Duration.ofSeconds(40))
            .POST(HttpRequest.BodyPublishers.ofString(body));
    if (!authorization.isEmpty()) {
      request.header("Authorization", authorization);
    }
    return client.sendAsync(request.build(), BodyHandlers.ofString());
  }

  private HttpClient http() {
    return HttpClient.newBuilder()
        .version(HttpClient.Version.HTTP_1_1)
        .sslContext(node.identity().tls(Optional.empty()))
        .build();
  }

  /** Waits for the request, answers it, and tells the payload. */
  private static String serve(Paho asked, int status, String answer) throws MqttException {
    await("it is asked", () -> !asked.received().isEmpty());
    var parts = asked.received().getLast().split(" ", 2);
    var request = IotHubTopics.parseMethodRequest(parts[0]).orElseThrow();
    assertThat(request.name()).isEqualTo("clean");
    Paho.done(asked.publish(IotHubTopics.methodResponse(status, request.requestId()), answer, 1));
    return parts[1];
  }

  @Test
  void aMethodOfTheCloudGoesToItsModuleAndTheAnswerBack() throws Exception {
    var cloud = node.cloud();
    try (var press = node.module("press");
        var other = node.module("other")) {
      cloud.invoke("press", "clean", "a-0", ASKED);
      await("refusal", () -> cloud.methodResponse("a-0").contains("takes no methods"));
      press.subscribe(IotHubTopics.METHODS);
      other.subscribe(IotHubTopics.METHODS);
      cloud.invoke("press", "clean", "a-1", ASKED);
      await("the module is asked", () -> !press.received().isEmpty());
      var topic = press.received().getFirst().split(" ", 2)[0];
      var request = IotHubTopics.parseMethodRequest(topic).orElseThrow();
      var answer = IotHubTopics.methodResponse(200, request.requestId());
      Paho.done(other.publish(answer, "{\"not\":\"mine\"}", 1));
      assertThat(serve(press, 207, "{\"cleaned\":3}")).isEqualTo("{\"deep\":true}");
      await("answer", () -> !cloud.methodResponse("a-1").isEmpty());
      assertThat(cloud.methodResponse("a-1"))
          .contains("\"status\":207", "\"cleaned\":3")
          .doesNotContain("not");
      assertThat(other.received()).isEmpty();
      cloud.invoke("nobody", "clean", "a-2", ASKED);
      await("refusal", () -> cloud.methodResponse("a-2").contains("nobody"));
      cloud.invoke("press", "clean", "a-3", ASKED.replace("PT30S", "PT1S"));
      await("the end of patience", () -> cloud.methodResponse("a-3").contains("in time"));
    }
  }

  @Test
  void aModuleCallsAnotherByItsToken() throws Exception {
    try (var press = node.module("press");
        var client = http()) {
      press.subscribe(IotHubTopics.METHODS);
      var answer = post(client, PRESS + QUERY, token("agg"), CALL);
      assertThat(serve(press, 207, "{\"cleaned\":3}")).isEqualTo("{\"deep\":true}");
      assertThat(answer.get(30, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
      assertThat(answer.join().body()).isEqualTo("{\"status\":207,\"payload\":{\"cleaned\":3}}");
    }
  }

  @Test
  void aModuleCallsAnotherByItsCertificate() throws Exception {
    var own = node.identity().issue(TestIdentity.clientId("agg"), Duration.ofHours(1));
    try (var press = node.module("press");
        var client =
            HttpClient.newBuilder().sslContext(node.identity().tls(Optional.of(own))).build()) {
      press.subscribe(IotHubTopics.METHODS);
      var answer = post(client, PRESS, "", CALL);
      assertThat(serve(press, 200, "null")).isEqualTo("{\"deep\":true}");
      assertThat(answer.get(30, TimeUnit.SECONDS).body())
          .isEqualTo("{\"status\":200,\"payload\":null}");
    }
  }

  @Test
  void aModuleCallsALeafDevice() throws Exception {
    try (var printer = node.client(Who.device("printer-7"));
        var client = http()) {
      printer.subscribe(IotHubTopics.METHODS);
      var answer = post(client, "/twins/printer-7/methods" + QUERY, token("agg"), CALL);
      serve(printer, 200, "{}");
      assertThat(answer.get(30, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
    }
  }

  private int status(HttpClient client, String path, String authorization, String body)
      throws Exception {
    return post(client, path, authorization, body).get(30, TimeUnit.SECONDS).statusCode();
  }

  @Test
  void refusesWhatIsWrong() throws Exception {
    var ended =
        Who.moduleToken("agg", TestIdentity.GENERATION, Instant.now().minus(Duration.ofHours(1)));
    var device = Who.deviceByToken("printer-7", Instant.now().plusSeconds(600)).password();
    try (var client = http()) {
      assertThat(status(client, PRESS + QUERY, "", CALL)).isEqualTo(401);
      assertThat(status(client, PRESS + QUERY, ended, CALL)).isEqualTo(401);
      assertThat(status(client, PRESS, token("agg"), CALL)).as("generation").isEqualTo(401);
      assertThat(status(client, PRESS + QUERY, device, CALL)).as("a device's").isEqualTo(401);
      assertThat(status(client, PRESS + QUERY, token("agg") + "x", CALL)).isEqualTo(401);
      assertThat(status(client, "/", token("agg"), CALL)).isEqualTo(404);
      assertThat(status(client, "/twins/other/modules/press/methods" + QUERY, token("agg"), CALL))
          .isEqualTo(404);
      assertThat(status(client, PRESS + QUERY, token("agg"), CALL)).as("away").isEqualTo(404);
      assertThat(status(client, PRESS + QUERY, token("agg"), "{}")).isEqualTo(400);
      assertThat(status(client, PRESS + QUERY, token("agg"), "{")).isEqualTo(400);
      assertThat(status(client, PRESS + QUERY, token("agg"), "{\"methodName\":\"a/b\"}"))
          .isEqualTo(400);
      var get =
          HttpRequest.newBuilder(
                  URI.create("https://127.0.0.1:" + node.hub().webPort() + PRESS + QUERY))
              .header("Authorization", token("agg"))
              .build();
      assertThat(client.send(get, BodyHandlers.ofString()).statusCode()).isEqualTo(405);
    }
  }

  @Test
  void saysThatAModuleDidNotAnswerInTime() throws Exception {
    try (var press = node.module("press");
        var client = http()) {
      press.subscribe(IotHubTopics.METHODS);
      var call = CALL.replace(":30", ":1");
      var answer = post(client, PRESS + QUERY, token("agg"), call).get(30, TimeUnit.SECONDS);
      assertThat(answer.statusCode()).isEqualTo(504);
      assertThat(answer.body()).contains("press did not answer in time");
    }
  }

  @Test
  void slowsDownAndCountsWrongTokens() throws Exception {
    var wrong = token("agg").replace("sig=", "sig=A");
    try (var client = http()) {
      for (int i = 0; i < 3; i++) {
        assertThat(status(client, PRESS + QUERY, wrong, CALL)).isEqualTo(401);
      }
      long began = System.nanoTime();
      assertThat(status(client, PRESS + QUERY, wrong, CALL)).isEqualTo(401);
      assertThat(System.nanoTime() - began).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(240));
      var metrics =
          HttpRequest.newBuilder(
                  URI.create("http://127.0.0.1:" + node.hub().healthPort() + "/metrics"))
              .build();
      assertThat(client.send(metrics, BodyHandlers.ofString()).body())
          .containsPattern("larder_hub_logins_refused_total\\{[^}]*} 4\\.0");
    }
  }

  @Test
  void answersInTheOrderOfTheRequests() throws Exception {
    var slow = CALL.replace(":30", ":1");
    var request =
        "POST %s HTTP/1.1\r\nHost: hub\r\nAuthorization: %s\r\nContent-Length: %d\r\n\r\n%s"
            .formatted(PRESS + QUERY, token("agg"), slow.length(), slow);
    var other = "GET /elsewhere HTTP/1.1\r\nHost: hub\r\nConnection: close\r\n\r\n";
    try (var press = node.module("press");
        var socket =
            node.identity()
                .tls(Optional.empty())
                .getSocketFactory()
                .createSocket("127.0.0.1", node.hub().webPort())) {
      press.subscribe(IotHubTopics.METHODS);
      socket.setSoTimeout(20_000);
      socket.getOutputStream().write((request + other).getBytes(StandardCharsets.US_ASCII));
      var answers = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(answers).containsSubsequence("HTTP/1.1 504", "HTTP/1.1 404");
    }
  }
}
