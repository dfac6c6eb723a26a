package dev.larder.cloud.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.larder.cloud.configuration.ConfigurationReader;
import dev.larder.common.id.CacheNodeId;
import dev.larder.common.id.CustomerId;
import dev.larder.common.json.Json;
import org.junit.jupiter.api.Test;

class DeployCommandTest {
  private static String command(String configuration) throws JsonProcessingException {
    return new DeployCommand(
            CustomerId.of("28208619-439e-4196-9dc8-95b56429f97e"),
            CacheNodeId.of("fe266cf2-5ca1-47cd-8734-12b23de98dfa"),
            "ck",
            "rk",
            "https://cloud.test:8443",
            ConfigurationReader.read(
                    Json.mapper().readTree(configuration.replace('\'', '"')), false)
                .orThrow())
        .text();
  }

  @Test
  void everyDriveIsInOneParameter() throws JsonProcessingException {
    assertThat(
            command(
                """
                {'cacheDrives': [{'physicalPath': '/p1', 'sizeInGb': 100},
                                 {'physicalPath': '/with space', 'sizeInGb': 200}]}
                """))
        .isEqualTo(
            "sudo ./deploy.sh customerid=\"28208619-439e-4196-9dc8-95b56429f97e\""
                + " cachenodeid=\"fe266cf2-5ca1-47cd-8734-12b23de98dfa\" customerkey=\"ck\""
                + " registrationkey=\"rk\" drivepathandsizeingb=\"/p1,100,/with space,200\""
                + " cloudurl=\"https://cloud.test:8443\"");
  }

  @Test
  void aProxyThatIsUsedIsNamed() throws JsonProcessingException {
    assertThat(command("{'proxy': {'enabled': true, 'host': 'proxy', 'port': 3128}}"))
        .endsWith("shoulduseproxy=\"true\" proxyurl=\"http://proxy:3128\"");
    assertThat(command("{'proxy': {'enabled': false, 'host': 'proxy', 'port': 3128}}"))
        .doesNotContain("proxy");
  }
}
