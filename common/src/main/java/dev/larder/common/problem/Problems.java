package dev.larder.common.problem;

import java.util.ArrayList;
import java.util.List;

/**
 * Gathers the problems of one input, so that a reader answers with all of them and not with the
 * first.
 */
public final class Problems {
  private static final int LIMIT = 100;

  private final List<Problem> found = new ArrayList<>();

  /** Notes a problem; past a hundred they are no longer gathered. */
  public void add(String path, String message, String mend) {
    add(new Problem(path, message, mend));
  }

  /** Notes a problem that another reader found. */
  public void add(Problem problem) {
    if (found.size() < LIMIT) {
      found.add(problem);
    }
  }

  public boolean isEmpty() {
    return found.isEmpty();
  }

  public List<Problem> list() {
    return List.copyOf(found);
  }
}
