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
import dev.larder.common.settings.CacheDesired.Limits;
import dev.larder.common.twin.Twins;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads a node's configuration and answers with every problem it has. */
public final class ConfigurationReader {
  private static final BigDecimal SMALLEST_GB = BigDecimal.valueOf(50);
  private static final BigDecimal SMALLEST_GB_IN_DEVELOPMENT = new BigDecimal("0.01");
  private static final BigDecimal LARGEST_GB = BigDecimal.valueOf(10_000);
  private static final int PORTS = 65_535;
  private static final int MOST_CONNECTIONS = 10_000;
  private static final Duration TRAFFIC_MOST_OFTEN = Duration.ofSeconds(1);
  private static final Duration TRAFFIC_LEAST_OFTEN = Duration.ofMinutes(5);

  /**
   * An absolute folder that a shell, a comma list and Docker's binds can carry as it is: no quote,
   * comma, colon, dollar, back-quote, backslash or control character.
   */
  private static final Pattern FOLDER = Pattern.compile("(/[^/\"',:$`\\\\\\p{Cntrl}]+)+");

  private static final Pattern TIME = Pattern.compile("([01]\\d|2[0-3]):[0-5]\\d");
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
        "cacheDrives",
        "proxy",
        "parent",
        "httpPort",
        "summaryPort",
        "tls",
        "httpsPort",
        "limits",
        "origins",
        "update",
        "trafficEvery");
    var fallback = NodeConfiguration.DEFAULT;
    var proxyFields = fields.object("proxy").only("enabled", "host", "port");
    boolean proxyEnabled = proxyFields.flag("enabled").orElse(false);
    var configuration =
        new NodeConfiguration(
            drives(fields),
            proxyEnabled,
            UpstreamReader.proxy(proxyFields, proxyEnabled),
            UpstreamReader.parent(fields),
            fields.whole("httpPort", 1, PORTS).orElse(fallback.httpPort()),
            fields.whole("summaryPort", 1, PORTS).orElse(fallback.summaryPort()),
            fields.flag("tls").orElse(fallback.tls()),
            fields.whole("httpsPort", 1, PORTS).orElse(fallback.httpsPort()),
            fields
                .object("limits")
                .only("connectionsPerClient")
                .whole("connectionsPerClient", 1, MOST_CONNECTIONS)
                .map(Limits::new)
                .orElse(fallback.limits()),
            UpstreamReader.origins(fields),
            update(fields.object("update").only("ring", "week", "day", "time", "frequency")),
            fields
                .duration("trafficEvery", TRAFFIC_MOST_OFTEN, TRAFFIC_LEAST_OFTEN)
                .orElse(fallback.trafficEvery()));
    if (configuration.httpPort() == configuration.summaryPort()) {
      fields.add("summaryPort", "is the same as httpPort", "give the two different ports");
    }
    if (configuration.tls()
        && (configuration.httpsPort() == configuration.httpPort()
            || configuration.httpsPort() == configuration.summaryPort())) {
      fields.add("httpsPort", "is the same as another port", "give it a port of its own");
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
