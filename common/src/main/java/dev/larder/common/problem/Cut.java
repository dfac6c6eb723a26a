package dev.larder.common.problem;

/** Texts that quote an input, of a length that a person reads. */
public final class Cut {
  private Cut() {}

  /** The text, or its first characters and an ellipsis; half a pair of surrogates is not left. */
  public static String at(int characters, String text) {
    if (text.length() <= characters) {
      return text;
    }
    int end = characters - (Character.isHighSurrogate(text.charAt(characters - 1)) ? 1 : 0);
    return text.substring(0, end) + "…";
  }
}
