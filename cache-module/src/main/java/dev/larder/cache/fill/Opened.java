package dev.larder.cache.fill;

import dev.larder.cache.slice.FetchFailure;
import dev.larder.cache.slice.ObjectMeta;
import io.vertx.core.buffer.Buffer;
import java.util.BitSet;
import java.util.Map;

/** What asking the origin for an object that was not known came to. */
public sealed interface Opened {
  /** It is being kept now; the slices are those that the asking itself brings. */
  record Kept(BitSet slices) implements Opened {}

  /** It cannot or may not be kept: each client is to be served from the origin. */
  record Unkept() implements Opened {}

  /** It came whole at once, because its length was not said; it is small. */
  record Small(ObjectMeta meta, Buffer body) implements Opened {}

  /** The origin refuses, and that is the answer. */
  record Passed(int status, Map<String, String> headers, Buffer body) implements Opened {}

  record Failed(FetchFailure failure) implements Opened {}
}
