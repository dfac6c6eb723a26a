package dev.larder.cache.slice;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/**
 * What an origin says about an object.
 *
 * @param length in bytes
 * @param headers those that go on to clients, names in lower case
 * @param receivedAt when the answer that made or last validated it was received, less the age that
 *     it had by then (RFC 9111 section 4.2.3)
 */
public record ObjectMeta(long length, Map<String, String> headers, Instant receivedAt) {
  public static final String ETAG = "etag";
  public static final String LAST_MODIFIED = "last-modified";

  public ObjectMeta {
    if (length < 0) {
      throw new IllegalArgumentException("A length is not negative: " + length);
    }
    headers = Map.copyOf(headers);
  }

  /** A header's value, empty when the origin sent none. */
  public String header(String name) {
    return headers.getOrDefault(name, "");
  }

  /**
   * Whether bytes described by the other may stand beside bytes described by this: same length, and
   * no validator that both have differs. Where there is an ETag it decides, for mirrors of one CDN
   * differ in Last-Modified.
   */
  public boolean isSameAs(ObjectMeta other) {
    if (length != other.length) {
      return false;
    }
    return bothHave(other, ETAG) ? same(other, ETAG) : same(other, LAST_MODIFIED);
  }

  /** Whether the other is this very object for certain: same length, and a validator says so. */
  public boolean isProvenSameAs(ObjectMeta other) {
    return isSameAs(other) && (bothHave(other, ETAG) || bothHave(other, LAST_MODIFIED));
  }

  /** This object as an origin that validated it describes it now (RFC 9111 section 3.2). */
  public ObjectMeta refreshed(Map<String, String> newer, Instant validatedAt) {
    var merged = new HashMap<>(headers);
    merged.putAll(newer);
    return new ObjectMeta(length, merged, validatedAt);
  }

  private boolean bothHave(ObjectMeta other, String name) {
    return headers.containsKey(name) && other.headers.containsKey(name);
  }

  private boolean same(ObjectMeta other, String name) {
    return !bothHave(other, name) || header(name).equals(other.header(name));
  }
}
