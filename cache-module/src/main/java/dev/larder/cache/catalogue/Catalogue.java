package dev.larder.cache.catalogue;

import dev.larder.common.settings.CacheDesired;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The allow-list: Microsoft's content hosts and the administrator's own origins. An own origin goes
 * before a built-in one of the same name.
 */
public final class Catalogue {
  private static final String BELOW = "*.";
  private static final String ALONE = "=";
  private static final String HTTPS = "https";
  private static final int COLUMNS = 4;

  private final Map<String, Entry> hosts;

  private record Entry(String group, boolean tls, String contentType, boolean mayBePrivate) {}

  private Catalogue(Map<String, Entry> hosts) {
    this.hosts = Map.copyOf(hosts);
  }

  /**
   * Reads the built-in table.
   *
   * @param table lines of host, group, scheme and content type with tabs between them
   */
  public static Catalogue builtIn(String table) {
    var hosts = new HashMap<String, Entry>();
    table
        .lines()
        .filter(line -> !line.isBlank() && !line.startsWith("#"))
        .map(line -> line.split("\t", -1))
        .forEach(columns -> hosts.put(columns[0], entry(columns)));
    return new Catalogue(hosts);
  }

  private static Entry entry(String[] columns) {
    if (columns.length != COLUMNS) {
      throw new IllegalArgumentException("A catalogue line has 4 columns: " + columns[0]);
    }
    var group = columns[1].equals(ALONE) ? "" : columns[1];
    return new Entry(group, columns[2].equals(HTTPS), columns[3], false);
  }

  /** This list with the administrator's origins. */
  public Catalogue with(List<CacheDesired.Origin> origins) {
    var more = new HashMap<>(hosts);
    for (var origin : origins) {
      more.put(
          origin.host(),
          new Entry(
              "",
              origin.scheme().equals(HTTPS),
              origin.contentType(),
              origin.allowPrivateAddress()));
    }
    return new Catalogue(more);
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

  private static Upstream upstream(Entry entry, String name, String host, int port) {
    var group = entry.group.isEmpty() ? name : entry.group;
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
