package dev.larder.cache.settings;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.larder.common.problem.Checked;
import dev.larder.common.problem.Problems;
import dev.larder.common.settings.CacheDesired;
import dev.larder.common.settings.CacheDesired.Parent;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads desired properties and checks what only the cache module knows to check. */
public final class DesiredReader {
  private static final Pattern HOST =
      Pattern.compile("[a-z0-9_](?:[a-z0-9_.-]{0,251}[a-z0-9_])?(?::[0-9]{1,5})?");
  private static final Pattern GROUP =
      Pattern.compile("[a-z0-9_](?:[a-z0-9_.:-]{0,251}[a-z0-9_])?");
  private static final String GROUP_MEND = "write lower case letters, digits, '.', '-', '_', ':'";
  private static final Duration LONGEST_KEPT = Duration.ofDays(3_650);
  private static final Duration LONGEST = Duration.ofHours(1);
  private static final int MOST_ORIGINS = 1_000;
  private static final int MOST_PORT = 65_535;

  private static final Set<String> SCHEMES = Set.of("http", "https");
  private static final String PARENT_MEND = "give host, port and http or https, or no parent";

  private DesiredReader() {}

  /** Reads the whole desired properties of a twin. */
  public static Checked<CacheDesired> read(ObjectNode desired) {
    var problems = new Problems();
    for (var name : List.of("drives", "origins", "trafficEvery", "updates")) {
      if (!desired.hasNonNull(name)) {
        problems.add(name, "is missing", "give it in the cache module's desired properties");
      }
    }
    checkFields(desired, problems);
    if (!problems.isEmpty()) {
      return Checked.invalid(problems.list());
    }
    return switch (CacheDesired.read(desired)) {
      case Checked.Invalid<CacheDesired> invalid -> invalid;
      case Checked.Valid<CacheDesired>(var read) -> {
        check(read, problems);
        yield problems.isEmpty() ? Checked.valid(read) : Checked.invalid(problems.list());
      }
    };
  }

  /** Fields without which a record would hold a null. */
  private static void checkFields(ObjectNode desired, Problems problems) {
    each(desired, "drives", List.of("path", "hostPath", "sizeBytes"), problems);
    each(desired, "origins", List.of("host", "scheme", "contentType"), problems);
    each(desired, "groups", List.of("name"), problems);
    var updates = desired.path("updates");
    require(updates, "updates", List.of("schedule", "current", "offers"), problems);
    require(updates.path("schedule"), "updates.schedule", List.of("ring", "checkEvery"), problems);
    each(updates, "offers", List.of("version", "fastFrom", "slowFrom"), problems);
    if (desired.hasNonNull("proxy")) {
      require(desired.path("proxy"), "proxy", List.of("host", "port"), problems);
    }
    if (desired.hasNonNull("parent")) {
      require(desired.path("parent"), "parent", List.of("host", "port", "scheme"), problems);
    }
    if (desired.hasNonNull("limits")) {
      require(desired.path("limits"), "limits", List.of("connectionsPerClient"), problems);
    }
  }

  private static void each(JsonNode holder, String list, List<String> fields, Problems problems) {
    int i = 0;
    for (var element : holder.path(list)) {
      require(element, list + "[" + i++ + "]", fields, problems);
    }
  }

  private static void require(
      JsonNode object, String path, List<String> fields, Problems problems) {
    if (object.isMissingNode()) {
      return;
    }
    for (var field : fields) {
      if (!object.hasNonNull(field)) {
        problems.add(path + "." + field, "is missing", "give it a value");
      }
    }
  }

  private static void check(CacheDesired read, Problems problems) {
    var paths = new HashSet<String>();
    for (int i = 0; i < read.drives().size(); i++) {
      var path = read.drives().get(i).path();
      if (!path.startsWith("/")) {
        problems.add("drives[" + i + "].path", "is not absolute: " + path, "begin it with '/'");
      }
      if (!paths.add(path)) {
        problems.add("drives[" + i + "].path", "is given twice: " + path, "name a folder once");
      }
    }
    checkOrigins(read, problems);
    checkGroups(read, problems);
    read.proxy()
        .filter(proxy -> proxy.port() < 1 || proxy.port() > MOST_PORT || proxy.host().isBlank())
        .ifPresent(_ -> problems.add("proxy", "is no host and port", "give both or no proxy"));
    read.parent()
        .filter(parent -> !isParent(parent))
        .ifPresent(_ -> problems.add("parent", "is no host, port and scheme", PARENT_MEND));
    read.limits()
        .filter(limits -> limits.connectionsPerClient() < 1)
        .ifPresent(
            _ -> problems.add("limits.connectionsPerClient", "is not above 0", "256 is usual"));
    if (read.trafficEvery().compareTo(Duration.ofSeconds(1)) < 0
        || read.trafficEvery().compareTo(LONGEST) > 0) {
      problems.add("trafficEvery", "is not 1 second to 1 hour", "PT5S is usual");
    }
  }

  private static boolean isParent(Parent parent) {
    return parent.port() >= 1
        && parent.port() <= MOST_PORT
        && !parent.host().isBlank()
        && SCHEMES.contains(parent.scheme());
  }

  private static void checkOrigins(CacheDesired read, Problems problems) {
    if (read.origins().size() > MOST_ORIGINS) {
      problems.add("origins", "are more than " + MOST_ORIGINS, "name fewer");
    }
    for (int i = 0; i < read.origins().size(); i++) {
      var origin = read.origins().get(i);
      var path = "origins[" + i + "]";
      if (!HOST.matcher(origin.host()).matches()) {
        problems.add(
            path + ".host",
            "is no host name: " + origin.host(),
            "write name or name:port, lower case");
      }
      if (!SCHEMES.contains(origin.scheme())) {
        problems.add(path + ".scheme", "is not http or https", "write one of them");
      }
      if (origin.contentType().isBlank()) {
        problems.add(path + ".contentType", "is empty", "name what the charts should show");
      }
      origin
          .group()
          .filter(group -> !GROUP.matcher(group).matches())
          .ifPresent(group -> problems.add(path + ".group", "is no name: " + group, GROUP_MEND));
    }
  }

  private static void checkGroups(CacheDesired read, Problems problems) {
    if (read.groups().size() > MOST_ORIGINS) {
      problems.add("groups", "are more than " + MOST_ORIGINS, "name fewer");
    }
    var names = new HashSet<String>();
    for (int i = 0; i < read.groups().size(); i++) {
      var group = read.groups().get(i);
      var path = "groups[" + i + "]";
      if (!GROUP.matcher(group.name()).matches()) {
        problems.add(path + ".name", "is no name: " + group.name(), GROUP_MEND);
      }
      if (!names.add(group.name())) {
        problems.add(path + ".name", "is given twice: " + group.name(), "name a group once");
      }
      group
          .keepFor()
          .filter(keepFor -> keepFor.isNegative() || keepFor.compareTo(LONGEST_KEPT) > 0)
          .ifPresent(
              _ -> problems.add(path + ".keepFor", "is not 0 to 3650 days", "P30D is usual"));
      if (group.contentType().filter(String::isBlank).isPresent()) {
        problems.add(path + ".contentType", "is empty", "name what the charts should show");
      }
    }
  }
}
