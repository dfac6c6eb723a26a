package dev.larder.cache.settings;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.larder.common.json.Json;
import dev.larder.common.problem.Problem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsTest {
  private static final String GOOD =
      """
      {"drives":[{"path":"/cache/0","hostPath":"/srv","sizeBytes":1000}],
       "origins":[{"host":"files.example:81","scheme":"http","contentType":"Own"}],
       "trafficEvery":"PT5S",
       "updates":{"schedule":{"ring":"fast","checkEvery":"PT1H"},"current":"1.0.0","offers":[]},
       "$version":4}
      """;

  private static ObjectNode json(String text) {
    try {
      return (ObjectNode) Json.mapper().readTree(text);
    } catch (JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void goodOnesAreActedOn() {
    var settings = Settings.NONE.replace(json(GOOD));

    assertThat(settings.problems()).isEmpty();
    assertThat(settings.good()).hasValueSatisfying(good -> assertThat(good.version()).isEqualTo(4));
  }

  @Test
  void badOnesAreRefusedWithEveryProblemAndTheLastGoodStay() {
    var good = Settings.NONE.replace(json(GOOD));
    var bad =
        good.patch(
                json(
                    """
                    {"$version":5,"trafficEvery":"PT0S",
                     "origins":[{"host":"Not A Host","scheme":"ftp","contentType":""}],
                     "drives":[{"path":"relative","hostPath":"x","sizeBytes":1}]}
                    """))
            .orElseThrow();

    assertThat(bad.good()).isEqualTo(good.good());
    assertThat(bad.problems())
        .extracting(Problem::path)
        .contains(
            "trafficEvery",
            "origins[0].host",
            "origins[0].scheme",
            "origins[0].contentType",
            "drives[0].path");
    var mended =
        bad.patch(json("{\"$version\":6,\"trafficEvery\":\"PT5S\",\"origins\":[],\"drives\":[]}"));
    assertThat(mended.orElseThrow().problems()).isEmpty();
  }

  @Test
  void aMissedPatchIsNoticedAndAnOldOnePassedOver() {
    var settings = Settings.NONE.replace(json(GOOD));

    assertThat(settings.patch(json("{\"$version\":6}"))).isEmpty();
    assertThat(settings.patch(json("{\"$version\":4,\"origins\":[]}"))).contains(settings);
    assertThat(Settings.NONE.patch(json("{\"$version\":1}"))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "drives|null|drives",
        "updates|{}|updates.schedule",
        "updates|{\"schedule\":{\"ring\":\"slow\",\"checkEvery\":\"PT1H\"},\"current\":\"1.0.0\",\"offers\":[]}|updates.schedule",
        "origins|[{\"host\":\"a.example\",\"scheme\":\"http\",\"contentType\":\"A\",\"group\":\"A/b\"}]|origins[0].group",
        "groups|[{\"keepFor\":\"P1D\"}]|groups[0].name",
        "groups|[{\"name\":\"a/b\"}]|groups[0].name",
        "groups|[{\"name\":\"a\"},{\"name\":\"a\"}]|groups[1].name",
        "groups|[{\"name\":\"a\",\"keepFor\":\"-PT1S\"}]|groups[0].keepFor",
        "groups|[{\"name\":\"a\",\"keepFor\":\"soon\"}]|groups[0].keepFor",
        "groups|[{\"name\":\"a\",\"keyParameters\":5}]|groups[0].keyParameters",
        "groups|[{\"name\":\"a\",\"contentType\":\" \"}]|groups[0].contentType",
        "proxy|{\"host\":\"\",\"port\":0}|proxy",
        "drives|[{\"path\":\"/a\"}]|drives[0].hostPath"
      })
  void eachProblemNamesItsPlace(String field, String value, String path) {
    var document = json(GOOD);
    document.set(field, json("{\"v\":" + value + "}").get("v"));

    assertThat(Settings.NONE.replace(document).problems()).extracting(Problem::path).contains(path);
  }
}
