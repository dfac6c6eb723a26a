package dev.larder.agent.workload;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.larder.agent.trust.Authority;
import dev.larder.agent.trust.Pem;
import dev.larder.common.id.CacheNodeId;
import dev.larder.common.id.CustomerId;
import dev.larder.common.id.ModuleId;
import dev.larder.common.identity.ModuleIdentity;
import dev.larder.common.json.Json;
import dev.larder.common.trust.KeyMatch;
import dev.larder.common.trust.ModuleKey;
import dev.larder.common.trust.SasToken;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class WorkloadApiTest {
  private static final Instant NOW = Instant.parse("2026-07-01T12:00:00Z");
  private static final ModuleId PRESS = ModuleId.of("press");
  private static final byte[] SECRET = new byte[ModuleKey.NODE_SECRET_BYTES];
  private static final String OWN = "/modules/press/genid/g7/";
  private static final String VERSION = "?api-version=2018-06-28";

  private final Authority authority = Authority.create("node", NOW);
  private final WorkloadApi api =
      new WorkloadApi(PRESS, "g7", List.of("press", "larder-press"), SECRET, authority);

  WorkloadApiTest() throws GeneralSecurityException {}

  private Answer ask(String method, String target, String body) {
    return api.answer(new Request(method, target, Optional.of("application/json"), body), NOW, NOW);
  }

  private JsonNode answered(Status status, String method, String target, String body)
      throws Exception {
    var answer = ask(method, target, body);
    assertThat(answer.status()).as(answer.json()).isEqualTo(status);
    return Json.mapper().readTree(answer.json());
  }

  private static String signing(String keyId, String text) {
    var data = Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    return Json.write(
        Json.object().put("keyId", keyId).put("algo", "HMACSHA256").put("data", data));
  }

  /** What IoT Edge's libraries do with a signature. */
  private SasToken token(String keyId) throws Exception {
    var resource =
        URLEncoder.encode(
            SasToken.moduleResource("hub", "11111111-2222-3333-4444-555555555555", "press"),
            StandardCharsets.UTF_8);
    var signed = signing(keyId, resource + "\n1800000000");
    var digest = answered(Status.OK, "POST", OWN + "sign" + VERSION, signed).get("digest").asText();
    return SasToken.parse(
            SasToken.PREFIX
                + "sr="
                + resource
                + "&sig="
                + URLEncoder.encode(digest, StandardCharsets.UTF_8)
                + "&se=1800000000")
        .orElseThrow();
  }

  @Test
  void signsTokensThatTheHubTakes() throws Exception {
    // A user name without a generation, as IoT Hub's libraries write it: the empty one's key.
    assertThat(token("primary").isSignedWith(ModuleKey.derive(SECRET, PRESS, ""))).isTrue();
    assertThat(token("primary").isSignedWith(ModuleKey.derive(SECRET, PRESS, "g7"))).isFalse();
    assertThat(token("secondary").isSignedWith(ModuleKey.derive(SECRET, PRESS, "g7"))).isTrue();
    assertThat(
            token("primary")
                .isFor("devices", "11111111-2222-3333-4444-555555555555", "modules", "press"))
        .isTrue();
  }

  /** By OpenSSL; the key of press:g7 is that of SasTokenTest. */
  @Test
  void signsAsOpenSslDoes() throws Exception {
    var text = "hub%2Fdevices%2F11111111-2222-3333-4444-555555555555%2Fmodules%2Fpress\n1800000000";
    var digest = answered(Status.OK, "POST", OWN + "sign" + VERSION, signing("secondary", text));
    assertThat(digest)
        .isEqualTo(Json.object().put("digest", "o+ZOUEasNpCfy2jlYVOAE6KZOeztOcjbrzEO/5d5FaA="));
  }

  @Test
  void takesPrimaryForAKeyThatIsNotSaid() throws Exception {
    var said = answered(Status.OK, "POST", OWN + "sign" + VERSION, signing("primary", "x"));
    assertThat(answered(Status.OK, "POST", OWN + "sign" + VERSION, "{\"data\": \"eA==\"}"))
        .isEqualTo(said);
  }

  @ParameterizedTest
  @CsvSource({
    "POST, /modules/press/genid/g7/sign, BAD_REQUEST, api-version",
    "POST, /modules/press/genid/g7/sign?api-version=2017-01-01, BAD_REQUEST, api-version",
    "POST, /modules/press/genid/g7/sign?api-version=%zz, BAD_REQUEST, percent",
    "GET, /modules/press/genid/g7/sign?api-version=2018-06-28, BAD_REQUEST, method not allowed",
    "POST, /trust-bundle?api-version=2018-06-28, BAD_REQUEST, method not allowed",
    "POST, /modules/cache/genid/g7/sign?api-version=2018-06-28, FORBIDDEN, press",
    "POST, /modules/press/genid/g8/sign?api-version=2018-06-28, FORBIDDEN, GENERATION",
    "POST, /modules/$press/genid/g7/sign?api-version=2018-06-28, FORBIDDEN, press",
    "POST, /modules/press%2F/genid/g7/sign?api-version=2018-06-28, FORBIDDEN, press",
    "POST, /modules/cache/genid/g7/certificate/server?api-version=2018-06-28, FORBIDDEN, press",
    "POST, /modules/press/genid/g7/decrypt?api-version=2018-06-28, NOT_FOUND, not found",
    "GET, /?api-version=2018-06-28, NOT_FOUND, not found",
    "POST, //modules/press/genid/g7/sign?api-version=2018-06-28, NOT_FOUND, not found",
  })
  void refusesByPath(String method, String target, Status status, String part) throws Exception {
    var message = answered(status, method, target, signing("primary", "x")).get("message");
    assertThat(message.asText()).contains(part);
  }

  @ParameterizedTest
  @CsvSource({
    "'', BAD_REQUEST, missing request body",
    "'{', UNPROCESSABLE, one JSON object",
    "'[]', UNPROCESSABLE, one JSON object",
    "'{} {}', UNPROCESSABLE, one JSON object",
    "'{\"keyId\":\"primary\"}', UNPROCESSABLE, data is missing",
    "'{\"data\":1}', UNPROCESSABLE, data is not a text",
    "'{\"data\":\"a\"}', UNPROCESSABLE, data is not base64",
    "'{\"data\":\"eA==\",\"algo\":\"MD5\"}', UNPROCESSABLE, HMACSHA256",
    "'{\"data\":\"eA==\",\"keyId\":\"device\"}', NOT_FOUND, primary or secondary",
  })
  void refusesByBody(String body, Status status, String part) throws Exception {
    var message = answered(status, "POST", OWN + "sign" + VERSION, body).get("message").asText();
    assertThat(message).contains(part);
  }

  @Test
  void theHubMayWriteItsTwinsName() {
    var hub = new WorkloadApi(ModuleId.HUB, "1", List.of("edgeHub", "hub"), SECRET, authority);
    for (var name : List.of("edgeHub", "$edgeHub", "%24edgeHub")) {
      var target = "/modules/" + name + "/genid/1/sign" + VERSION;
      var request = new Request("POST", target, Optional.empty(), signing("primary", "x"));
      assertThat(hub.answer(request, NOW, NOW).status()).isEqualTo(Status.OK);
    }
  }

  @Test
  void tellsWhomToTrust() throws Exception {
    var bundle = answered(Status.OK, "GET", "/trust-bundle" + VERSION, "");
    assertThat(Pem.certificates(bundle.get("certificate").asText()))
        .containsExactly(authority.certificate());
  }

  private JsonNode certificate(Status status, String body) throws Exception {
    return answered(status, "POST", OWN + "certificate/server" + VERSION, body);
  }

  private static List<String> names(X509Certificate certificate) throws Exception {
    return certificate.getSubjectAlternativeNames().stream()
        .map(name -> name.get(1).toString())
        .toList();
  }

  @Test
  void makesAServerCertificateOfTheNodesAuthority() throws Exception {
    var until = NOW.plus(Duration.ofHours(2));
    var answer =
        certificate(
            Status.CREATED,
            Json.write(
                Json.object()
                    .put("commonName", "larder-press")
                    .put("expiration", until.toString())));
    var chain = Pem.certificates(answer.get("certificate").asText());
    assertThat(chain).hasSize(2).last().isEqualTo(authority.certificate());
    var server = chain.getFirst();
    server.verify(authority.certificate().getPublicKey());
    assertThat(server.getSubjectX500Principal().getName()).isEqualTo("CN=larder-press");
    assertThat(names(server)).containsExactly("larder-press", "press");
    assertThat(server.getNotAfter().toInstant()).isEqualTo(until);
    assertThat(answer.get("expiration").asText()).isEqualTo(until.toString());
    assertThat(answer.at("/privateKey/type").asText()).isEqualTo("key");
    var key = Pem.key(answer.at("/privateKey/bytes").asText());
    assertThat(KeyMatch.matches(key, server)).isTrue();
  }

  @Test
  void noCertificateLivesLongerThanItMay() throws Exception {
    var longest = NOW.plus(Duration.ofDays(90)).toString();
    assertThat(certificate(Status.CREATED, "{\"commonName\":\"press\"}").get("expiration").asText())
        .isEqualTo(longest);
    var asked = "{\"commonName\":\"PRESS\",\"expiration\":\"2099-01-01T00:00:00+01:00\"}";
    assertThat(certificate(Status.CREATED, asked).get("expiration").asText()).isEqualTo(longest);

    var late = authority.certificate().getNotAfter().toInstant().minus(1, ChronoUnit.DAYS);
    var answer =
        api.answer(
            new Request(
                "POST",
                OWN + "certificate/server" + VERSION,
                Optional.empty(),
                "{\"commonName\":\"press\"}"),
            late,
            late);
    var ends = Json.mapper().readTree(answer.json()).get("expiration").asText();
    assertThat(Instant.parse(ends)).isEqualTo(authority.certificate().getNotAfter().toInstant());
  }

  @Test
  void aCertificateHoldsByAClockThatIsBehindAndByOneThatIsRight() throws Exception {
    var behind = NOW.minus(Duration.ofDays(300));
    var target = OWN + "certificate/server" + VERSION;
    var body = "{\"commonName\":\"press\"}";
    var answer = api.answer(new Request("POST", target, Optional.empty(), body), behind, NOW);
    var pem = Json.mapper().readTree(answer.json()).get("certificate").asText();
    var server = Pem.certificates(pem).getFirst();
    server.checkValidity(Date.from(behind));
    server.checkValidity(Date.from(NOW.plus(Duration.ofDays(89))));
  }

  @ParameterizedTest
  @CsvSource({
    "cache, 2026-08-01T00:00:00Z, FORBIDDEN, 'press, larder-press'",
    "press.evil, 2026-08-01T00:00:00Z, FORBIDDEN, commonName",
    "10.0.0.1, 2026-08-01T00:00:00Z, FORBIDDEN, commonName",
    "'', 2026-08-01T00:00:00Z, FORBIDDEN, commonName",
    "press, 2026-07-01T12:00:00Z, BAD_REQUEST, expiration",
    "press, tomorrow, BAD_REQUEST, expiration",
  })
  void makesNoOtherCertificate(String name, String expiration, Status status, String part)
      throws Exception {
    var body = Json.object().put("commonName", name).put("expiration", expiration);
    assertThat(certificate(status, Json.write(body)).get("message").asText()).contains(part);
  }

  @Test
  void aLongNameIsNoSubject() throws Exception {
    var name = "l".repeat(31) + "-" + "m".repeat(63);
    var longNamed = new WorkloadApi(PRESS, "g7", List.of("press", name), SECRET, authority);
    var body = Json.write(Json.object().put("commonName", name));
    var target = OWN + "certificate/server" + VERSION;
    var answer = longNamed.answer(new Request("POST", target, Optional.empty(), body), NOW, NOW);
    var pem = Json.mapper().readTree(answer.json()).get("certificate").asText();
    var server = Pem.certificates(pem).getFirst();
    assertThat(server.getSubjectX500Principal().getName()).isEqualTo("CN=press");
    assertThat(names(server)).containsExactly("press", name);
  }

  @Test
  void theEnvironmentSaysWhereAndHoldsNoSecret() {
    var identity =
        new ModuleIdentity(
            new CustomerId(UUID.randomUUID()),
            new CacheNodeId(UUID.randomUUID()),
            PRESS,
            "g7",
            "hub",
            8883,
            Optional.empty());
    var environment = WorkloadEnvironment.of(identity, "cloud.example");
    assertThat(environment)
        .containsEntry("IOTEDGE_WORKLOADURI", "unix:///run/larder/workload.sock")
        .containsEntry("IOTEDGE_APIVERSION", "2022-08-03")
        .containsEntry("IOTEDGE_MODULEID", "press")
        .containsEntry("IOTEDGE_DEVICEID", identity.cacheNodeId().toString())
        .containsEntry("IOTEDGE_IOTHUBHOSTNAME", "cloud.example")
        .containsEntry("IOTEDGE_GATEWAYHOSTNAME", "hub")
        .containsEntry("IOTEDGE_MODULEGENERATIONID", "g7")
        .containsEntry("IOTEDGE_AUTHSCHEME", "sasToken")
        .hasSize(8)
        .doesNotContainValue(ModuleKey.derive(SECRET, PRESS, "g7"));
  }
}
