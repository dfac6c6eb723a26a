package dev.larder.agent.redact;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.larder.common.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RedactionTest {
  private static final Redaction UNKNOWING = new Redaction(List.of());

  private static JsonNode json(String text) throws IOException {
    return Json.mapper().readTree(text.replace("~", "\\\"").replace('\'', '"'));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "password=S3cr3t-value",
        "PASSWORD: S3cr3t-value",
        "{\"customerKey\":\"S3cr3t-value\"}",
        "body {\\\"registrationKey\\\":\\\"S3cr3t-value\\\"}",
        "{\"token\": \"a \\\"quoted\\\" S3cr3t-value\"}",
        "Authorization: Basic S3cr3t-value",
        "proxy-authorization=anything S3cr3t-value at all",
        "sent Bearer S3cr3t-value",
        "https://user:S3cr3t-value@registry.example/v2",
        "http://user:p@S3cr3t-value@proxy.example:3128",
        "GET /x?P1=1&sig=S3cr3t-value&x=2",
        "SharedAccessSignature sr=hub&sig=S3cr3t-value&se=1",
        "Endpoint=sb://x;SharedAccessKey=S3cr3t-value;EntityPath=q",
        "-----BEGIN EC PRIVATE KEY-----\nS3cr3t-value\n-----END EC PRIVATE KEY-----",
        "-----BEGIN PRIVATE KEY-----\nS3cr3t-value, and the log ends",
        "eyJhbGciOiJIUzI1NiJ9.S3cr3t-value.abc",
        "MQTT_PASSWORD='two words S3cr3t-value'",
      })
  void takesOutWhatItsPlaceGivesAway(String text) {
    assertThat(UNKNOWING.text(text)).doesNotContain("S3cr3t-value").contains(Redaction.REMOVED);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2026-11-27T12:00:00.000Z INFO  Agent agent started version=1.0.0 instance=larder",
        "sha256:3b1c0e2f9d8a7b6c5d4e3f2a1b0c9d8e7f6a5b4c3d2e1f0a9b8c7d6e5f4a3b2c",
        "node 5b6f2c1e-8a7d-4c3b-9e2f-1a0b9c8d7e6f is at https://cloud.example:8443/",
        "/var/lib/docker/containers/larder-cache/logs.json",
        "monkeys and keyboards",
        "java.lang.IllegalStateException: ModuleIdentityFolderCannotBeWritten",
      })
  void leavesWhatIsNoSecret(String text) {
    assertThat(UNKNOWING.text(text)).isEqualTo(text);
  }

  @Test
  void takesOutRandomTextWhateverStandsAround() {
    var random = new Random(7);
    for (int i = 0; i < 2000; i++) {
      var bytes = new byte[32];
      random.nextBytes(bytes);
      var key = Base64.getEncoder().encodeToString(bytes);
      assertThat(UNKNOWING.text("it is " + key + ".")).as("seed 7, key %d", i).doesNotContain(key);
    }
  }

  @Test
  void takesOutKnownSecretsInTheirEncodings() {
    var secret = "pass \"word\"/1";
    var redaction = new Redaction(List.of(secret, "abc", " "));
    var base64 = Base64.getEncoder().encodeToString(secret.getBytes(StandardCharsets.UTF_8));
    assertThat(
            redaction.text(
                "a " + secret + " b pass+%22word%22%2F1 c pass \\\"word\\\"/1 d " + base64))
        .doesNotContain("word", base64.substring(0, 12))
        .startsWith("a (removed) b (removed) c (removed) d (removed)");
    assertThat(redaction.text("abc stays")).isEqualTo("abc stays");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "p%c3%a4ss%2fw%22o%26d",
        "p%C3%A4ss%2Fw%22o%26d",
        "p\\u00e4ss/w\\\"o&d",
        "p\\u00E4ss/w\\\"o\\u0026d",
        "p\\u00E4ss/w\\u0022o\\u0026d",
        "päss\\/w\\\"o&d",
      })
  void knowsTheWaysInWhichSecretsAreWritten(String written) {
    var redaction = new Redaction(List.of("päss/w\"o&d"));
    assertThat(redaction.text("a " + written + " b")).isEqualTo("a (removed) b");
  }

  @Test
  void secretsInAListThatIsAVariableAreKnownAndTakenOut() throws IOException {
    var hex = "0123456789abcdef0123456789abcdef";
    var config = Json.object();
    config.putArray("Env").add("PEERS=[\"" + hex + "\", \"b\"]").add("X=[\"SEED_KEY=SEED-1\"]");
    config.putArray("Other").add("TOKENS=[\"SEED-2\"]").add("MYKEY=SEED-3").add("OURKEY={SEED-4");
    assertThat(Redaction.secretsIn(config)).contains(hex, "SEED-1", "SEED-2").doesNotContain("b");
    assertThat(UNKNOWING.json(config).toString()).doesNotContain(hex, "SEED-").contains("PEERS=[");
  }

  @Test
  @Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void hostileLogsTakeNoLongTime() {
    var text = "a".repeat(200_000) + "\\".repeat(20_000) + "password=\"" + "\\\"".repeat(50_000);
    assertThat(UNKNOWING.text(text).length()).isLessThanOrEqualTo(text.length() + 100);
  }

  private static final String MANIFEST =
      """
      {'modulesContent': {'$edgeAgent': {'properties.desired': {
        'runtime': {'settings': {'registryCredentials': {
          'r': {'address': 'registry.example', 'username': 'SEED-user', 'password': 'SEED-password'}}}},
        'modules': {'press': {
          'env': {'RATE': {'value': '5'}, 'DB_PASSWORD': {'value': 'SEED-db'},
                  'OPAQUE': {'value': '0123456789abcdef0123456789abcdef'},
                  'UPSTREAM': {'value': 'amqp://me:SEED-amqp@mq.example'}},
          'settings': {
            'image': 'registry.example/press:7',
            'createOptions': '{~Env~:[~API_TOKEN=SEED-token~,~COLOUR=red~],~Cmd~:[~-pSEED-cmd~],
      ~Labels~:{~my.secret~:~SE',
            'createOptions01': 'ED-label~,~owner~:~ops~}}'}}}}}}}
      """
          .replace("\n", "");

  @Test
  void takesSecretsOutOfAManifest() throws IOException {
    var manifest = json(MANIFEST);
    var redacted = UNKNOWING.json(manifest).toString();
    assertThat(redacted)
        .doesNotContain("SEED", "0123456789abcdef", "ED-label")
        .contains("registry.example/press:7", "COLOUR=red", "\\\"owner\\\":\\\"ops\\\"", "RATE");
    assertThat(UNKNOWING.json(manifest).findPath("RATE").path("value").asText()).isEqualTo("5");
    assertThat(UNKNOWING.json(manifest).findPath("address").asText()).isEqualTo("registry.example");
  }

  @Test
  void secretsOfAManifestAreKnownForItsLogs() throws IOException {
    var secrets = Redaction.secretsIn(json(MANIFEST));
    assertThat(secrets)
        .contains("SEED-user", "SEED-password", "SEED-db", "SEED-token", "SEED-label")
        .doesNotContain("registry.example", "5", "ops", "red");
    var log = new ArrayList<String>();
    secrets.forEach(secret -> log.add("line with " + secret));
    assertThat(new Redaction(secrets).text(String.join("\n", log))).doesNotContain("SEED");
  }

  @Test
  void takesSecretsOutOfWhatTheEngineSays() throws IOException {
    var inspect =
        json(
            """
            {'Name': '/larder-press', 'Args': ['--password', 'SEED-arg'], 'Path': '/bin/press',
             'State': {'Status': 'running', 'Health': {'Log': [{'Output': 'token=SEED-output'}]}},
             'Config': {'Env': ['DB_PASSWORD=SEED-db', 'PATH=/bin:/usr/bin',
                                'X=https://u:SEED-url@h.example/'],
                        'Labels': {'dev.larder.spec': 'aaaabbbbccccddddeeeeffff00001111'},
                        'Cmd': null, 'Entrypoint': ['sh', '-c', 'run SEED-entry']}}
            """);
    var redacted = UNKNOWING.json(inspect);
    assertThat(redacted.toString()).doesNotContain("SEED");
    assertThat(redacted.at("/Config/Env/1").asText()).isEqualTo("PATH=/bin:/usr/bin");
    assertThat(redacted.at("/Config/Labels/dev.larder.spec").asText()).startsWith("aaaa");
    assertThat(redacted.at("/State/Status").asText()).isEqualTo("running");
  }
}
