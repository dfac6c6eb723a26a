package dev.larder.cloud.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.larder.common.json.Json;
import java.io.IOException;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class AgentRequestTest {
  @Test
  void asksForOneModulesLog() {
    var request = AgentRequest.logs("a.b", 50, Optional.of("90m"));
    assertThat(request.path("schemaVersion").asText()).isEqualTo("1.0");
    assertThat(request.path("items")).hasSize(1);
    assertThat(request.at("/items/0/filter"))
        .isEqualTo(Json.object().put("tail", 50).put("since", "90m"));
    var id = Pattern.compile(request.at("/items/0/id").asText());
    assertThat(id.matcher("a.b").find()).isTrue();
    assertThat(id.matcher("axb").find()).isFalse();
    assertThat(id.matcher("a.b2").find()).isFalse();
    assertThat(AgentRequest.logs("a", 1, Optional.empty()).at("/items/0/filter").has("since"))
        .isFalse();
  }

  @Test
  void showsWhatCame() throws IOException {
    var whole = Json.mapper().readTree("[{\"id\": \"a\", \"payload\": \"one\\ntwo\\n\"}]");
    assertThat(AgentRequest.log(whole, "a")).isEqualTo("one\ntwo\n");
    var cut =
        Json.mapper().readTree("[{\"id\": \"a\", \"payload\": \"b\\n\", \"truncated\": true}]");
    assertThat(AgentRequest.log(cut, "a")).isEqualTo("(older lines are left out)\nb\n");
    assertThatThrownBy(() -> AgentRequest.log(Json.mapper().createArrayNode(), "a"))
        .isInstanceOf(CliFailure.class)
        .hasMessageContaining("no module a");
  }
}
