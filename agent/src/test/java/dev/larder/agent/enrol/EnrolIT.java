package dev.larder.agent.enrol;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.larder.agent.TestCloud;
import dev.larder.agent.trust.Authority;
import dev.larder.agent.trust.Pem;
import dev.larder.common.json.Json;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
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

  private int enrol(ObjectNode request) throws Exception {
    said.reset();
    var all = new PrintStream(said, true, StandardCharsets.UTF_8);
    var in = new ByteArrayInputStream(Json.writeBytes(request));
    return new EnrolCommand(in, all, all, InstantSource.system()).run("1.0.0");
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
