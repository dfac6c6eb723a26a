package dev.larder.cache.admin;

import dev.larder.cache.catalogue.Catalogue;
import dev.larder.cache.catalogue.Upstream;
import dev.larder.cache.origin.OriginRequest;
import dev.larder.cache.request.MalformedRequest;
import dev.larder.cache.request.RequestReader;
import dev.larder.common.problem.Checked;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * An object as an administrator names it: the URL of the origin, or a path with {@code
 * cacheHostOrigin}, as clients ask for it.
 *
 * @param key under which it is kept
 */
record Target(String key, Upstream upstream, String upstreamTarget) {
  private static final Pattern URL = Pattern.compile("(?i)https?://.+|/.*cacheHostOrigin=.+");
  private static final String AGENT = "Larder";

  /** Whether this is meant as a URL; otherwise it may be a key. */
  static boolean isUrl(String text) {
    return URL.matcher(text).matches();
  }

  /**
   * Reads a URL of a host on the list.
   *
   * @param path of the field, for problems
   */
  static Checked<Target> read(String url, String path, Catalogue catalogue) {
    if (!isUrl(url)) {
      return Checked.invalid(
          path, "is no URL: " + url, "write http://host/path, or /path?cacheHostOrigin=host");
    }
    try {
      var request = RequestReader.read(url, "");
      return catalogue
          .find(request.origin(), true)
          .map(up -> Checked.valid(new Target(up.key(request), up, request.upstreamTarget())))
          .orElseGet(() ->
              Checked.invalid(
                  path,
                  "names a host that is not on this cache's list: " + request.origin(),
                  "add it to origins in the cache module's desired properties"));
    } catch (MalformedRequest e) {
      return Checked.invalid(path, String.valueOf(e.getMessage()), "put the URL right");
    }
  }

  OriginRequest request() {
    return new OriginRequest(upstream, upstreamTarget, false, Optional.empty(), AGENT);
  }
}
