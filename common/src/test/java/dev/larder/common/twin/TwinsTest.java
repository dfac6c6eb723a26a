package dev.larder.common.twin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.larder.common.json.Json;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TwinsTest {
  private static final int HISTORIES = 2_000;

  /** The examples of RFC 7396, appendix A, whose documents and patches are objects. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      value = {
        "{\"a\":\"b\"} | {\"a\":\"c\"} | {\"a\":\"c\"}",
        "{\"a\":\"b\"} | {\"b\":\"c\"} | {\"a\":\"b\",\"b\":\"c\"}",
        "{\"a\":\"b\"} | {\"a\":null} | {}",
        "{\"a\":\"b\",\"b\":\"c\"} | {\"a\":null} | {\"b\":\"c\"}",
        "{\"a\":[\"b\"]} | {\"a\":\"c\"} | {\"a\":\"c\"}",
        "{\"a\":{\"b\":\"c\"}} | {\"a\":{\"b\":\"d\",\"c\":null}} | {\"a\":{\"b\":\"d\"}}",
        "{\"a\":[{\"b\":\"c\"}]} | {\"a\":[1]} | {\"a\":[1]}",
        "{} | {\"a\":{\"bb\":{\"ccc\":null}}} | {\"a\":{\"bb\":{}}}",
      })
  void mergesAsTheStandardSays(String document, String patch, String merged)
      throws JsonProcessingException {
    assertThat(Twins.merge(object(document), object(patch))).isEqualTo(object(merged));
  }

  @Test
  void aDifferenceMakesTheOneOfTheOther() {
    for (long seed = 0; seed < HISTORIES; seed++) {
      var random = new Random(seed);
      var before = random(random, 3);
      var after = random(random, 3);
      assertThat(Twins.merge(before, Twins.difference(before, after)))
          .as("seed %d", seed)
          .isEqualTo(after);
      assertThat(Twins.difference(after, after)).as("seed %d", seed).isEmpty();
    }
  }

  private static ObjectNode random(Random random, int depth) {
    var object = Json.object();
    for (int i = random.nextInt(4); i > 0; i--) {
      var name = "f" + random.nextInt(4);
      if (depth > 0 && random.nextBoolean()) {
        object.set(name, random(random, depth - 1));
      } else {
        object.put(name, random.nextInt(3));
      }
    }
    return object;
  }

  private static ObjectNode object(String text) throws JsonProcessingException {
    return (ObjectNode) Json.mapper().readTree(text);
  }
}
