package dev.larder.common.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.larder.common.json.Json;
import dev.larder.common.problem.Checked;
import dev.larder.common.problem.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Real manifests with random mistakes, by seed: whatever is read, the answer is problems. */
class ManifestFuzzTest {
  private static final int MANIFESTS = 1_000;
  private static final int MOST_MISTAKES = 4;
  private static final int MOST_PROBLEMS = 100;
  private static final int MOST_CHARACTERS = 501;
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  /** Texts that mean something to one reader or another, and hard ones for a pattern. */
  private static final List<String> TEXTS =
      List.of(
          "",
          " ",
          "docker",
          "1.1",
          "never",
          "$edgeAgent",
          "a=b",
          "\u0000",
          "{\"HostConfig\":",
          "[1]",
          "a/".repeat(10_000),
          "a:".repeat(10_000),
          "a.".repeat(10_000) + "A",
          "((".repeat(5_000),
          "FROM /messages/* WHERE " + "NOT ".repeat(5_000) + "a INTO $upstream",
          "FROM /messages/* INTO $upstream",
          "22:00",
          "25:61");

  private static List<JsonNode> samples() throws IOException {
    var found = new ArrayList<JsonNode>();
    for (var folder : List.of("examples", "iot-edge", "invalid")) {
      try (Stream<Path> files = Files.list(Path.of("..", "deployment-manifests", folder))) {
        for (var file : files.filter(f -> f.toString().endsWith(".json")).sorted().toList()) {
          found.add(Json.mapper().readTree(Files.readAllBytes(file)));
        }
      }
    }
    return found;
  }

  @Test
  void whateverIsWrongIsToldByItsPath() throws IOException {
    var samples = samples();
    int wrong = 0;
    for (int seed = 0; seed < MANIFESTS; seed++) {
      var random = new Random(seed);
      var document = samples.get(random.nextInt(samples.size())).deepCopy();
      for (int i = random.nextInt(MOST_MISTAKES); i >= 0; i--) {
        spoil(document, random);
      }
      wrong += problems(document, seed).isEmpty() ? 0 : 1;
    }
    // Mistakes and none, both often.
    assertThat(wrong).isBetween(MANIFESTS / 4, MANIFESTS - MANIFESTS / 50);
  }

  private static List<Problem> problems(JsonNode document, int seed) {
    try {
      var found =
          switch (Deployment.read(document)) {
            case Checked.Invalid<Deployment>(var problems) -> problems;
            case Checked.Valid<Deployment>(var deployment) -> {
              NodeManifest.unknownFields(Json.writeBytes(document));
              yield deployment.problems().list();
            }
          };
      assertThat(found)
          .as("seed %d", seed)
          .hasSizeLessThanOrEqualTo(MOST_PROBLEMS)
          .allSatisfy(problem -> {
            assertThat(problem.path()).startsWith("modulesContent");
            assertThat(problem.message()).isNotBlank().hasSizeLessThanOrEqualTo(MOST_CHARACTERS);
            assertThat(problem.mend()).isNotBlank();
          });
      return found;
    } catch (RuntimeException | StackOverflowError e) {
      throw new AssertionError("seed " + seed + ": " + document, e);
    }
  }

  /** Makes one mistake somewhere below. */
  private static void spoil(JsonNode document, Random random) {
    var containers = new ArrayList<JsonNode>();
    gather(document, containers);
    switch (containers.get(random.nextInt(containers.size()))) {
      case ObjectNode object -> spoil(object, random);
      case ArrayNode array when !array.isEmpty() ->
          array.set(random.nextInt(array.size()), value(random));
      default -> {}
    }
  }

  private static void gather(JsonNode node, List<JsonNode> containers) {
    if (node.isContainerNode()) {
      containers.add(node);
      node.forEach(child -> gather(child, containers));
    }
  }

  private static void spoil(ObjectNode object, Random random) {
    var names = object.propertyStream().map(java.util.Map.Entry::getKey).toList();
    var name = names.isEmpty() ? "x" : names.get(random.nextInt(names.size()));
    switch (random.nextInt(5)) {
      case 0 -> object.remove(name);
      case 1 -> object.set(text(random), value(random));
      case 2 -> {
        var moved = object.remove(name);
        object.set(text(random), moved == null ? NODES.nullNode() : moved);
      }
      case 3 -> {
        var many = object.putObject(name);
        var one = value(random);
        for (int i = 0; i < 60; i++) {
          many.set("m" + i, one);
        }
      }
      default -> object.set(name, value(random));
    }
  }

  private static String text(Random random) {
    return TEXTS.get(random.nextInt(TEXTS.size()));
  }

  private static JsonNode value(Random random) {
    return switch (random.nextInt(9)) {
      case 0 -> NODES.nullNode();
      case 1 -> NODES.booleanNode(random.nextBoolean());
      case 2 -> NODES.numberNode(random.nextInt(-2, 5));
      case 3 -> NODES.numberNode(random.nextLong());
      case 4 -> NODES.numberNode(1e300);
      case 5 -> NODES.arrayNode().add(text(random)).add(1);
      case 6 -> Json.object().put(text(random), text(random));
      default -> NODES.textNode(text(random));
    };
  }
}
