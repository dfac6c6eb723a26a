package dev.larder.agent.pull;

/** Where the pull of an image stands. */
public sealed interface PullState {
  /** As many as may come at once do; this one is in line. */
  record Waiting() implements PullState {}

  /**
   * It comes.
   *
   * @param percent 0 to 100, by bytes; 100 only when the engine has the image
   */
  record Coming(int percent) implements PullState {
    public Coming {
      if (percent < 0 || percent > 100) {
        throw new IllegalArgumentException("Percent of a pull: " + percent);
      }
    }
  }

  /** Before anything is known of it. */
  PullState BEGUN = new Coming(0);
}
