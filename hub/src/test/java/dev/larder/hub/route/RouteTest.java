package dev.larder.hub.route;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.larder.common.id.ModuleId;
import dev.larder.common.json.Json;
import dev.larder.common.manifest.HubDesired;
import dev.larder.common.manifest.Route;
import dev.larder.hub.Messages;
import java.io.IOException;
import org.junit.jupiter.api.Test;

final class RouteTest {
  private static JsonNode json(String text) throws IOException {
    return Json.mapper().readTree(text.replace('\'', '"'));
  }

  @Test
  void aMessageGoesOnceToEachSink() throws IOException {
    var document = json("{'schemaVersion':'1.1','routes':{}}");
    ((ObjectNode) document.get("routes"))
        .put("a", "FROM /messages/modules/press/outputs/raw INTO $upstream")
        .put("b", "FROM /messages/* INTO $upstream")
        .put(
            "c", "FROM /messages/modules/press/* INTO BrokeredEndpoint(\"/modules/agg/inputs/in\")")
        .put("d", "FROM /messages/modules/cache/* INTO BrokeredEndpoint(\"/modules/x/inputs/y\")");
    var desired = HubDesired.read(document, "").orThrow();
    assertThat(new Router(desired).sinks(Messages.message("x")))
        .containsExactly(new Route.Upstream(), new Route.Input(ModuleId.of("agg"), "in"));
  }

  @Test
  void aBadDocumentLeavesTheLastGoodInForce() throws IOException {
    var good =
        Settings.DEFAULT.offered(
            3, json("{'schemaVersion':'1.1','routes':{'up':'FROM /messages/* INTO $upstream'}}"));
    var bad = good.offered(4, json("{'schemaVersion':'9.9','routes':{'up':'FROM nowhere'}}"));
    assertThat(bad.good()).isEqualTo(good.good());
    assertThat(bad.goodVersion()).isEqualTo(3);
    assertThat(bad.problems()).hasSize(2);
    assertThat(bad.status().get("code").intValue()).isEqualTo(400);
    assertThat(bad.status().get("problems")).hasSize(2);
    assertThat(bad.status().get("problems").get(0).get("path").textValue())
        .startsWith("properties.desired");
  }
}
