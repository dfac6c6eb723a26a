package dev.larder.agent.handover;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.larder.common.json.Json;
import org.junit.jupiter.api.Test;

class SuccessorBodyTest {
  private static JsonNode json(String text) throws Exception {
    return Json.mapper().readTree(text);
  }

  @Test
  void keepsWhatTheDeployScriptGaveAndLeavesWhatCameFromTheImage() throws Exception {
    var own =
        json(
            """
            {"Id": "0123456789abcdef",
             "Config": {"Hostname": "0123456789ab", "User": "10000:10000",
               "Env": ["PATH=/bin", "LARDER_DATA_DIR=/var/lib/larder", "OPTS=-Xmx32m"],
               "Cmd": null, "Entrypoint": ["/opt/java/bin/java", "-jar", "/app/old.jar"],
               "Labels": {"dev.larder.module": "edgeAgent", "version": "1"}},
             "HostConfig": {"GroupAdd": ["999"], "RestartPolicy": {"Name": "unless-stopped"}},
             "NetworkSettings": {"Networks": {"larder": {"Aliases": ["0123456789ab", "agent"]}}}}
            """);
    var image =
        json(
            """
            {"Config": {"User": "10000:10000", "Env": ["PATH=/bin", "OPTS=-Xmx32m"],
               "Entrypoint": ["/opt/java/bin/java", "-jar", "/app/old.jar"],
               "Labels": {"version": "1"}}}
            """);
    assertThat(SuccessorBody.of(own, image, "larder-agent:2").toString())
        .isEqualTo(
            json("""
            {"Env": ["LARDER_DATA_DIR=/var/lib/larder"],
             "Labels": {"dev.larder.module": "edgeAgent"},
             "Image": "larder-agent:2",
             "HostConfig": {"GroupAdd": ["999"],
               "RestartPolicy": {"Name": "unless-stopped"}},
             "NetworkingConfig": {"EndpointsConfig": {"larder": {"Aliases": ["agent"]}}}}
            """)
                .toString());
  }

  @Test
  void knowsWhereItsPortIsOnTheEnginesMachine() throws Exception {
    var own =
        OwnContainer.of(
                json(
                    """
                    {"Id": "0123456789abcdef", "Name": "/larder-agent", "Image": "sha256:1",
                     "Config": {"Image": "larder-agent:1",
                       "Labels": {"dev.larder.module": "edgeAgent"}},
                     "NetworkSettings": {"Ports": {"9602/tcp": null, "9603/tcp": [
                         {"HostIp": "0.0.0.0", "HostPort": "1"}], "9601/tcp": [
                         {"HostIp": "::1", "HostPort": "2"},
                         {"HostIp": "127.0.0.1", "HostPort": "32768"}]}}}
                    """))
            .orElseThrow();
    assertThat(own.published(9601)).contains(32_768);
    assertThat(own.published(9602)).isEmpty();
    assertThat(own.published(9603)).isEmpty();
    assertThat(own.published(9604)).isEmpty();
  }

  @Test
  void findsItsContainerAmongItsMounts() {
    var id = "ab".repeat(32);
    var mountinfo =
        "610 595 8:1 /var/lib/docker/containers/" + id + "/hostname /etc/hostname rw - ext4\n";
    assertThat(OwnContainer.idIn(mountinfo)).contains(id);
    assertThat(OwnContainer.idIn("22 1 8:1 / / rw - ext4 /dev/sda1 rw")).isEmpty();
  }
}
