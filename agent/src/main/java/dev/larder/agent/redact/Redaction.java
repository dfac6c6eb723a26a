package dev.larder.agent.redact;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.larder.common.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Takes secrets out: those that are known, wherever they stand, and those that a name or a form
 * gives away. What is taken out too much costs a support case a question; what is taken out too
 * little costs the node its secret.
 */
public final class Redaction {
  /** What stands where a secret stood. */
  public static final String REMOVED = "(removed)";

  /** A shorter secret stands in other words by chance; its field's name still gives it away. */
  private static final int LEAST_KNOWN = 4;

  private static final int LEAST_LINE = 16;
  private static final String UNRESERVED = "-_.*~";
  private static final Pattern ESCAPED_BYTE = Pattern.compile("%[0-9A-F]{2}");

  /** What else than characters beyond ASCII usual writers of JSON escape (Go, Gson, .NET). */
  private static final List<String> ESCAPED_IN_JSON = List.of("", "<>&", "<>&='", "\"&'<>+`");

  private static final Pattern CHUNK = Pattern.compile("createOptions(\\d\\d)?");
  private static final Pattern VARIABLE =
      Pattern.compile("(-{0,2}[A-Za-z_][A-Za-z0-9_.-]*+)=(.*)", Pattern.DOTALL);

  /** Command lines take secrets in every form there is. */
  private static final Set<String> ARGUMENTS =
      Set.of("cmd", "entrypoint", "args", "test", "execids");

  private final List<String> known;

  /**
   * Knows these secrets.
   *
   * @param secrets as they are; their usual encodings are taken out too
   */
  public Redaction(Collection<String> secrets) {
    this.known =
        secrets.stream()
            .flatMap(Redaction::forms)
            .filter(form -> form.length() >= LEAST_KNOWN)
            .distinct()
            .sorted(Comparator.comparingInt(String::length).reversed())
            .toList();
  }

  private static Stream<String> forms(String secret) {
    var plain = secret.strip();
    if (plain.length() < LEAST_KNOWN) {
      return Stream.empty();
    }
    var bytes = plain.getBytes(StandardCharsets.UTF_8);
    return Stream.of(
            Stream.of(
                plain,
                Base64.getEncoder().withoutPadding().encodeToString(bytes),
                Base64.getUrlEncoder().withoutPadding().encodeToString(bytes)),
            Stream.of("+", "%20").flatMap(space -> percentEncoded(bytes, space)),
            jsonEscaped(plain),
            // A log breaks a key into its lines.
            plain.lines().filter(l -> l.length() >= LEAST_LINE && !l.startsWith("-----")))
        .flatMap(Function.identity());
  }

  private static Stream<String> jsonEscaped(String plain) {
    var json = Json.write(plain);
    var usual = json.substring(1, json.length() - 1);
    return Stream.concat(
        Stream.of(usual, usual.replace("/", "\\/")),
        ESCAPED_IN_JSON.stream()
            .flatMap(
                also -> Stream.of("\\u%04x", "\\u%04X").map(form -> escaped(usual, also, form))));
  }

  /** JSON with these characters too, and all beyond ASCII, by their numbers. */
  private static String escaped(String json, String also, String form) {
    var text = new StringBuilder();
    // Of a quotation mark that is to go by its number the backslash goes too.
    var plain = also.indexOf('"') >= 0 ? json.replace("\\\"", "\"") : json;
    plain
        .chars()
        .forEach(c -> {
          if (c > '~' || also.indexOf(c) >= 0) {
            text.append(form.formatted(c));
          } else {
            text.append((char) c);
          }
        });
    return text.toString();
  }

  /** As forms (a space is a plus) and paths have it, with hexadecimal digits of both cases. */
  private static Stream<String> percentEncoded(byte[] bytes, String space) {
    var text = new StringBuilder();
    for (byte b : bytes) {
      if (b == ' ') {
        text.append(space);
      } else if (b > 0 && (Character.isLetterOrDigit(b) || UNRESERVED.indexOf(b) >= 0)) {
        text.append((char) b);
      } else {
        text.append("%%%02X".formatted(b & 0xff));
      }
    }
    var lower =
        ESCAPED_BYTE.matcher(text).replaceAll(found -> found.group().toLowerCase(Locale.ROOT));
    return Stream.of(text.toString(), lower);
  }

  /** The text without secrets. */
  public String text(String text) {
    var without = text;
    for (var secret : known) {
      without = without.replace(secret, REMOVED);
    }
    return SecretValues.redact(without);
  }

  /** A copy of the document without secrets: manifests, reports, what the engine says. */
  public JsonNode json(JsonNode document) {
    return redacted("", document, false);
  }

  private JsonNode redacted(String name, JsonNode node, boolean isVariable) {
    return switch (node.getNodeType()) {
      case OBJECT -> object(name, node, isVariable);
      case ARRAY -> {
        var array = Json.mapper().createArrayNode();
        node.forEach(element -> array.add(redacted("", element, isVariable || isEnv(name))));
        yield array;
      }
      case STRING -> TextNode.valueOf(string(node.asText(), isVariable));
      case BINARY, BOOLEAN, MISSING, NULL, NUMBER, POJO -> node;
    };
  }

  private JsonNode object(String name, JsonNode object, boolean isVariable) {
    var copy = Json.object();
    var isEnv = isVariable || isEnv(name);
    for (var field : joined(object).entrySet()) {
      var key = field.getKey();
      var value = field.getValue();
      if (name.equals("registryCredentials")) {
        copy.set(text(key), credentials(value));
      } else if (ARGUMENTS.contains(key.toLowerCase(Locale.ROOT)) && isFilled(value)) {
        copy.put(key, REMOVED);
      } else if (!key.equals("registryCredentials")
          && SecretNames.isSecret(key)
          && isFilled(value)) {
        copy.put(text(key), REMOVED);
      } else {
        copy.set(text(key), redacted(key, value, isEnv));
      }
    }
    return copy;
  }

  /** A secret may be cut in two by IoT Edge's chunks of 512 characters. */
  private static Map<String, JsonNode> joined(JsonNode object) {
    var fields = new TreeMap<String, JsonNode>();
    object.properties().forEach(field -> fields.put(field.getKey(), field.getValue()));
    var chunks = fields.keySet().stream().filter(field -> CHUNK.matcher(field).matches()).toList();
    if (chunks.size() > 1) {
      var whole = new StringBuilder();
      chunks.forEach(chunk -> whole.append(object.path(chunk).asText()));
      chunks.forEach(fields::remove);
      fields.put("createOptions", TextNode.valueOf(whole.toString()));
    }
    return fields;
  }

  private JsonNode credentials(JsonNode registry) {
    return Json.object()
        .put("address", text(registry.path("address").asText()))
        .put("username", REMOVED)
        .put("password", REMOVED);
  }

  private String string(String value, boolean isVariable) {
    var document = document(value, isVariable);
    if (document.isPresent()) {
      return document.get();
    }
    var variable = VARIABLE.matcher(value);
    if (variable.matches()) {
      var name = variable.group(1);
      var held = variable.group(2);
      return SecretNames.isSecret(name) || SecretValues.isSecret(held)
          ? text(name) + "=" + REMOVED
          : document(held, true).map(json -> text(name) + "=" + json).orElseGet(() -> text(value));
    }
    return isVariable && SecretValues.isSecret(value) ? REMOVED : text(value);
  }

  /** JSON in a text, without secrets; empty when it is none. */
  private Optional<String> document(String text, boolean isVariable) {
    try {
      return isJson(text)
          ? Optional.of(Json.write(redacted("", Json.mapper().readTree(text), isVariable)))
          : Optional.empty();
    } catch (JsonProcessingException _) {
      return Optional.empty();
    }
  }

  private static boolean isJson(String value) {
    var start = value.stripLeading();
    return start.startsWith("{") || start.startsWith("[");
  }

  private static boolean isEnv(String name) {
    return name.equalsIgnoreCase("env");
  }

  private static boolean isFilled(JsonNode value) {
    return value.isContainerNode()
        ? !value.isEmpty()
        : value.isNumber() || (value.isTextual() && !value.asText().isEmpty());
  }

  /**
   * The secrets that a document names as such: values under names that promise one, registries'
   * credentials, and variables that look secret. They are what to take out of logs.
   */
  public static List<String> secretsIn(JsonNode document) {
    var found = new ArrayList<String>();
    gather("", document, false, false, found);
    return found;
  }

  private static void gather(
      String name, JsonNode node, boolean isSecret, boolean isVariable, List<String> found) {
    if (node.isObject()) {
      for (var field : joined(node).entrySet()) {
        var key = field.getKey();
        var inside = !key.equals("address") && (isSecret || SecretNames.isSecret(key));
        gather(key, field.getValue(), inside, isVariable || isEnv(name), found);
      }
    } else if (node.isArray()) {
      node.forEach(element -> gather("", element, isSecret, isVariable || isEnv(name), found));
    } else if (node.isTextual()) {
      gather(node.asText(), isSecret, isVariable, found);
    }
  }

  private static void gather(
      String value, boolean isSecret, boolean isVariable, List<String> found) {
    if (isSecret || (isVariable && SecretValues.isSecret(value))) {
      found.add(value);
    }
    var variable = VARIABLE.matcher(value);
    if (variable.matches()) {
      gather(variable.group(2), SecretNames.isSecret(variable.group(1)), true, found);
    } else if (isJson(value)) {
      try {
        gather("", Json.mapper().readTree(value), isSecret, isVariable, found);
      } catch (JsonProcessingException _) {
        // Not JSON after all: it names no secret.
      }
    }
  }
}
