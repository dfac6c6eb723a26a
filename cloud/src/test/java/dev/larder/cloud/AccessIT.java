package dev.larder.cloud;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.larder.common.json.Json;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class AccessIT {
  @RegisterExtension private final TestCloud cloud = new TestCloud();
  @TempDir private Path folder = Path.of("");

  private HttpResponse<byte[]> signIn(String password) throws IOException, InterruptedException {
    return cloud.send(
        cloud.client(Optional.empty()),
        cloud
            .request("/api/v1/session")
            .POST(TestCloud.json(Json.write(java.util.Map.of("password", password)))));
  }

  private static String cookie(HttpResponse<byte[]> response) {
    return response.headers().firstValue("Set-Cookie").orElseThrow().split(";", -1)[0];
  }

  private int status(String method, String path, String... headers)
      throws IOException, InterruptedException {
    var request = cloud.request(path).method(method, TestCloud.json("{\"name\":\"x\"}"));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return cloud.send(cloud.client(Optional.empty()), request).statusCode();
  }

  @Test
  void nobodyIsLetInUnknown() throws IOException, InterruptedException {
    assertThat(status("GET", "/api/v1/resources")).isEqualTo(401);
    assertThat(status("GET", "/api/v1/resources", "Authorization", "Bearer guess")).isEqualTo(401);
    assertThat(status("GET", "/api/v1/resources", "Cookie", "larder_session=guess")).isEqualTo(401);
  }

  @Test
  void aSessionReadsAndWithTheOwnHeaderWrites() throws IOException, InterruptedException {
    var signedIn = signIn(TestCloud.PASSWORD);
    assertThat(signedIn.headers().firstValue("Set-Cookie").orElseThrow())
        .contains("HttpOnly", "Secure", "SameSite=Strict");
    var cookie = cookie(signedIn);
    assertThat(status("GET", "/api/v1/session", "Cookie", cookie)).isEqualTo(200);
    assertThat(status("POST", "/api/v1/resources", "Cookie", cookie)).isEqualTo(403);
    assertThat(status("POST", "/api/v1/resources", "Cookie", cookie, "X-Larder-Request", "1"))
        .isEqualTo(201);
    assertThat(status("DELETE", "/api/v1/session", "Cookie", cookie, "X-Larder-Request", "1"))
        .isEqualTo(204);
    assertThat(status("GET", "/api/v1/session", "Cookie", cookie)).isEqualTo(401);
  }

  @Test
  void aSessionEnds() throws IOException, InterruptedException {
    var cookie = cookie(signIn(TestCloud.PASSWORD));
    cloud.clock().forward(Duration.ofHours(12));
    assertThat(status("GET", "/api/v1/session", "Cookie", cookie)).isEqualTo(401);
  }

  @Test
  void aChangedPasswordEndsTheOtherSessions() throws IOException, InterruptedException {
    var mine = cookie(signIn(TestCloud.PASSWORD));
    var other = cookie(signIn(TestCloud.PASSWORD));
    var change =
        cloud
            .request("/api/v1/session/password")
            .headers("Cookie", mine, "X-Larder-Request", "1")
            .POST(
                TestCloud.json(
                    "{\"current\":\"" + TestCloud.PASSWORD + "\",\"new\":\"another one here\"}"));
    assertThat(cloud.send(cloud.client(Optional.empty()), change).statusCode()).isEqualTo(204);
    assertThat(status("GET", "/api/v1/session", "Cookie", mine)).isEqualTo(200);
    assertThat(status("GET", "/api/v1/session", "Cookie", other)).isEqualTo(401);
    assertThat(signIn(TestCloud.PASSWORD).statusCode()).isEqualTo(401);
    assertThat(signIn("another one here").statusCode()).isEqualTo(200);
  }

  @Test
  void guessingAPasswordIsBounded() throws IOException, InterruptedException {
    for (int i = 0; i < 10; i++) {
      assertThat(signIn("guess " + i).statusCode()).isEqualTo(401);
    }
    assertThat(signIn(TestCloud.PASSWORD).statusCode()).isEqualTo(429);
    cloud.clock().forward(Duration.ofMinutes(1));
    assertThat(signIn(TestCloud.PASSWORD).statusCode()).isEqualTo(200);
  }

  @Test
  void aTokenWorksUntilItIsWithdrawn() throws IOException, InterruptedException {
    var made = cloud.api("POST", "/api/v1/tokens", "{'name': 'cli'}").body();
    var bearer = "Bearer " + made.path("token").asText();
    assertThat(status("POST", "/api/v1/resources", "Authorization", bearer)).isEqualTo(201);
    assertThat(cloud.api("POST", "/api/v1/tokens", "{'name': 'cli'}").status()).isEqualTo(409);
    assertThat(cloud.get("/api/v1/tokens").body().toString())
        .contains("\"cli\"")
        .doesNotContain(made.path("token").asText());
    var path = "/api/v1/tokens/" + made.path("id").asText();
    assertThat(cloud.api("DELETE", path, "").status()).isEqualTo(204);
    assertThat(cloud.api("DELETE", path, "").status()).isEqualTo(404);
    assertThat(status("GET", "/api/v1/resources", "Authorization", bearer)).isEqualTo(401);
  }

  @Test
  void everyAnswerIsGuarded() throws IOException, InterruptedException {
    var response = cloud.send(cloud.client(Optional.empty()), cloud.request("/api/v1/about").GET());
    assertThat(response.headers().firstValue("Content-Security-Policy").orElse(""))
        .contains("default-src 'self'", "frame-ancestors 'none'");
    assertThat(response.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
    assertThat(response.headers().firstValue("Strict-Transport-Security")).isPresent();
    var date =
        DateTimeFormatter.RFC_1123_DATE_TIME.parse(
            response.headers().firstValue("Date").orElseThrow());
    assertThat(Instant.from(date)).isCloseTo(Instant.now(), within(1, ChronoUnit.MINUTES));
  }

  @Test
  void theFirstPasswordIsMadeOnceAndOnlyItsUserCanReadIt() throws IOException {
    var data = folder.resolve("fresh");
    var options =
        new CloudOptions(
            data,
            "127.0.0.1",
            0,
            0,
            List.of("localhost"),
            "",
            false,
            Optional.empty(),
            Optional.empty());
    try (var first = Cloud.start(options, Clock.systemUTC())) {
      var file = first.firstLoginSecret().orElseThrow();
      assertThat(Files.readString(file).strip()).hasSizeGreaterThan(30);
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
          .isEqualTo("rw-------");
    }
    try (var second = Cloud.start(options, Clock.systemUTC())) {
      assertThat(second.firstLoginSecret()).isEmpty();
    }
  }
}
