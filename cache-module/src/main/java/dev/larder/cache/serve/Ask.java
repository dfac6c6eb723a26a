package dev.larder.cache.serve;

import dev.larder.cache.fill.Openings;
import dev.larder.cache.origin.OriginRequest;
import dev.larder.cache.request.ByteRange;
import dev.larder.cache.traffic.TypeTotals;
import io.vertx.core.http.HttpServerRequest;

/**
 * A client's request for content that may be served.
 *
 * @param http where the answer goes
 * @param key under which the object is kept
 * @param origin how to ask the origin for it, as this client would
 * @param ifRange the If-Range header's value, empty when there is none
 */
record Ask(
    HttpServerRequest http,
    String key,
    OriginRequest origin,
    ByteRange range,
    String ifRange,
    boolean head,
    TypeTotals totals) {

  Openings.Wanted wanted() {
    return new Openings.Wanted(key, origin, range, head, totals);
  }

  /** The range as it counts for an object with these validators (RFC 9110 section 13.1.5). */
  ByteRange rangeFor(String etag, String lastModified) {
    boolean counts =
        ifRange.isEmpty()
            || (ifRange.equals(etag) && !etag.startsWith("W/"))
            || (ifRange.equals(lastModified) && !ifRange.startsWith("\""));
    return counts ? range : new ByteRange.Whole();
  }
}
