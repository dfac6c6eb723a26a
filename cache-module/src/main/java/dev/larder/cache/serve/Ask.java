package dev.larder.cache.serve;

import dev.larder.cache.fill.Openings;
import dev.larder.cache.fresh.Conditions;
import dev.larder.cache.fresh.Terms;
import dev.larder.cache.fresh.Variants;
import dev.larder.cache.origin.OriginRequest;
import dev.larder.cache.request.ByteRange;
import dev.larder.cache.request.ByteRange.Resolved;
import dev.larder.cache.slice.ObjectMeta;
import dev.larder.cache.traffic.TypeTotals;
import io.vertx.core.http.HttpServerRequest;
import java.util.HashMap;
import java.util.Optional;

/**
 * A client's request for content that may be served.
 *
 * @param http where the answer goes
 * @param key under which the object is kept
 * @param terms how it is kept
 * @param origin how to ask the origin for it, as this client would
 * @param askedNanos when it came, by {@link System#nanoTime}
 */
record Ask(
    HttpServerRequest http,
    String key,
    Terms terms,
    OriginRequest origin,
    ByteRange range,
    Conditions conditions,
    boolean head,
    TypeTotals totals,
    long askedNanos) {

  /** What is to be opened for it; a conditional request may end with the head alone. */
  Openings.Wanted wanted() {
    return new Openings.Wanted(key, origin, range, head || conditions.areAny(), totals);
  }

  /** The bytes that this client is to have of an object. */
  Resolved resolve(ObjectMeta meta) {
    return conditions.letRangeCount(meta)
        ? range.resolve(meta.length())
        : new ByteRange.Whole().resolve(meta.length());
  }

  /** Whether it asks for another variant than the one that is kept. */
  boolean isForAnother(ObjectMeta meta) {
    return Variants.isAnother(meta, this::field);
  }

  /** This request with the fields by which variants differ, as the client sends them. */
  Ask forVariant(ObjectMeta meta) {
    var fields = new HashMap<String, String>();
    for (var name : Variants.fields(meta.header(Variants.VARY))) {
      field(name).ifPresent(value -> fields.put(name, value));
    }
    return new Ask(
        http, key, terms, origin.with(fields), range, conditions, head, totals, askedNanos);
  }

  private Optional<String> field(String name) {
    return Optional.ofNullable(http.getHeader(name));
  }
}
