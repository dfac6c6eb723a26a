package dev.larder.agent.enrol;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.larder.agent.TestCloud;
import dev.larder.agent.TestDesired;
import dev.larder.agent.trust.Authority;
import dev.larder.agent.trust.Pem;
import dev.larder.common.json.Json;
import dev.larder.common.trust.ManifestSignature;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EnrolIT {
  @TempDir private Path dataDir;
  private final TestCloud cloud;
  private final ByteArrayOutputStream said = new ByteArrayOutputStream();

  EnrolIT() throws Exception {
    cloud = new TestCloud();
  }

  @AfterEach
  void stop() {
    cloud.close();
  }

  private ObjectNode request() throws Exception {
    return cloud.request("larder", dataDir.toString());
  }

  private EnrolCommand command(ObjectNode request, InstantSource clock) throws Exception {
    said.reset();
    var all = new PrintStream(said, true, StandardCharsets.UTF_8);
    return new EnrolCommand(new ByteArrayInputStream(Json.writeBytes(request)), all, all, clock);
  }

  private int enrol(ObjectNode request) throws Exception {
    return command(request, InstantSource.system()).run("1.0.0");
  }

  private int check(ObjectNode request) throws Exception {
    return command(request, InstantSource.system()).check("1.0.0");
  }

  private String said() {
    return said.toString(StandardCharsets.UTF_8);
  }

  @Test
  void spendsTheKeyOnceAndKeepsSecretsToItself() throws Exception {
    assertThat(enrol(request())).isZero();
    assertThat(said()).contains("enrolled as " + cloud.node());
    for (var name : new String[] {"node.key", "node-secret", "authority.key", "config.json"}) {
      var file = dataDir.resolve("agent").resolve(name);
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
          .isEqualTo("rw-------");
      assertThat(Files.readString(file)).doesNotContain(TestCloud.REGISTRATION_KEY);
    }
    assertThat(enrol(request())).isZero();
    assertThat(said()).contains("already enrolled");
  }

  @Test
  void saysWhatToDoAboutASpentKey() throws Exception {
    assertThat(enrol(request().put("registrationKey", "other"))).isEqualTo(EnrolCommand.REFUSED);
    assertThat(said()).contains("409", "copy the new command from the portal's Deployment tab");
    assertThat(dataDir.resolve("agent/config.json")).doesNotExist();
  }

  @Test
  void namesTheAddressThatCannotBeReached() throws Exception {
    assertThat(enrol(request().put("cloudUrl", "https://localhost:1")))
        .isEqualTo(EnrolCommand.UNREACHABLE);
    assertThat(said()).contains("localhost:1", "firewall");
  }

  @Test
  void namesTheProxyWithoutItsPassword() throws Exception {
    var request =
        request()
            .put("proxyUrl", "http://user@localhost:1")
            .put("proxyPassword", "secret-of-the-proxy");
    assertThat(enrol(request)).isEqualTo(EnrolCommand.UNREACHABLE);
    assertThat(said()).contains("through the proxy localhost:1").doesNotContain("secret-of");
  }

  @Test
  void passwordInTheProxysUrlIsRefusedAndNotRepeated() throws Exception {
    for (var url :
        List.of("http://user:secret-of-it@localhost:1", "user:secret-of-it", "http://[secret-of")) {
      assertThat(enrol(request().put("proxyUrl", url))).isEqualTo(EnrolCommand.BAD_INPUT);
      assertThat(said()).contains("proxyUrl: ", "password").doesNotContain("secret-of");
    }
    assertThat(dataDir).isEmptyDirectory();
  }

  @Test
  void trustsOnlyTheAuthorityThatItWasGiven() throws Exception {
    var stranger = Authority.create("stranger", Instant.now());
    assertThat(enrol(request().put("cloudCa", Pem.write(stranger.certificate()))))
        .isEqualTo(EnrolCommand.NOT_TRUSTED);
    assertThat(said()).contains("is not trusted", "Deployment tab");
  }

  @Test
  void leavesAFolderOfAnotherNodeAlone() throws Exception {
    assertThat(enrol(request())).isZero();
    var before = config();
    try (var other = new TestCloud()) {
      assertThat(enrol(other.request("larder", dataDir.toString())))
          .isEqualTo(EnrolCommand.OTHER_NODE);
    }
    assertThat(said()).contains("belongs to another node, " + cloud.node());
    assertThat(config()).isEqualTo(before);
  }

  /** What is in the agent's folder, by name. */
  private Map<String, String> folder() throws IOException {
    var content = new TreeMap<String, String>();
    try (var files = Files.list(dataDir.resolve("agent"))) {
      for (var file : files.toList()) {
        content.put(file.getFileName().toString(), Files.readString(file));
      }
    }
    return content;
  }

  @Test
  void enrolmentThatIsRefusedLeavesTheNodeAsItWas() throws Exception {
    assertThat(enrol(request())).isZero();
    var before = folder();
    var later = InstantSource.fixed(Instant.now().plus(TestCloud.FIRST_LIFE.multipliedBy(2)));
    assertThat(command(request(), later).run("1.0.0")).isEqualTo(EnrolCommand.REFUSED);
    assertThat(enrol(request().put("cloudUrl", "https://localhost:1")))
        .isEqualTo(EnrolCommand.UNREACHABLE);
    assertThat(folder()).isEqualTo(before);
    assertThat(check(request())).isZero();
  }

  @Test
  void nodeWhoseCertificateHasEndedIsEnrolledAnewByANewKey() throws Exception {
    assertThat(enrol(request())).isZero();
    var later = InstantSource.fixed(Instant.now().plus(TestCloud.FIRST_LIFE.multipliedBy(2)));
    assertThat(command(request(), later).check("1.0.0")).isEqualTo(EnrolCommand.NOT_ENROLLED);
    assertThat(said()).contains("its certificate ended at");
    var before = folder();
    cloud.newKey();
    assertThat(command(request(), later).run("1.0.0")).isZero();
    assertThat(said()).startsWith("enrolled as");
    var after = folder();
    assertThat(after.keySet()).isEqualTo(before.keySet());
    assertThat(after.get("node.key")).isNotEqualTo(before.get("node.key"));
    // The modules' keys hang on them.
    assertThat(after.get("node-secret")).isEqualTo(before.get("node-secret"));
    assertThat(after.get("authority.key")).isEqualTo(before.get("authority.key"));
  }

  @Test
  void nodeThatWasDeployedElsewhereMeanwhileIsEnrolledAnew(@TempDir Path elsewhere)
      throws Exception {
    assertThat(enrol(request())).isZero();
    assertThat(check(request())).isZero();
    cloud.newKey();
    assertThat(enrol(cloud.request("larder", elsewhere.toString()))).isZero();
    assertThat(check(request())).isEqualTo(EnrolCommand.NOT_ENROLLED);
    assertThat(said()).contains("This certificate has been replaced");
    cloud.newKey();
    assertThat(enrol(request())).isZero();
    assertThat(check(request())).isZero();
  }

  @Test
  void anotherAddressOrAuthorityOfTheCloudIsAnotherEnrolment() throws Exception {
    assertThat(enrol(request())).isZero();
    var before = cloud.request("larder", dataDir.toString());
    var url = before.path("cloudUrl").asText().replace("localhost", "LOCALHOST") + "/";
    assertThat(check(request().put("cloudUrl", url))).isZero();
    assertThat(check(request().put("cloudUrl", "https://other.example:8443")))
        .isEqualTo(EnrolCommand.NOT_ENROLLED);
    assertThat(said()).contains("another address");
    var stranger = Pem.write(Authority.create("stranger", Instant.now()).certificate());
    assertThat(check(request().put("cloudCa", stranger))).isEqualTo(EnrolCommand.NOT_ENROLLED);
    assertThat(check(request().put("cloudCa", stranger + before.path("cloudCa").asText())))
        .isZero();
  }

  @Test
  void cloudThatIsAwayLeavesTheNodeWhatItIs() throws Exception {
    var request = request();
    assertThat(enrol(request)).isZero();
    cloud.close();
    assertThat(check(request)).isZero();
    assertThat(enrol(request)).isZero();
    assertThat(said()).contains("already enrolled");
  }

  @Test
  void lostSecretsAreMadeAnewWithoutAKey() throws Exception {
    assertThat(enrol(request())).isZero();
    for (var name : List.of("node-secret", "authority.key", "authority.crt")) {
      var file = dataDir.resolve("agent").resolve(name);
      Files.delete(file);
      assertThat(check(request())).isEqualTo(EnrolCommand.NOT_ENROLLED);
      assertThat(enrol(request())).isZero();
      assertThat(said()).contains("made anew");
      assertThat(file).isNotEmptyFile();
      assertThat(check(request())).isZero();
    }
    Files.writeString(dataDir.resolve("agent/node-secret"), "damaged!");
    assertThat(enrol(request())).isZero();
    assertThat(said()).contains("made anew");
  }

  @Test
  void ownAuthorityThatAWrongClockMadeIsMadeAnew() throws Exception {
    assertThat(enrol(request())).isZero();
    var file = dataDir.resolve("agent/authority.crt");
    var key = dataDir.resolve("agent/authority.key");
    for (var at : List.of(Instant.EPOCH, Instant.now().plus(Duration.ofDays(9000)))) {
      var ended = Authority.create(cloud.node().toString(), at);
      Files.writeString(key, Pem.write(ended.key()));
      Files.writeString(file, Pem.write(ended.certificate()));
      assertThat(check(request())).isEqualTo(EnrolCommand.NOT_ENROLLED);
      assertThat(said()).contains("authority.crt");
      assertThat(enrol(request())).isZero();
      assertThat(said()).contains("made anew");
      Pem.certificates(Files.readString(file)).getFirst().checkValidity();
    }
  }

  @Test
  void wrongClockAtTheFirstEnrolmentLeavesNoAuthorityBehind() throws Exception {
    var stranger = Pem.write(Authority.create("stranger", Instant.now()).certificate());
    assertThat(enrol(request().put("cloudCa", stranger))).isEqualTo(EnrolCommand.NOT_TRUSTED);
    assertThat(dataDir.resolve("agent")).isEmptyDirectory();
  }

  @Test
  void nodeThatDoesNotKnowTheKeyOfTheCloudsManifestsIsEnrolledAnew() throws Exception {
    assertThat(enrol(request())).isZero();
    cloud.offer(TestDesired.desired());
    assertThat(check(request())).isZero();
    var keys = dataDir.resolve("agent/manifest-keys.json");
    var other = KeyPairGenerator.getInstance("Ed25519").generateKeyPair().getPublic();
    for (var bad : List.of("", "{", "null", "[]", "[null]", "[\"A\"]", encoded(other))) {
      Files.writeString(keys, bad);
      assertThat(check(request())).as(bad).isEqualTo(EnrolCommand.NOT_ENROLLED);
      assertThat(said())
          .contains(bad.length() > 9 ? "a key that it does not know" : "manifest-keys.json");
      cloud.newKey();
      assertThat(enrol(request())).isZero();
      assertThat(said()).startsWith("enrolled as");
      assertThat(check(request())).isZero();
    }
  }

  private static String encoded(PublicKey key) {
    return Json.write(List.of(ManifestSignature.encode(key)));
  }

  private String config() throws IOException {
    return Files.readString(dataDir.resolve("agent/config.json"));
  }

  @Test
  void namesEveryProblemOfItsInput() throws Exception {
    assertThat(enrol(Json.object().put("cloudUrl", "http://plain").put("dataDir", "here")))
        .isEqualTo(EnrolCommand.BAD_INPUT);
    assertThat(said())
        .contains("cloudUrl: is no https", "customerId: is missing", "dataDir: is not");
  }
}
