package dev.larder.common.problem;

/**
 * One thing that is wrong with an input.
 *
 * @param path where, as a JSON Pointer-like path ({@code modules.cache.settings.image}); empty for
 *     the whole
 * @param message what is wrong
 * @param mend what to do about it
 */
public record Problem(String path, String message, String mend) {
  @Override
  public String toString() {
    return (path.isEmpty() ? "" : path + ": ")
        + message
        + (mend.isEmpty() ? "" : " (" + mend + ")");
  }
}
