package dev.larder.cloud.configuration;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.larder.common.json.Json;
import dev.larder.common.problem.Problem;
import dev.larder.common.schedule.Ring;
import dev.larder.common.settings.CacheDesired;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigurationReaderTest {
  private static ObjectNode json(String text) throws JsonProcessingException {
    return Json.mapper().readValue(text.replace('\'', '"'), ObjectNode.class);
  }

  private static List<String> paths(String text) throws JsonProcessingException {
    return ConfigurationReader.read(json(text), false).problems().stream()
        .map(Problem::path)
        .toList();
  }

  @Test
  void whatIsLeftOutTakesItsDefault() throws JsonProcessingException {
    assertThat(ConfigurationReader.read(json("{}"), false).orThrow())
        .isEqualTo(NodeConfiguration.DEFAULT);
  }

  @Test
  void whatIsWrittenIsReadBack() throws JsonProcessingException {
    var read =
        ConfigurationReader.read(
                json(
                    """
                    {'cacheDrives': [{'physicalPath': '/srv/one/', 'sizeInGb': 100}],
                     'proxy': {'enabled': true, 'host': 'proxy.local', 'port': 3128},
                     'httpPort': 8081, 'summaryPort': 5001,
                     'parent': {'host': 'Cache.Local', 'scheme': 'https'},
                     'tls': true, 'httpsPort': 8443, 'limits': {'connectionsPerClient': 64},
                     'origins': [{'host': 'Origin.Test:8000', 'contentType': 'Tests',
                                  'allowPrivateAddress': true}],
                     'update': {'ring': 'slow', 'week': 2, 'day': 7, 'time': '03:30',
                                'frequency': 'PT10M'},
                     'trafficEvery': 'PT30S'}
                    """),
                false)
            .orThrow();
    assertThat(read.cacheDrives().getFirst().physicalPath()).isEqualTo("/srv/one");
    assertThat(read.origins().getFirst().host()).isEqualTo("origin.test:8000");
    assertThat(read.origins().getFirst().allowPrivateAddress()).isTrue();
    assertThat(read.parent()).contains(new CacheDesired.Parent("cache.local", 443, "https"));
    assertThat(read.limits().connectionsPerClient()).isEqualTo(64);
    assertThat(read.update().ring()).isEqualTo(Ring.SLOW);
    assertThat(read.update().checkEvery()).isEqualTo(Duration.ofMinutes(10));
    assertThat(ConfigurationReader.read(read.write(), false).orThrow()).isEqualTo(read);
  }

  @Test
  void everyProblemIsNamedAtOnce() throws JsonProcessingException {
    assertThat(
            paths(
                """
                {'cacheDrives': [{'physicalPath': 'relative', 'sizeInGb': 49},
                                 {'physicalPath': '/a/../b', 'sizeInGb': 10001},
                                 {'physicalPath': '/same', 'sizeInGb': 50},
                                 {'physicalPath': '/same', 'sizeInGb': 50.5}],
                 'proxy': {'enabled': true, 'host': 'http://proxy'},
                 'parent': {'host': 'cache:80', 'scheme': 'ftp'},
                 'httpPort': 70000, 'tls': true, 'httpsPort': 5000,
                 'limits': {'connectionsPerClient': 0},
                 'update': {'ring': 'slow', 'frequency': 'PT1S'},
                 'colour': 'blue'}
                """))
        .containsExactlyInAnyOrder(
            "colour",
            "parent.host",
            "parent.scheme",
            "httpsPort",
            "limits.connectionsPerClient",
            "cacheDrives[0].physicalPath",
            "cacheDrives[0].sizeInGb",
            "cacheDrives[1].physicalPath",
            "cacheDrives[1].sizeInGb",
            "cacheDrives[3].physicalPath",
            "cacheDrives[3].sizeInGb",
            "proxy.host",
            "proxy.port",
            "httpPort",
            "update.frequency",
            "update.week",
            "update.day",
            "update.time");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/            ",
        "/a//b        ",
        "/a:b         ",
        "/a,b         ",
        "/a$(reboot)  ",
        "/a`reboot`   ",
        "/a\\b        ",
        "/./a         ",
        "''           "
      })
  void aFolderThatNoCommandLineCouldCarryIsRefused(String folder) {
    var document = Json.object();
    document
        .putArray("cacheDrives")
        .addObject()
        .put("physicalPath", folder.strip())
        .put("sizeInGb", 50);
    assertThat(ConfigurationReader.read(document, false).problems())
        .extracting(Problem::path)
        .containsExactly("cacheDrives[0].physicalPath");
  }

  @Test
  void tenDrivesAreTooMany() {
    var document = Json.object();
    var drives = document.putArray("cacheDrives");
    for (int i = 0; i < 10; i++) {
      drives.addObject().put("physicalPath", "/d" + i).put("sizeInGb", 50);
    }
    assertThat(ConfigurationReader.read(document, false).problems())
        .extracting(Problem::path)
        .containsExactly("cacheDrives");
  }

  @Test
  void theFastRingTakesNoWindow() throws JsonProcessingException {
    assertThat(paths("{'update': {'ring': 'fast', 'week': 1, 'day': 1, 'time': '03:00'}}"))
        .containsExactly("update.week", "update.day", "update.time");
  }

  @Test
  void developmentTakesSmallDrivesAndShortFrequencies() throws JsonProcessingException {
    var document =
        json(
            """
            {'cacheDrives': [{'physicalPath': '/a', 'sizeInGb': 0.05}],
             'update': {'frequency': 'PT1S'}}
            """);
    assertThat(ConfigurationReader.read(document, true).orThrow().cacheDrives().getFirst())
        .satisfies(drive -> assertThat(drive.sizeBytes()).isEqualTo(50_000_000));
    assertThat(ConfigurationReader.read(document, false).problems()).hasSize(2);
  }

  @Test
  void aPatchChangesWhatItNames() throws JsonProcessingException {
    var before =
        ConfigurationReader.read(
                json(
                    """
                    {'cacheDrives': [{'physicalPath': '/a', 'sizeInGb': 50}], 'httpPort': 81,
                     'update': {'ring': 'slow', 'week': 1, 'day': 1, 'time': '03:00'}}
                    """),
                false)
            .orThrow();
    var after =
        ConfigurationReader.patch(
                before, json("{'httpPort': null, 'update': {'ring': 'fast'}}"), false)
            .orThrow();
    assertThat(after.httpPort()).isEqualTo(80);
    assertThat(after.cacheDrives()).isEqualTo(before.cacheDrives());
    assertThat(after.update().window()).isEmpty();
  }
}
