package dev.larder.cache.slice;

import java.util.ArrayList;
import java.util.List;

/**
 * Purges that are not carried out on all drives yet. A rule concerns the objects that it matches
 * and that were made before it: those with a smaller id.
 */
public final class PurgeRules {
  private final List<Rule> rules;

  /**
   * A purge.
   *
   * @param before ids below this are concerned
   */
  public record Rule(Purge what, long before) {}

  public PurgeRules(List<Rule> rules) {
    this.rules = List.copyOf(rules);
  }

  public List<Rule> rules() {
    return rules;
  }

  public boolean isEmpty() {
    return rules.isEmpty();
  }

  public PurgeRules with(Rule rule) {
    var more = new ArrayList<>(rules);
    if (rule.what() instanceof Purge.All) {
      // It covers all before it.
      more.clear();
    }
    more.add(rule);
    return new PurgeRules(more);
  }

  /** Without those that were carried out. */
  public PurgeRules without(List<Rule> done) {
    return new PurgeRules(rules.stream().filter(rule -> !done.contains(rule)).toList());
  }

  /** Whether an object was purged. */
  public boolean cover(String key, long id) {
    return rules.stream().anyMatch(rule -> id < rule.before() && rule.what().matches(key));
  }

  /** Whether every object of this id was purged, whatever its key. */
  public boolean coverAll(long id) {
    return rules.stream().anyMatch(rule -> id < rule.before() && rule.what() instanceof Purge.All);
  }
}
