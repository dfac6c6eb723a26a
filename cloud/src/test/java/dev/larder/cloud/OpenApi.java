package dev.larder.cloud;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.larder.common.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/** The API's contract, against which every answer in the tests is checked. */
final class OpenApi {
  private static final Set<String> METHODS = Set.of("get", "put", "post", "patch", "delete");

  private final JsonNode document;
  private final Set<String> seen = ConcurrentHashMap.newKeySet();

  OpenApi() {
    try (var stream = OpenApi.class.getResourceAsStream("/openapi.yaml")) {
      document = new ObjectMapper(new YAMLFactory()).readTree(Objects.requireNonNull(stream));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Every operation: its method, a space and its path. */
  Set<String> operations() {
    var found = new TreeSet<String>();
    document
        .path("paths")
        .properties()
        .forEach(path ->
            path.getValue().properties().stream()
                .map(operation -> operation.getKey())
                .filter(METHODS::contains)
                .forEach(
                    method -> found.add(method.toUpperCase(Locale.ROOT) + " " + path.getKey())));
    return found;
  }

  /** The operations that a checked answer came from. */
  Set<String> seen() {
    return seen;
  }

  /** Fails when the contract has no such answer or the answer is not as it says. */
  void check(HttpResponse<byte[]> response) throws IOException {
    var method = response.request().method().toLowerCase(Locale.ROOT);
    var path = template(response.uri().getPath());
    if (path.isEmpty()) {
      assertThat(response.statusCode()).isEqualTo(404);
      return;
    }
    var operation = document.path("paths").path(path.get()).path(method);
    assertThat(operation.isObject()).as("%s %s", method, path).isTrue();
    seen.add(method.toUpperCase(Locale.ROOT) + " " + path.get());
    var responses = operation.path("responses");
    var status = String.valueOf(response.statusCode());
    var answer =
        resolve(responses.has(status) ? responses.path(status) : responses.path("default"));
    var content = answer.path("content");
    if (content.isMissingNode()) {
      assertThat(response.body()).as("body of %s %s", status, path).isEmpty();
      return;
    }
    var type = response.headers().firstValue("Content-Type").orElse("");
    assertThat(content.has(type)).as("%s of %s %s", type, status, path).isTrue();
    if (content.path(type).has("schema")) {
      validate(content.path(type).path("schema"), Json.mapper().readTree(response.body()));
    }
  }

  private Optional<String> template(String path) {
    return document.path("paths").properties().stream()
        .map(entry -> entry.getKey())
        .filter(template -> path.matches(template.replaceAll("\\{\\w+}", "[^/]+")))
        .findFirst();
  }

  private JsonNode resolve(JsonNode node) {
    return node.has("$ref") ? document.at(node.path("$ref").asText().substring(1)) : node;
  }

  private void validate(JsonNode schema, JsonNode value) {
    ObjectNode root = Json.object();
    root.putArray("allOf").add(schema);
    root.set("components", document.path("components"));
    var errors =
        SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
            .getSchema(root)
            .validate(value);
    assertThat(errors).as("%s", value).isEqualTo(List.of());
  }
}
