package dev.larder.cache.fill;

import dev.larder.cache.slice.FetchFailure;
import dev.larder.cache.slice.ObjectMeta;
import io.vertx.core.buffer.Buffer;
import java.util.BitSet;
import java.util.Map;

/** What asking the origin for an object that was not known, or is no longer fresh, came to. */
public sealed interface Opened {
  /** It is being kept now; the slices are those that the asking itself brings. */
  record Kept(BitSet slices) implements Opened {}

  /** What was kept is still the origin's. */
  record Same() implements Opened {}

  /**
   * It cannot or may not be kept: each client is to be served from the origin.
   *
   * @param reason in a word or two
   */
  record Unkept(String reason) implements Opened {}

  /** It came whole at once, because its length was not said; it is small. */
  record Small(ObjectMeta meta, Buffer body) implements Opened {}

  /**
   * The origin refuses, and that is the answer.
   *
   * @param target of the request that was refused: another client's link may be good
   * @param remembered whether the origin refused a request before this one
   */
  record Passed(
      String target, int status, Map<String, String> headers, Buffer body, boolean remembered)
      implements Opened {}

  record Failed(FetchFailure failure) implements Opened {}
}
