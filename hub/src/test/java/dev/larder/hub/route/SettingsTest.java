package dev.larder.hub.route;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.larder.common.json.Json;
import java.io.IOException;
import org.junit.jupiter.api.Test;

final class SettingsTest {
  private static JsonNode json(String text) throws IOException {
    return Json.mapper().readTree(text.replace('\'', '"'));
  }

  private static Settings good() throws IOException {
    return Settings.DEFAULT.offered(
        3, json("{'schemaVersion':'1.1','routes':{'up':'FROM /messages/* INTO $upstream'}}"));
  }

  @Test
  void aGoodDocumentIsInForce() throws IOException {
    assertThat(good().isNewestInForce()).isTrue();
    assertThat(good().status().get("code").intValue()).isEqualTo(200);
    assertThat(good().status().get("description").textValue()).isEmpty();
    assertThat(good().status().get("problems")).isEmpty();
  }

  @Test
  void aBadDocumentLeavesTheLastGoodInForce() throws IOException {
    var good = good();
    var bad = good.offered(4, json("{'schemaVersion':'9.9','routes':{'up':'FROM nowhere'}}"));
    assertThat(bad.good()).isEqualTo(good.good());
    assertThat(bad.goodVersion()).isEqualTo(3);
    assertThat(bad.isNewestInForce()).isFalse();
    assertThat(bad.problems()).hasSize(2);
    assertThat(bad.status().get("code").intValue()).isEqualTo(400);
    assertThat(bad.status().get("description").textValue())
        .isEqualTo("version 4 has problems; version 3 stays");
    assertThat(bad.status().get("problems")).hasSize(2);
    assertThat(bad.status().get("problems").get(0).get("path").textValue())
        .startsWith("properties.desired");
  }

  @Test
  void aDocumentWithABadRouteIsInForceWithoutIt() throws IOException {
    var settings =
        good()
            .offered(
                4,
                json(
                    "{'schemaVersion':'1.1','routes':{'up':'FROM /* INTO $upstream',"
                        + "'bad':'FROM /* INTO nowhere'}}"));
    assertThat(settings.isNewestInForce()).isTrue();
    assertThat(settings.good().routes().keySet()).containsExactly("up");
    assertThat(settings.status().get("code").intValue()).isEqualTo(400);
    assertThat(settings.status().get("description").textValue())
        .startsWith(
            "version 4 is in force without its bad routes; properties.desired.routes.bad: column"
                + " 14: found \"nowhere\"");
    assertThat(settings.status().get("problems")).hasSize(1);
  }
}
