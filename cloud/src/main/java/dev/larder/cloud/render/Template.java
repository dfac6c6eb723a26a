package dev.larder.cloud.render;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.larder.common.json.Json;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * JSON with placeholders. A string that is one placeholder and nothing else becomes the
 * placeholder's value; one inside a longer string becomes its text. A field whose value is a
 * placeholder that stands for nothing (a missing node) is left out.
 */
public final class Template {
  private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\{([a-zA-Z.]+)}");

  private final JsonNode template;

  public Template(JsonNode template) {
    this.template = template.deepCopy();
  }

  /** Fills every placeholder; one that has no value is an {@link IllegalArgumentException}. */
  public JsonNode fill(Map<String, JsonNode> values) {
    return fill(template, values);
  }

  private static JsonNode fill(JsonNode node, Map<String, JsonNode> values) {
    if (node instanceof ObjectNode object) {
      var filled = Json.object();
      object
          .properties()
          .forEach(e -> {
            var value = fill(e.getValue(), values);
            if (!value.isMissingNode()) {
              filled.set(e.getKey(), value);
            }
          });
      return filled;
    }
    if (node.isArray()) {
      var filled = Json.mapper().createArrayNode();
      node.forEach(element -> filled.add(fill(element, values)));
      return filled;
    }
    return node.isTextual() ? fill(node.textValue(), values) : node;
  }

  private static JsonNode fill(String text, Map<String, JsonNode> values) {
    var placeholder = PLACEHOLDER.matcher(text);
    if (placeholder.matches()) {
      return value(placeholder, values).deepCopy();
    }
    return TextNode.valueOf(
        placeholder.replaceAll(
            found -> Matcher.quoteReplacement(value(placeholder, values).asText())));
  }

  private static JsonNode value(Matcher placeholder, Map<String, JsonNode> values) {
    var value = values.get(placeholder.group(1));
    if (value == null) {
      throw new IllegalArgumentException("No value for the placeholder " + placeholder.group());
    }
    return value;
  }
}
