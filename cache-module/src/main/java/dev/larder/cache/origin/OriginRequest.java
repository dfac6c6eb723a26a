package dev.larder.cache.origin;

import dev.larder.cache.catalogue.Upstream;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * One request to an origin.
 *
 * @param target path and query
 * @param range the Range header's value
 * @param userAgent the client's own, for origins that look at it
 * @param fields further headers by name
 */
public record OriginRequest(
    Upstream upstream,
    String target,
    boolean head,
    Optional<String> range,
    String userAgent,
    Map<String, String> fields) {
  public OriginRequest {
    fields = Map.copyOf(fields);
  }

  public OriginRequest(
      Upstream upstream, String target, boolean head, Optional<String> range, String userAgent) {
    this(upstream, target, head, range, userAgent, Map.of());
  }

  /** With these headers beside its own. */
  public OriginRequest with(Map<String, String> more) {
    var all = new HashMap<>(fields);
    all.putAll(more);
    return new OriginRequest(upstream, target, head, range, userAgent, all);
  }

  public OriginRequest bytes(long start, long end) {
    var bytes = "bytes=" + start + "-" + (end - 1);
    return new OriginRequest(upstream, target, false, Optional.of(bytes), userAgent, fields);
  }

  public OriginRequest with(Optional<String> otherRange) {
    return new OriginRequest(upstream, target, false, otherRange, userAgent, fields);
  }

  public OriginRequest withHead() {
    return new OriginRequest(upstream, target, true, Optional.empty(), userAgent, fields);
  }

  OriginRequest at(Upstream elsewhere, String otherTarget) {
    return new OriginRequest(elsewhere, otherTarget, head, range, userAgent, fields);
  }
}
