package dev.larder.cache.slice;

/**
 * Why a fetch ended early.
 *
 * @param cause what kind it is
 * @param detail for people
 */
public record FetchFailure(Cause cause, String detail) {
  /** Kinds of failure, by what a waiting client should do. */
  public enum Cause {
    /** The origin could not be reached or answered badly, again and again. */
    ORIGIN,
    /** The origin took too long, again and again. */
    TIMEOUT,
    /** The origin refused this client's link; another client's may be good. */
    REFUSED,
    /** The object is another one now. */
    CHANGED,
    /** The drive took no more; the origin can still be asked. */
    STORE
  }
}
