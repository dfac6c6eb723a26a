package dev.larder.cloud.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.larder.common.json.Json;
import org.junit.jupiter.api.Test;

class ViewsTest {
  @Test
  void listsNodesAndMarksWhatIsAbsent() throws JsonProcessingException {
    var answer =
        json(
            """
            {"nodes": [
              {"name": "oslo", "stateText": "Healthy", "softwareVersion": "1.0.0",
               "cacheNodeId": "c1", "lastReportAt": "2027-01-02T03:04:05Z"},
              {"name": "bergen", "stateText": "Not configured", "cacheNodeId": "c2"}]}
            """);

    assertThat(Views.nodes(answer))
        .isEqualTo(
            """
            NAME    STATUS          SOFTWARE VERSION  CACHE NODE ID  LAST REPORT
            oslo    Healthy         1.0.0             c1             2027-01-02T03:04:05Z
            bergen  Not configured  -                 c2             -
            """);
  }

  @Test
  void listsEventsAndSaysHowManyWereDropped() throws JsonProcessingException {
    var events =
        """
        {"log": "l", "dropped": %d, "list": [
          {"sequence": 1, "at": "2027-01-02T03:04:05Z", "kind": "manifestAccepted", "module": "",
           "description": "version 2"},
          {"sequence": 2, "at": "2027-01-02T03:04:06Z", "kind": "started", "module": "cache",
           "description": ""}]}
        """;
    var table =
        """
        AT                    EVENT             MODULE  DETAIL
        2027-01-02T03:04:05Z  manifestAccepted          version 2
        2027-01-02T03:04:06Z  started           cache
        """;

    assertThat(Views.events(json(events.formatted(0)))).isEqualTo(table);
    assertThat(Views.events(json(events.formatted(3))))
        .isEqualTo(table + "\nThe node dropped 3 before it could tell of them.\n");
  }

  @Test
  void showsAConfigurationWithItsWindow() throws JsonProcessingException {
    var configuration =
        json(
            """
            {"cacheDrives": [{"physicalPath": "/a", "sizeInGb": 50}],
             "proxy": {"enabled": true, "host": "proxy", "port": 8080},
             "parent": {"host": "cache.example.org", "port": 80, "scheme": "http"},
             "httpPort": 80, "summaryPort": 5000, "tls": true, "httpsPort": 443,
             "origins": [{"host": "a.example.org", "scheme": "https", "contentType": "Other",
                          "allowPrivateAddress": true}],
             "update": {"ring": "slow", "week": 2, "day": 3, "time": "03:00", "frequency": "PT6H"}}
            """);

    assertThat(Views.configuration(configuration))
        .isEqualTo(
            """
            Cache drive               /a, 50 GB
            Proxy                     proxy:8080
            Parent cache              http://cache.example.org:80
            HTTP port                 80
            Summary port              5000
            HTTPS port                443
            Extra origin              https://a.example.org, Other, private
            Update ring               slow
            Week of month             2
            Day of week (1 = Monday)  3
            Time of day (UTC)         03:00
            Update frequency          PT6H
            """);
  }

  @Test
  void showsWhatEachModuleSaysOfItself() throws JsonProcessingException {
    var node =
        json(
            """
            {"name": "oslo", "report": {
              "systemModules": {"edgeHub": {"runtimeStatus": "running", "healthy": true,
                                            "restartCount": 0, "image": "hub:1"}},
              "modules": {"press": {"runtimeStatus": "running", "restartCount": 2, "image": "press:1",
                                    "statusDescription": "update waits until 2027-01-02T02:00:00Z"}}}}
            """);

    assertThat(Views.node(node))
        .endsWith(
            """
            MODULE   STATUS   HEALTHY  RESTARTS  IMAGE    DETAIL
            edgeHub  running  true     0         hub:1
            press    running  -        2         press:1  update waits until 2027-01-02T02:00:00Z
            """);
  }

  private static JsonNode json(String text) throws JsonProcessingException {
    return Json.mapper().readTree(text);
  }
}
