package dev.larder.cloud.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.larder.cloud.Cloud;
import dev.larder.cloud.CloudOptions;
import dev.larder.common.json.Json;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An administrator's day at the command line, against a real cloud. */
class LarderCliIT {
  private static final String NODE = " --resource contoso --node oslo";

  private Cloud cloud;
  private Path folder;
  private Path config;
  private String said = "";

  @BeforeEach
  void signIn(@TempDir Path temporary) throws IOException {
    folder = temporary;
    config = folder.resolve("config.json");
    cloud =
        Cloud.start(
            new CloudOptions(
                folder.resolve("cloud"),
                "127.0.0.1",
                0,
                0,
                List.of("localhost"),
                "",
                false,
                Optional.empty(),
                Optional.empty()),
            Clock.systemUTC());
    var secret = folder.resolve("cloud/first-login-secret");
    var ca = folder.resolve("cloud/keys/ca.crt");
    assertThat(run("login --url " + cloud.url() + " --ca " + ca + " --password-file " + secret))
        .as(said)
        .isZero();
    assertThat(run("resource create --resource contoso")).as(said).isZero();
    assertThat(run("node create --tag site=oslo" + NODE)).as(said).isZero();
  }

  @AfterEach
  void stop() {
    cloud.close();
  }

  @Test
  void keepsATokenForItsOwnerAloneAndWithdrawsIt() throws IOException {
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(config)))
        .isEqualTo("rw-------");
    var kept = Files.readAllBytes(config);

    assertThat(run("logout")).isZero();
    assertThat(config).doesNotExist();
    Files.write(config, kept);
    assertThat(run("resource list")).isEqualTo(1);
    assertThat(said).contains("larder login");
  }

  @Test
  void configuresANodeAndGetsWhatDeploysIt() throws IOException {
    assertThat(run("node get-deployment-details" + NODE)).isEqualTo(1);
    assertThat(said).contains("no cache drive");

    assertThat(
            run(
                "node update --cache-drive [{physical-path:/a,size-in-gb:50}] --cache-drive /b,60"
                    + " --proxy Enabled --proxy-host p --proxy-port 8080 --http-port 8080"
                    + " --summary-port 5001 --origin a.example.org,https,Packages"
                    + " --auto-update-ring slow --auto-update-week 2 --auto-update-day 3"
                    + " --auto-update-time 03:00 --update-frequency 6h --tag tier=branch"
                    + NODE))
        .as(said)
        .isZero();
    var saved = json("node show-configuration" + NODE);
    assertThat(saved.at("/cacheDrives/1/sizeInGb").asInt()).isEqualTo(60);
    assertThat(saved.at("/proxy/enabled").asBoolean()).isTrue();
    assertThat(saved.at("/update/frequency").asText()).isEqualTo("PT6H");
    assertThat(json("node show" + NODE).path("tags"))
        .hasToString("{\"site\":\"oslo\",\"tier\":\"branch\"}");
    assertThat(json("node get-deployment-details" + NODE).path("command").asText())
        .contains("drivepathandsizeingb=\"/a,50,/b,60\"");

    var bundle = folder.resolve("bundle.zip");
    assertThat(run("node get-bundle --output " + bundle + NODE)).as(said).isZero();
    try (var zip = new ZipFile(bundle.toFile())) {
      assertThat(zip.getEntry("cloud-ca.pem")).isNotNull();
    }
  }

  @Test
  void saysEveryProblemWithItsFieldAndMend() {
    assertThat(run("node update --cache-drive data,5 --http-port 99999" + NODE)).isEqualTo(1);
    assertThat(said.lines())
        .anySatisfy(line -> assertThat(line).contains("cacheDrives[0].physicalPath", "absolute"))
        .anySatisfy(line -> assertThat(line).contains("cacheDrives[0].sizeInGb", "50 to 10000"))
        .anySatisfy(line -> assertThat(line).contains("httpPort", "99999"));
  }

  @Test
  void offersReleasesAndLaysLayers() throws IOException {
    assertThat(
            run(
                "release create --release 1.1.0 --agent-image a:1.1.0 --hub-image h:1.1.0"
                    + " --cache-image c:1.1.0"))
        .as(said)
        .isZero();
    assertThat(json("release list").at("/releases/0/version").asText()).isEqualTo("1.1.0");

    var layer = folder.resolve("layer.json");
    Files.writeString(
        layer,
        """
        {"targetCondition": "tags.site = 'oslo'", "priority": 10,
         "content": {"modulesContent": {"$edgeAgent": {
           "properties.desired.modules.cache.env.LARDER_LOG_LEVEL": {"value": "DEBUG"}}}}}
        """);
    assertThat(run("layer set --resource contoso --layer debug --file " + layer)).as(said).isZero();
    assertThat(json("layer list --resource contoso").at("/layers/0/nodes/0").asText())
        .isEqualTo("oslo");
    assertThat(run("layer delete --resource contoso --layer debug")).as(said).isZero();
    assertThat(run("node delete --yes" + NODE)).as(said).isZero();
    assertThat(json("node list --resource contoso").path("nodes")).isEmpty();
  }

  @Test
  void aNodeThatIsNotConnectedCannotBeAsked() {
    assertThat(run("cache status" + NODE)).isEqualTo(1);
    assertThat(said).contains("not connected to this cloud");
    assertThat(run("node invoke-method --module cache --method purge --payload {}" + NODE))
        .isEqualTo(1);
    assertThat(run("node restart-module --module cache" + NODE)).isEqualTo(1);
    assertThat(said).contains("agent did not come");
    assertThat(run("device send --device press --body {} --property a=b --expires-in 1h" + NODE))
        .isEqualTo(1);
    assertThat(said).contains("lists no leaf device \"press\"");
    assertThat(run("device call --device press --method stop" + NODE)).isEqualTo(1);
    assertThat(said).contains("not connected to this cloud");
    assertThat(run("device send --device a/b --body {}" + NODE)).isEqualTo(1);
    assertThat(said).contains("device id is");
  }

  @Test
  void showsAHubAndTwinsThatAreThere() throws IOException {
    assertThat(run("hub status" + NODE)).as(said).isZero();
    assertThat(said).contains("false", "nothing yet");
    assertThat(json("hub status" + NODE).at("/twin/desired/routes").isObject()).isTrue();
    assertThat(run("device show-twin --device press" + NODE)).isEqualTo(1);
    assertThat(said).contains("device:press", "$edgeHub");
  }

  private JsonNode json(String line) throws JsonProcessingException {
    assertThat(run(line + " --output json")).as(said).isZero();
    return Json.mapper().readTree(said);
  }

  /** Runs a line and keeps all that it said. */
  private int run(String line) {
    var text = new StringWriter();
    var status =
        LarderCli.commandLine(Map.of("LARDER_CONFIG", config.toString()))
            .setOut(new PrintWriter(text))
            .setErr(new PrintWriter(text))
            .execute(line.split(" "));
    said = text.toString();
    return status;
  }
}
