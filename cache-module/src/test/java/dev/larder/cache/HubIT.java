package dev.larder.cache;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.larder.common.json.Json;
import dev.larder.common.schedule.Version;
import dev.larder.common.traffic.TrafficMessage.Counts;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The module with a hub over real MQTT and TLS. */
@Timeout(120)
class HubIT {
  private static final int MIB = 1 << 20;

  @TempDir Path folder;
  private TestOrigin origin;
  private TestHub hub;

  @BeforeEach
  void start() throws Exception {
    origin = new TestOrigin();
    origin.put("/a", MIB, 1);
    Files.createDirectories(folder.resolve("drive0"));
    var desired = TestNode.desired(folder, List.of(origin), 16L * MIB, 1).write();
    hub = new TestHub(folder, desired.put("$version", 1));
    TestNode.identity(folder, "localhost", hub.port());
  }

  @AfterEach
  void stop() {
    hub.close();
    origin.close();
  }

  private static void eventually(Callable<Boolean> condition) throws Exception {
    long deadline = System.nanoTime() + Duration.ofSeconds(40).toNanos();
    while (!condition.call()) {
      assertThat(System.nanoTime()).as("deadline").isLessThan(deadline);
      LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
    }
  }

  private int status(CacheService service, String path) throws Exception {
    var uri = URI.create("http://127.0.0.1:" + service.port() + path);
    try (var client = HttpClient.newHttpClient()) {
      return client
          .send(HttpRequest.newBuilder(uri).build(), BodyHandlers.discarding())
          .statusCode();
    }
  }

  private String content() {
    return "/a?cacheHostOrigin=" + origin.host();
  }

  @Test
  void takesItsConfigurationFromItsTwinAndReports() throws Exception {
    try (var service = CacheService.start(TestNode.options(folder))) {
      eventually(() -> status(service, content()) == 200);
      eventually(() -> hub.reported().path("desiredVersion").asLong() == 1);
      eventually(() -> hub.reported().path("updates").path("checks").asLong() == 1);

      assertThat(hub.password()).isEqualTo("a2V5");
      assertThat(hub.user()).contains("/cache/", "generation=1");
      assertThat(hub.reported().path("drives").path(0).path("hostPath").asText())
          .isEqualTo("/srv/0");
      assertThat(hub.reported().path("updates").path("frequencySeconds").asLong()).isEqualTo(3600);
    }
    assertThat(folder.resolve("desired.json")).exists();
  }

  @Test
  void waitsForItsFirstConfiguration() throws Exception {
    hub.goAway();
    try (var service = CacheService.start(TestNode.options(folder))) {
      assertThat(status(service, content())).isEqualTo(503);
      hub.comeBack();
      eventually(() -> status(service, content()) == 200);
    }
  }

  @Test
  void bootsAndServesWithoutAHubFromTheLastGoodConfiguration() throws Exception {
    try (var service = CacheService.start(TestNode.options(folder))) {
      eventually(() -> status(service, content()) == 200);
    }
    hub.goAway();
    try (var service = CacheService.start(TestNode.options(folder))) {
      assertThat(status(service, content())).isEqualTo(200);
    }
  }

  @Test
  void aChangedFrequencyTakesEffectAtOnceAndAnOfferIsAccepted() throws Exception {
    try (var service = CacheService.start(TestNode.options(folder))) {
      eventually(() -> checks() == 1);
      hub.patch(
          (ObjectNode)
              Json.mapper()
                  .readTree(
                      """
                      {"updates":{"schedule":{"checkEvery":"PT1S"},"offers":[
                        {"version":"1.2.0","fastFrom":"2026-01-01T00:00:00Z",
                         "slowFrom":"2026-02-01T00:00:00Z"}]}}
                      """));
      eventually(() -> checks() >= 3);

      assertThat(hub.reported().path("updates").path("frequencySeconds").asLong()).isEqualTo(1);
      assertThat(hub.reported().path("updates").path("accepted").asText())
          .isEqualTo(new Version(1, 2, 0).toString());
      assertThat(service.port()).isPositive();
    }
  }

  private long checks() {
    return hub.reported().path("updates").path("checks").asLong();
  }

  @Test
  void aBadTwinIsReportedAndTheLastGoodStays() throws Exception {
    try (var service = CacheService.start(TestNode.options(folder))) {
      eventually(() -> hub.reported().path("desiredVersion").asLong() == 1);
      hub.patch(Json.object().put("trafficEvery", "never"));
      eventually(() -> !hub.reported().path("problems").isEmpty());

      assertThat(hub.reported().path("problems").path(0).path("path").asText())
          .isEqualTo("trafficEvery");
      assertThat(hub.reported().path("desiredVersion").asLong()).isEqualTo(1);
      assertThat(status(service, content())).isEqualTo(200);
    }
  }

  @Test
  void anOriginTakenOffTheListIsRefusedAtOnce() throws Exception {
    try (var service = CacheService.start(TestNode.options(folder))) {
      eventually(() -> status(service, content()) == 200);
      var change = Json.object();
      change.putArray("origins");
      hub.patch(change);
      eventually(() -> status(service, content()) == 403);
    }
  }

  @Test
  void trafficReachesTheHubOnceThoughItWasAway() throws Exception {
    try (var service = CacheService.start(TestNode.options(folder))) {
      eventually(() -> status(service, content()) == 200);
      eventually(() -> received().requests() >= 1);
      hub.silent = true;
      int sent = 1;
      status(service, content());
      sent++;
      eventually(() -> hub.traffic.size() >= 2);
      hub.goAway();
      status(service, content());
      sent++;
      hub.silent = false;
      hub.comeBack();
      int all = sent;
      eventually(() -> received().requests() >= all);

      assertThat(received()).isEqualTo(new Counts(all, all - 1, (all - 1L) * MIB, MIB, MIB));
    }
  }

  @Test
  void whatWasServedJustBeforeTheStopIsCounted() throws Exception {
    int all = 3;
    try (var service = CacheService.start(TestNode.options(folder))) {
      eventually(() -> status(service, content()) == 200);
      for (int i = 1; i < all; i++) {
        assertThat(status(service, content())).isEqualTo(200);
      }
    }
    assertThat(received()).isEqualTo(new Counts(all, all - 1, (all - 1L) * MIB, MIB, MIB));
  }

  @Test
  void methodsAreCarriedOutAndAnswered() throws Exception {
    try (var service = CacheService.start(TestNode.options(folder))) {
      eventually(() -> status(service, content()) == 200);
      eventually(() -> hub.reported().path("desiredVersion").asLong() == 1);
      origin.put("/b", MIB, 2);
      var order = "{\"urls\":[\"http://" + origin.host() + "/b\"]}";
      hub.invoke("prefetch", "1", order);
      hub.invoke("prefetch", "2", "{\"urls\":[]}");
      hub.invoke("dance", "3", "{}");
      hub.invoke("status", "4", "");
      hub.invoke("status", "5", "no json");
      eventually(() -> hub.answers.size() == 5);

      assertThat(hub.answers.get("1")).startsWith("202 ").contains("\"id\"");
      assertThat(hub.answers.get("2")).startsWith("400 ").contains("\"path\":\"urls\"");
      assertThat(hub.answers.get("3")).startsWith("404 ");
      assertThat(hub.answers.get("4")).startsWith("200 ").contains(TestNode.ID.toString());
      assertThat(hub.answers.get("5")).startsWith("400 ");
      eventually(() -> origin.bytes() == 2 * MIB);
    }
  }

  private Counts received() {
    return hub.traffic.values().stream()
        .map(message -> message.byContentType().getOrDefault("Test", Counts.NONE))
        .reduce(Counts.NONE, Counts::plus);
  }
}
