package dev.larder.cloud.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.larder.common.json.Json;
import dev.larder.common.problem.Checked;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** The short forms in which options are written, read into what the API takes. */
final class Shorthand {
  private static final Pattern FREQUENCY = Pattern.compile("(\\d{1,7})([smhd])");
  private static final Pattern OBJECT = Pattern.compile("\\{([^{}]*)}");
  private static final String DRIVE_MEND =
      "write /folder,100 or [{physical-path:/folder,size-in-gb:100}]";
  private static final String ORIGIN_MEND = "write host[,http|https[,content type[,private]]]";

  private static final String PRIVATE = "private";
  private static final Pattern PARENT =
      Pattern.compile("(?<host>[^:,\\s]+)(?::(?<port>\\d{1,5}))?(?:,\\s*(?<scheme>\\w+))?");

  private Shorthand() {}

  /**
   * Reads cache drives: Connected Cache's {@code [{physical-path:/p,size-in-gb:50},…]} or {@code
   * /p,50[,/q,100…]}.
   *
   * @return {@code cacheDrives} as the API takes them
   */
  static Checked<ArrayNode> drives(List<String> values) {
    var drives = Json.mapper().createArrayNode();
    for (var value : values) {
      var text = value.strip();
      boolean read =
          (text.startsWith("[") || text.startsWith("{"))
              ? objects(text, drives)
              : pairs(text, drives);
      if (!read) {
        return Checked.invalid("--cache-drive", "is not readable: " + value, DRIVE_MEND);
      }
    }
    return Checked.valid(drives);
  }

  private static boolean objects(String text, ArrayNode drives) {
    var matcher = OBJECT.matcher(text);
    int found = 0;
    while (matcher.find()) {
      var fields = fields(matcher.group(1));
      var path = fields.get("physicalpath");
      var size = fields.get("sizeingb");
      if (path == null || size == null || fields.size() != 2) {
        return false;
      }
      drives.add(drive(path, size));
      found++;
    }
    var rest = OBJECT.matcher(text).replaceAll("").replaceAll("[\\[\\],\\s]", "");
    return found > 0 && rest.isEmpty();
  }

  /** Names without hyphens and in lower case, so that both spellings and JSON are taken. */
  private static Map<String, String> fields(String inside) {
    var fields = new LinkedHashMap<String, String>();
    for (var pair : inside.split(",", -1)) {
      var colon = pair.indexOf(':');
      if (colon < 0) {
        return Map.of();
      }
      var name = unquoted(pair.substring(0, colon)).replace("-", "").toLowerCase(Locale.ROOT);
      fields.put(name, unquoted(pair.substring(colon + 1)));
    }
    return fields;
  }

  private static String unquoted(String text) {
    return text.strip().replaceAll("^[\"']|[\"']$", "");
  }

  private static boolean pairs(String text, ArrayNode drives) {
    var parts = text.split(",", -1);
    if (parts.length % 2 != 0) {
      return false;
    }
    for (int i = 0; i < parts.length; i += 2) {
      drives.add(drive(parts[i].strip(), parts[i + 1].strip()));
    }
    return true;
  }

  /** A size that is no number goes out as it is: the cloud's answer names it. */
  private static ObjectNode drive(String path, String size) {
    var drive = Json.object().put("physicalPath", path);
    return size.matches("\\d{1,9}(\\.\\d{1,6})?")
        ? drive.put("sizeInGb", new BigDecimal(size))
        : drive.put("sizeInGb", size);
  }

  /** Reads {@code 30m}, {@code 6h}, {@code 1d}, {@code 45s} or ISO 8601 ({@code PT30M}). */
  static Checked<Duration> duration(String option, String text) {
    var form = FREQUENCY.matcher(text.strip().toLowerCase(Locale.ROOT));
    if (form.matches()) {
      long amount = Long.parseLong(form.group(1));
      return Checked.valid(
          switch (form.group(2)) {
            case "s" -> Duration.ofSeconds(amount);
            case "m" -> Duration.ofMinutes(amount);
            case "h" -> Duration.ofHours(amount);
            default -> Duration.ofDays(amount);
          });
    }
    try {
      return Checked.valid(Duration.parse(text.strip()));
    } catch (DateTimeParseException _) {
      return Checked.invalid(option, "is not readable: " + text, "write 30m, 6h, 1d or PT30M");
    }
  }

  /** Reads JSON. */
  static Checked<JsonNode> json(String option, String text) {
    try {
      return Checked.valid(Json.mapper().readTree(text));
    } catch (JsonProcessingException e) {
      return Checked.invalid(
          option, "is not JSON: " + e.getOriginalMessage(), "write '{\"name\": …}'");
    }
  }

  /** Reads {@code host[,scheme[,content type[,private]]]}. */
  static Checked<ObjectNode> origin(String text) {
    var parts = text.split(",", 4);
    if (parts[0].isBlank()) {
      return Checked.invalid("--origin", "names no host: " + text, ORIGIN_MEND);
    }
    var origin = Json.object().put("host", parts[0].strip());
    part(parts, 1).ifPresent(scheme -> origin.put("scheme", scheme));
    part(parts, 2).ifPresent(type -> origin.put("contentType", type));
    var where = part(parts, 3);
    if (where.isPresent() && !where.get().equalsIgnoreCase(PRIVATE)) {
      return Checked.invalid("--origin", "ends with " + where.get(), ORIGIN_MEND);
    }
    where.ifPresent(_ -> origin.put("allowPrivateAddress", true));
    return Checked.valid(origin);
  }

  /** Reads {@code host[:port][,scheme]}; {@code none} is a null, which takes the parent away. */
  static Checked<JsonNode> parent(String text) {
    if (text.strip().equalsIgnoreCase("none")) {
      return Checked.valid(NullNode.getInstance());
    }
    var form = PARENT.matcher(text.strip());
    if (!form.matches()) {
      return Checked.invalid(
          "--parent-cache", "is not readable: " + text, "write host[:port][,http|https] or none");
    }
    var parent = Json.object().put("host", form.group("host"));
    Optional.ofNullable(form.group("port"))
        .ifPresent(port -> parent.put("port", Integer.parseInt(port)));
    Optional.ofNullable(form.group("scheme")).ifPresent(scheme -> parent.put("scheme", scheme));
    return Checked.valid(parent);
  }

  private static Optional<String> part(String[] parts, int index) {
    return index < parts.length && !parts[index].isBlank()
        ? Optional.of(parts[index].strip())
        : Optional.empty();
  }

  /** Reads {@code Enabled} or {@code Disabled} in any case. */
  static Checked<Boolean> enabled(String option, String text) {
    return switch (text.strip().toLowerCase(Locale.ROOT)) {
      case "enabled" -> Checked.valid(true);
      case "disabled" -> Checked.valid(false);
      default ->
          Checked.invalid(
              option, "is " + text + ", not enabled or disabled", "write enabled or disabled");
    };
  }
}
