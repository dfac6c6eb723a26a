package dev.larder.cache.request;

/**
 * What a client asks for, read from its request line and Host header.
 *
 * @param origin {@code host} or {@code host:port} in lower case
 * @param named whether {@code cacheHostOrigin} named the origin; otherwise Host did
 * @param upstreamTarget path and query for the origin: the client's own, without {@code
 *     cacheHostOrigin}
 * @param keyTarget path and query as they count for the cache: percent-encodings made alike, no
 *     signed or expiring parameters
 */
public record ContentRequest(
    String origin, boolean named, String upstreamTarget, String keyTarget) {}
