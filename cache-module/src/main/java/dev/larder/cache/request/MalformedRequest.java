package dev.larder.cache.request;

/** A request that cannot be served whatever is on the allow-list; the message is for the client. */
public final class MalformedRequest extends Exception {
  public MalformedRequest(String message) {
    super(message, null, false, false);
  }
}
