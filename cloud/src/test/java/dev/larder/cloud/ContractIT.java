package dev.larder.cloud;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The API does what openapi.yaml says; the other tests check each answer's form against it. */
class ContractIT {
  @RegisterExtension private final TestCloud cloud = new TestCloud();
  @TempDir private Path folder = Path.of("");

  @Test
  void everyOperationOfTheContractIsAnsweredAndNoOther() {
    assertThat(cloud.addresses()).containsExactlyInAnyOrderElementsOf(cloud.openApi().operations());
  }

  @Test
  void theOpenOnesAnswerEverybody() throws IOException, InterruptedException {
    for (var path : List.of("/openapi.yaml", "/health", "/api/v1/about")) {
      var response = cloud.send(cloud.client(Optional.empty()), cloud.request(path).GET());
      assertThat(response.statusCode()).as(path).isEqualTo(200);
    }
  }

  @Test
  void anAddressThatIsNotThereSaysWhereToLook() throws IOException, InterruptedException {
    var missing = cloud.get("/api/v1/nothing");
    assertThat(missing.status()).isEqualTo(404);
    assertThat(missing.detail()).contains("/openapi.yaml");
  }

  @Test
  void aBodyThatIsTooLongIsRefused() throws IOException, InterruptedException {
    var long1 = "{'name': '" + "x".repeat(1 << 20) + "'}";
    assertThat(cloud.api("POST", "/api/v1/resources", long1).status()).isEqualTo(413);
  }

  @Test
  void aPortThatIsTakenIsNamedWithTheOptionThatChangesIt() {
    assertThatThrownBy(() -> second(cloud.port(), 0).close())
        .isInstanceOf(IOException.class)
        .hasMessageContainingAll(String.valueOf(cloud.port()), "--port");
    assertThatThrownBy(() -> second(0, cloud.mqttPort()).close())
        .isInstanceOf(IOException.class)
        .hasMessageContainingAll(String.valueOf(cloud.mqttPort()), "--mqtt-port");
  }

  private Cloud second(int port, int mqttPort) throws IOException {
    return Cloud.start(
        new CloudOptions(
            folder.resolve("second"),
            "127.0.0.1",
            port,
            mqttPort,
            List.of("localhost"),
            "",
            false,
            Optional.of(TestCloud.PASSWORD),
            Optional.empty()),
        Clock.systemUTC());
  }
}
