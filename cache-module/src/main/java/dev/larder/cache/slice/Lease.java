package dev.larder.cache.slice;

/**
 * Until when an object may be served without another look at its headers, for one meta and one set
 * of terms.
 *
 * @param untilMillis since the epoch: until then it is fresh
 * @param graceMillis since the epoch: until then it may be served stale, because the origin failed
 */
public record Lease(ObjectMeta meta, Object terms, long untilMillis, long graceMillis) {
  public boolean isFor(ObjectMeta otherMeta, Object otherTerms) {
    return meta.equals(otherMeta) && terms.equals(otherTerms);
  }
}
