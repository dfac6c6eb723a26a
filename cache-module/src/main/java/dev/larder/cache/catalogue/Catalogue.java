package dev.larder.cache.catalogue;

import dev.larder.cache.fresh.Terms;
import dev.larder.common.settings.CacheDesired;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The allow-list: Microsoft's content hosts and the administrator's own origins, in groups. An own
 * origin goes before a built-in one of the same name.
 */
public final class Catalogue {
  private static final String BELOW = "*.";
  private static final String ALONE = "=";
  private static final String NOTHING = "-";
  private static final String HTTPS = "https";
  private static final String PATH = "/";
  private static final int HOST_COLUMNS = 5;
  private static final int PATH_COLUMNS = 4;

  private final Map<String, Entry> hosts;
  private final Map<String, Group> groups;

  /** A host; {@code group} is empty for one that stands alone. */
  private record Entry(
      String group, boolean tls, String contentType, Terms terms, boolean mayBePrivate) {}

  private Catalogue(Map<String, Entry> hosts, Map<String, Group> groups) {
    this.hosts = Map.copyOf(hosts);
    this.groups = Map.copyOf(groups);
  }

  /**
   * Reads the built-in table.
   *
   * @param table lines with tabs between their columns: a host, its group, its scheme, its content
   *     type and how long it is kept; or a part of paths, its group, its content type and {@code
   *     changes} where objects change under the same name
   */
  public static Catalogue builtIn(String table) {
    var hosts = new HashMap<String, Entry>();
    var groups = new HashMap<String, Group>();
    var lines =
        table
            .lines()
            .filter(line -> !line.isBlank() && !line.startsWith("#"))
            .map(line -> line.split("\t", -1))
            .toList();
    for (var columns : lines) {
      check(columns, columns[0].startsWith(PATH) ? PATH_COLUMNS : HOST_COLUMNS);
      if (columns[0].startsWith(PATH)) {
        groups.computeIfPresent(columns[1], (_, group) -> group.with(path(columns)));
      } else {
        var terms = columns[4].equals(NOTHING) ? Terms.ORIGINS : keptFor(columns[4]);
        var group = columns[1].equals(ALONE) ? "" : columns[1];
        hosts.put(columns[0], new Entry(group, columns[2].equals(HTTPS), columns[3], terms, false));
        if (!group.isEmpty()) {
          groups.putIfAbsent(group, Group.alone(group, terms));
        }
      }
    }
    return new Catalogue(hosts, groups);
  }

  private static Terms keptFor(String duration) {
    return new Terms(Optional.of(Duration.parse(duration)));
  }

  private static Group.Path path(String[] columns) {
    var type = Optional.of(columns[2]).filter(name -> !name.equals(NOTHING));
    return new Group.Path(columns[0], type, columns[3].equals("changes"));
  }

  private static void check(String[] columns, int count) {
    if (columns.length != count) {
      throw new IllegalArgumentException(
          "This catalogue line has not " + count + " columns: " + columns[0]);
    }
  }

  /** This list with the administrator's origins and groups. */
  public Catalogue with(List<CacheDesired.Origin> origins, List<CacheDesired.Group> changed) {
    var moreHosts = new HashMap<>(hosts);
    for (var origin : origins) {
      moreHosts.put(
          origin.host(),
          new Entry(
              origin.group().orElse(""),
              origin.scheme().equals(HTTPS),
              origin.contentType(),
              Terms.ORIGINS,
              origin.allowPrivateAddress()));
    }
    var moreGroups = new HashMap<>(groups);
    for (var change : changed) {
      var before =
          Optional.ofNullable(moreGroups.get(change.name()))
              .orElseGet(() -> Group.alone(change.name(), termsOf(change.name())));
      moreGroups.put(
          change.name(),
          before.with(change.keyParameters(), change.keepFor(), change.contentType()));
    }
    return new Catalogue(moreHosts, moreGroups);
  }

  private Terms termsOf(String host) {
    return lookup(host).map(Entry::terms).orElse(Terms.ORIGINS);
  }

  /**
   * Finds an origin as a client named it.
   *
   * @param named whether it was named as an origin; a Host header may carry the cache's own port,
   *     which then does not count
   */
  public Optional<Upstream> find(String origin, boolean named) {
    int colon = origin.lastIndexOf(':');
    if (colon <= origin.lastIndexOf(']')) {
      return lookup(origin).map(entry -> upstream(entry, origin, origin, defaultPort(entry)));
    }
    var host = origin.substring(0, colon);
    int port = Integer.parseInt(origin.substring(colon + 1));
    var exact = hosts.get(origin);
    if (exact != null) {
      return Optional.of(upstream(exact, origin, host, port));
    }
    return lookup(host)
        .filter(entry -> !named || port == defaultPort(entry))
        .map(entry -> upstream(entry, host, host, defaultPort(entry)));
  }

  private static int defaultPort(Entry entry) {
    return Upstream.defaultPort(entry.tls);
  }

  private Upstream upstream(Entry entry, String name, String host, int port) {
    var groupName = entry.group.isEmpty() ? name : entry.group;
    var known = groups.get(groupName);
    var group = known == null ? Group.alone(groupName, entry.terms) : known;
    return new Upstream(group, host, port, entry.tls, entry.contentType, entry.mayBePrivate);
  }

  private Optional<Entry> lookup(String host) {
    var exact = hosts.get(host);
    if (exact != null) {
      return Optional.of(exact);
    }
    for (int dot = host.indexOf('.'); dot >= 0; dot = host.indexOf('.', dot + 1)) {
      var below = hosts.get(BELOW + host.substring(dot + 1));
      if (below != null) {
        return Optional.of(below);
      }
    }
    return Optional.empty();
  }
}
