package dev.larder.cloud.configuration;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.larder.cloud.configuration.NodeConfiguration.CacheDrive;
import dev.larder.common.problem.Checked;
import dev.larder.common.problem.Problems;
import dev.larder.common.schedule.Ring;
import dev.larder.common.schedule.UpdateSchedule;
import dev.larder.common.schedule.UpdateWindow;
import dev.larder.common.settings.CacheDesired;
import dev.larder.common.settings.CacheDesired.Origin;
import dev.larder.common.settings.CacheDesired.Proxy;
import dev.larder.common.twin.Twins;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads a node's configuration and answers with every problem it has. */
public final class ConfigurationReader {
  private static final BigDecimal SMALLEST_GB = BigDecimal.valueOf(50);
  private static final BigDecimal SMALLEST_GB_IN_DEVELOPMENT = new BigDecimal("0.01");
  private static final BigDecimal LARGEST_GB = BigDecimal.valueOf(10_000);
  private static final int MOST_ORIGINS = 200;
  private static final int PORTS = 65_535;
  private static final Duration TRAFFIC_MOST_OFTEN = Duration.ofSeconds(1);
  private static final Duration TRAFFIC_LEAST_OFTEN = Duration.ofMinutes(5);

  /**
   * An absolute folder that a shell, a comma list and Docker's binds can carry as it is: no quote,
   * comma, colon, dollar, back-quote, backslash or control character.
   */
  private static final Pattern FOLDER = Pattern.compile("(/[^/\"',:$`\\\\\\p{Cntrl}]+)+");

  private static final Pattern HOST =
      Pattern.compile("[a-zA-Z0-9]([a-zA-Z0-9._-]{0,252}[a-zA-Z0-9])?");
  private static final Pattern HOST_PORT = Pattern.compile(HOST.pattern() + "(:[0-9]{1,5})?");
  private static final Pattern TIME = Pattern.compile("([01]\\d|2[0-3]):[0-5]\\d");
  private static final Pattern CONTENT_TYPE = Pattern.compile("[^\\p{Cntrl}]{1,90}");
  private static final List<String> WINDOW = List.of("week", "day", "time");

  private final Problems problems = new Problems();
  private final boolean development;

  private ConfigurationReader(boolean development) {
    this.development = development;
  }

  /**
   * Reads a whole configuration; what is left out takes its default.
   *
   * @param development whether small drives and short frequencies are taken
   */
  public static Checked<NodeConfiguration> read(JsonNode document, boolean development) {
    var reader = new ConfigurationReader(development);
    var value = reader.configuration(Fields.of(document, reader.problems));
    return reader.problems.isEmpty()
        ? Checked.valid(value)
        : Checked.invalid(reader.problems.list());
  }

  /**
   * Lays a merge patch over a configuration and reads the result. A patch to the fast ring that
   * says nothing of the window takes the window away.
   */
  public static Checked<NodeConfiguration> patch(
      NodeConfiguration before, ObjectNode patch, boolean development) {
    var whole = patch.deepCopy();
    if (whole.get("update") instanceof ObjectNode update
        && update.path("ring").asText().equalsIgnoreCase(Ring.FAST.text())) {
      WINDOW.stream().filter(field -> !update.has(field)).forEach(update::putNull);
    }
    return read(Twins.merge(before.write(), whole), development);
  }

  private NodeConfiguration configuration(Fields fields) {
    fields.only(
        "cacheDrives", "proxy", "httpPort", "summaryPort", "origins", "update", "trafficEvery");
    var fallback = NodeConfiguration.DEFAULT;
    var proxyFields = fields.object("proxy").only("enabled", "host", "port");
    boolean proxyEnabled = proxyFields.flag("enabled").orElse(false);
    var configuration =
        new NodeConfiguration(
            drives(fields),
            proxyEnabled,
            proxy(proxyFields, proxyEnabled),
            fields.whole("httpPort", 1, PORTS).orElse(fallback.httpPort()),
            fields.whole("summaryPort", 1, PORTS).orElse(fallback.summaryPort()),
            origins(fields),
            update(fields.object("update").only("ring", "week", "day", "time", "frequency")),
            fields
                .duration("trafficEvery", TRAFFIC_MOST_OFTEN, TRAFFIC_LEAST_OFTEN)
                .orElse(fallback.trafficEvery()));
    if (configuration.httpPort() == configuration.summaryPort()) {
      fields.add("summaryPort", "is the same as httpPort", "give the two different ports");
    }
    return configuration;
  }

  private List<CacheDrive> drives(Fields fields) {
    var listed = fields.objects("cacheDrives");
    if (listed.size() > CacheDesired.MOST_DRIVES) {
      fields.add(
          "cacheDrives",
          "are " + listed.size() + ", more than " + CacheDesired.MOST_DRIVES,
          "name at most " + CacheDesired.MOST_DRIVES);
    }
    var drives = new ArrayList<CacheDrive>();
    var paths = new HashSet<String>();
    for (var drive : listed) {
      drive.only("physicalPath", "sizeInGb");
      var path = folder(drive);
      var size = size(drive);
      if (path.isPresent() && !paths.add(path.get())) {
        drive.add("physicalPath", "is named twice: " + path.get(), "name each folder once");
      } else if (path.isPresent() && size.isPresent()) {
        drives.add(new CacheDrive(path.get(), size.get()));
      }
    }
    return drives;
  }

  private static Optional<String> folder(Fields drive) {
    var mend = "name an absolute folder of the machine, /var/cache/larder";
    return drive
        .required("physicalPath", mend)
        .flatMap(text -> {
          var path = text.length() > 1 && text.endsWith("/") ? chop(text) : text;
          var parts = List.of(path.split("/", -1));
          if (!path.startsWith("/")) {
            drive.add("physicalPath", "is not absolute: " + text, mend);
          } else if (parts.contains("..") || parts.contains(".")) {
            drive.add("physicalPath", "has a '.' or '..' in it: " + text, mend);
          } else if (!FOLDER.matcher(path).matches()) {
            drive.add(
                "physicalPath",
                "is no folder that a drive can have: " + text,
                mend + "; without quotes, commas, colons, dollars and backslashes");
          } else {
            return Optional.of(path);
          }
          return Optional.empty();
        });
  }

  private static String chop(String text) {
    return text.substring(0, text.length() - 1);
  }

  private Optional<BigDecimal> size(Fields drive) {
    var least = development ? SMALLEST_GB_IN_DEVELOPMENT : SMALLEST_GB;
    var range = least + " to " + LARGEST_GB;
    var mend = "give a size in GB, " + range;
    if (!drive.has("sizeInGb")) {
      drive.add("sizeInGb", "is missing", mend);
      return Optional.empty();
    }
    return drive
        .number("sizeInGb", mend)
        .flatMap(size -> {
          if (size.compareTo(least) < 0 || size.compareTo(LARGEST_GB) > 0) {
            drive.add("sizeInGb", "is " + size.toPlainString() + ", not " + range, mend);
            return Optional.empty();
          }
          if (!development && size.stripTrailingZeros().scale() > 0) {
            drive.add("sizeInGb", "is no whole number: " + size.toPlainString(), mend);
            return Optional.empty();
          }
          return Optional.of(size);
        });
  }

  private static Optional<Proxy> proxy(Fields fields, boolean enabled) {
    var host = fields.text("host", "name the proxy's host");
    var port = fields.whole("port", 1, PORTS);
    if (enabled && !fields.has("host")) {
      fields.add("host", "is missing", "name the proxy's host, or disable the proxy");
    }
    if (enabled && !fields.has("port")) {
      fields.add("port", "is missing", "give the proxy's port, or disable the proxy");
    }
    if (host.isPresent() && host.get().contains(":")) {
      fields.add("host", "has a ':' in it: " + host.get(), "put the port into proxy.port");
    } else if (host.isPresent() && !HOST.matcher(host.get()).matches()) {
      fields.add("host", "is no host name: " + host.get(), "name the proxy's host");
    }
    return host.flatMap(name -> port.map(number -> new Proxy(name, number)));
  }

  private static List<Origin> origins(Fields fields) {
    var listed = fields.objects("origins");
    if (listed.size() > MOST_ORIGINS) {
      fields.add("origins", "are more than " + MOST_ORIGINS, "name at most " + MOST_ORIGINS);
    }
    var origins = new ArrayList<Origin>();
    var hosts = new HashSet<String>();
    for (var origin : listed) {
      origin.only("host", "scheme", "contentType");
      var mend = "write name or name:port, as clients name it";
      var host = origin.required("host", mend).map(text -> text.toLowerCase(Locale.ROOT));
      var scheme = origin.text("scheme", "write http or https").orElse("http");
      var type = origin.text("contentType", "name what the charts count it under").orElse("Other");
      if (!scheme.equals("http") && !scheme.equals("https")) {
        origin.add("scheme", "is " + scheme + ", not http or https", "write http or https");
      }
      if (!CONTENT_TYPE.matcher(type).matches()) {
        origin.add("contentType", "is not 1 to 90 characters", "give it a short name");
      }
      host.ifPresent(name -> {
        if (!HOST_PORT.matcher(name).matches()) {
          origin.add("host", "is no host: " + name, mend);
        } else if (!hosts.add(name)) {
          origin.add("host", "is named twice: " + name, "name each host once");
        } else {
          origins.add(new Origin(name, scheme, type));
        }
      });
    }
    return origins;
  }

  private UpdateSchedule update(Fields fields) {
    var ring = ring(fields);
    var week = fields.whole("week", 1, 5);
    var day = fields.whole("day", 1, 7);
    var time = time(fields);
    var least = development ? UpdateSchedule.MOST_OFTEN_IN_DEVELOPMENT : UpdateSchedule.MOST_OFTEN;
    var frequency =
        fields
            .duration("frequency", least, UpdateSchedule.LEAST_OFTEN)
            .orElse(UpdateSchedule.DEFAULT.checkEvery());
    for (var field : WINDOW) {
      if (ring == Ring.FAST && fields.has(field)) {
        fields.add(
            field, "is given, but the fast ring has no window", "leave it out, or use ring slow");
      }
      if (ring == Ring.SLOW && !fields.has(field)) {
        fields.add(field, "is missing", "the slow ring needs a week, a day and a time (UTC)");
      }
    }
    return ring == Ring.SLOW && week.isPresent() && day.isPresent() && time.isPresent()
        ? new UpdateSchedule(
            ring, Optional.of(new UpdateWindow(week.get(), day.get(), time.get())), frequency)
        : new UpdateSchedule(Ring.FAST, Optional.empty(), frequency);
  }

  private static Ring ring(Fields fields) {
    var text = fields.text("ring", "write fast or slow").orElse(Ring.FAST.text());
    try {
      return Ring.of(text);
    } catch (IllegalArgumentException _) {
      fields.add("ring", "is " + text + ", not fast or slow", "write fast or slow");
      return Ring.FAST;
    }
  }

  private static Optional<LocalTime> time(Fields fields) {
    var mend = "write hours and minutes in UTC, 03:30";
    return fields
        .text("time", mend)
        .flatMap(text -> {
          if (TIME.matcher(text).matches()) {
            return Optional.of(LocalTime.parse(text));
          }
          fields.add("time", "is no time of day: " + text, mend);
          return Optional.empty();
        });
  }
}
