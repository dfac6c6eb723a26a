package dev.larder.common.problem;

/**
 * One thing that is wrong with an input.
 *
 * @param path where, as a JSON Pointer-like path ({@code modules.cache.settings.image}); empty for
 *     the whole; path and message are cut at {@value #LIMIT_CHARACTERS} characters, for they quote
 *     the input
 * @param message what is wrong
 * @param mend what to do about it
 */
public record Problem(String path, String message, String mend) {
  static final int LIMIT_CHARACTERS = 500;

  public Problem {
    path = Cut.at(LIMIT_CHARACTERS, path);
    message = Cut.at(LIMIT_CHARACTERS, message);
  }

  @Override
  public String toString() {
    return (path.isEmpty() ? "" : path + ": ")
        + message
        + (mend.isEmpty() ? "" : " (" + mend + ")");
  }
}
