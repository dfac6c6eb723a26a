package dev.larder.common.access;

import dev.larder.common.topic.TopicFilter;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What one client may do. A subscription is denied when a denied resource covers it whole; one that
 * is wider than what is denied is allowed, and what is denied is left out of its deliveries: {@link
 * #delivers}.
 */
public final class Grants {
  private final List<Clause> clauses;
  private final boolean connects;
  private final boolean deliversAll;

  /**
   * Part of a statement for this client.
   *
   * @param filters empty for every topic
   */
  record Clause(boolean allows, Set<Operation> operations, Optional<List<TopicFilter>> filters) {
    Clause {
      operations = Set.copyOf(operations);
      filters = filters.map(List::copyOf);
    }

    private boolean matches(String topic) {
      if (filters.isEmpty()) {
        return true;
      }
      for (var filter : filters.get()) {
        if (filter.matches(topic)) {
          return true;
        }
      }
      return false;
    }

    private boolean covers(TopicFilter wish) {
      return filters.map(f -> f.stream().anyMatch(filter -> filter.covers(wish))).orElse(true);
    }
  }

  /**
   * Clauses in the order in which they are looked at.
   *
   * @param connects whether the client may connect when no clause says
   */
  Grants(List<Clause> clauses, boolean connects) {
    this.clauses = List.copyOf(clauses);
    this.connects = connects;
    deliversAll =
        clauses.stream()
            .noneMatch(c -> !c.allows() && c.operations().contains(Operation.SUBSCRIBE));
  }

  /** Whether the client may do it; what is no filter may not be subscribed to. */
  public boolean allows(Operation operation, String topicOrFilter) {
    return switch (operation) {
      case CONNECT -> connects();
      case PUBLISH -> publishes(topicOrFilter);
      case SUBSCRIBE -> TopicFilter.valid(topicOrFilter) && subscribes(topicOrFilter);
    };
  }

  private boolean connects() {
    for (var clause : clauses) {
      if (clause.operations().contains(Operation.CONNECT)) {
        return clause.allows();
      }
    }
    return connects;
  }

  private boolean publishes(String topic) {
    for (var clause : clauses) {
      if (clause.operations().contains(Operation.PUBLISH) && clause.matches(topic)) {
        return clause.allows();
      }
    }
    return false;
  }

  private boolean subscribes(String filter) {
    var wish = new TopicFilter(filter);
    for (var clause : clauses) {
      if (clause.operations().contains(Operation.SUBSCRIBE) && clause.covers(wish)) {
        return clause.allows();
      }
    }
    return false;
  }

  /**
   * Whether a message of a topic may go to the client by a subscription that was allowed. Costs
   * nothing for a client to whom no subscription is denied.
   */
  public boolean delivers(String topic) {
    if (deliversAll) {
      return true;
    }
    for (var clause : clauses) {
      if (clause.operations().contains(Operation.SUBSCRIBE) && clause.matches(topic)) {
        return clause.allows();
      }
    }
    return false;
  }
}
