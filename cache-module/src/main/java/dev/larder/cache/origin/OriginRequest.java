package dev.larder.cache.origin;

import dev.larder.cache.catalogue.Upstream;
import java.util.Optional;

/**
 * One request to an origin.
 *
 * @param target path and query
 * @param range the Range header's value
 * @param userAgent the client's own, for origins that look at it
 */
public record OriginRequest(
    Upstream upstream, String target, boolean head, Optional<String> range, String userAgent) {

  public OriginRequest bytes(long start, long end) {
    var bytes = "bytes=" + start + "-" + (end - 1);
    return new OriginRequest(upstream, target, false, Optional.of(bytes), userAgent);
  }

  public OriginRequest with(Optional<String> otherRange) {
    return new OriginRequest(upstream, target, false, otherRange, userAgent);
  }

  public OriginRequest withHead() {
    return new OriginRequest(upstream, target, true, Optional.empty(), userAgent);
  }

  OriginRequest at(Upstream elsewhere, String otherTarget) {
    return new OriginRequest(elsewhere, otherTarget, head, range, userAgent);
  }
}
