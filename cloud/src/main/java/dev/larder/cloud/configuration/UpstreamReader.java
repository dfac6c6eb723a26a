package dev.larder.cloud.configuration;

import dev.larder.common.settings.CacheDesired.Origin;
import dev.larder.common.settings.CacheDesired.Parent;
import dev.larder.common.settings.CacheDesired.Proxy;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads where a node fetches from: its proxy, its parent cache and its own origins. */
final class UpstreamReader {
  private static final int MOST_ORIGINS = 200;
  private static final int PORTS = 65_535;
  private static final int HTTP_PORT = 80;
  private static final int HTTPS_PORT = 443;
  private static final String HTTP = "http";
  private static final String HTTPS = "https";
  private static final Pattern HOST =
      Pattern.compile("[a-zA-Z0-9]([a-zA-Z0-9._-]{0,252}[a-zA-Z0-9])?");
  private static final Pattern HOST_PORT = Pattern.compile(HOST.pattern() + "(:[0-9]{1,5})?");
  private static final Pattern CONTENT_TYPE = Pattern.compile("[^\\p{Cntrl}]{1,90}");

  private UpstreamReader() {}

  static Optional<Proxy> proxy(Fields fields, boolean enabled) {
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

  /** The parent cache: a host alone is enough. */
  static Optional<Parent> parent(Fields fields) {
    if (!fields.has("parent")) {
      return Optional.empty();
    }
    var parent = fields.object("parent").only("host", "port", "scheme");
    var mend = "name the parent cache's host, or leave parent out";
    var host = parent.required("host", mend);
    var scheme = parent.text("scheme", "write http or https").orElse(HTTP);
    int port = parent.whole("port", 1, PORTS).orElse(scheme.equals(HTTPS) ? HTTPS_PORT : HTTP_PORT);
    checkScheme(parent, scheme);
    if (host.isPresent() && host.get().contains(":")) {
      parent.add("host", "has a ':' in it: " + host.get(), "put the port into parent.port");
    } else if (host.isPresent() && !HOST.matcher(host.get()).matches()) {
      parent.add("host", "is no host name: " + host.get(), mend);
    }
    return host.map(name -> new Parent(name.toLowerCase(Locale.ROOT), port, scheme));
  }

  private static void checkScheme(Fields fields, String scheme) {
    if (!scheme.equals(HTTP) && !scheme.equals(HTTPS)) {
      fields.add("scheme", "is " + scheme + ", not http or https", "write http or https");
    }
  }

  static List<Origin> origins(Fields fields) {
    var listed = fields.objects("origins");
    if (listed.size() > MOST_ORIGINS) {
      fields.add("origins", "are more than " + MOST_ORIGINS, "name at most " + MOST_ORIGINS);
    }
    var origins = new ArrayList<Origin>();
    var hosts = new HashSet<String>();
    for (var origin : listed) {
      origin.only("host", "scheme", "contentType", "allowPrivateAddress");
      var mend = "write name or name:port, as clients name it";
      var host = origin.required("host", mend).map(text -> text.toLowerCase(Locale.ROOT));
      var scheme = origin.text("scheme", "write http or https").orElse("http");
      var type = origin.text("contentType", "name what the charts count it under").orElse("Other");
      checkScheme(origin, scheme);
      boolean isPrivate = origin.flag("allowPrivateAddress").orElse(false);
      if (!CONTENT_TYPE.matcher(type).matches()) {
        origin.add("contentType", "is not 1 to 90 characters", "give it a short name");
      }
      host.ifPresent(name -> {
        if (!HOST_PORT.matcher(name).matches()) {
          origin.add("host", "is no host: " + name, mend);
        } else if (!hosts.add(name)) {
          origin.add("host", "is named twice: " + name, "name each host once");
        } else {
          origins.add(new Origin(name, scheme, type, isPrivate));
        }
      });
    }
    return origins;
  }
}
