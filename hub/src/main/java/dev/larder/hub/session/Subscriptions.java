package dev.larder.hub.session;

import dev.larder.common.access.Operation;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * All subscriptions to open topics, as a tree of topic levels. What was found for a topic is
 * remembered until a subscription changes.
 */
final class Subscriptions {
  private static final int REMEMBERED_MAXIMUM = 10_000;
  private static final int REMEMBERED_MAXIMUM_CHARACTERS = 512;

  private static final class Node {
    private final Map<String, Node> children = new HashMap<>(2);
    private final Map<Session, Subscription> own = new LinkedHashMap<>(2);
    private final Set<SharedGroup> groups = new LinkedHashSet<>(2);

    boolean isEmpty() {
      return children.isEmpty() && own.isEmpty() && groups.isEmpty();
    }
  }

  private static final class Found {
    private final Map<Session, List<Subscription>> sessions = new LinkedHashMap<>();
    private final List<SharedGroup> groups = new ArrayList<>();

    void add(Node node) {
      node.own.forEach((session, subscription) ->
          sessions.computeIfAbsent(session, _ -> new ArrayList<>(1)).add(subscription));
      groups.addAll(node.groups);
    }
  }

  private final Node root = new Node();
  private final Map<String, Fanout> remembered = new HashMap<>();
  private final Permissions permissions;

  Subscriptions(Permissions permissions) {
    this.permissions = permissions;
  }

  /** What clients may do has changed, or who is in a group. */
  void forget() {
    remembered.clear();
  }

  void add(Session session, Subscription subscription) {
    node(subscription.topics().text()).own.put(session, subscription);
    remembered.clear();
  }

  void add(SharedGroup group) {
    node(Subscription.topics(group.filter())).groups.add(group);
    remembered.clear();
  }

  private Node node(String filter) {
    var node = root;
    for (var level : filter.split("/", -1)) {
      node = node.children.computeIfAbsent(level, _ -> new Node());
    }
    return node;
  }

  void remove(Session session, Subscription subscription) {
    remove(root, subscription.topics().text().split("/", -1), 0, session, null);
    remembered.clear();
  }

  void remove(SharedGroup group) {
    remove(root, Subscription.topics(group.filter()).split("/", -1), 0, null, group);
    remembered.clear();
  }

  private static void remove(
      Node node, String[] levels, int at, @Nullable Session session, @Nullable SharedGroup group) {
    if (at == levels.length) {
      if (session != null) {
        node.own.remove(session);
      }
      if (group != null) {
        node.groups.remove(group);
      }
      return;
    }
    var child = node.children.get(levels[at]);
    if (child != null) {
      remove(child, levels, at + 1, session, group);
      if (child.isEmpty()) {
        node.children.remove(levels[at]);
      }
    }
  }

  /** Who gets the messages of a topic. */
  Fanout of(String topic) {
    var known = remembered.get(topic);
    if (known != null) {
      return known;
    }
    if (remembered.size() >= REMEMBERED_MAXIMUM) {
      remembered.clear();
    }
    var found = new Found();
    find(root, topic.split("/", -1), 0, found);
    var fanout =
        new Fanout(
            new Fanout.Utf8Topic(topic.getBytes(StandardCharsets.UTF_8)),
            found.sessions.entrySet().stream()
                .flatMap(entry -> target(entry.getKey(), entry.getValue(), topic).stream())
                .toList(),
            found.groups.stream().filter(group -> group.isFor(topic)).toList());
    if (topic.length() <= REMEMBERED_MAXIMUM_CHARACTERS) {
      remembered.put(topic, fanout);
    }
    return fanout;
  }

  /** Empty where the access list lets the session have none of it, whatever it let it before. */
  private Optional<Fanout.Target> target(Session session, List<Subscription> all, String topic) {
    var grants = session.grants(permissions);
    var subscriptions =
        all.stream().filter(s -> grants.allows(Operation.SUBSCRIBE, s.topics().text())).toList();
    if (subscriptions.isEmpty() || !grants.delivers(topic)) {
      return Optional.empty();
    }
    var grant = subscriptions.stream().map(Subscription::grant).reduce(Grant::and).orElseThrow();
    var own =
        subscriptions.stream()
            .filter(s -> !s.noLocal())
            .map(Subscription::grant)
            .reduce(Grant::and)
            .orElse(null);
    return Optional.of(new Fanout.Target(session, grant, own));
  }

  /** A topic that begins with $ is not found by a wildcard in the first level (MQTT 5, 4.7.2). */
  private static void find(Node node, String[] levels, int at, Found found) {
    boolean wildcards = at > 0 || !levels[0].startsWith("$");
    if (wildcards) {
      var rest = node.children.get("#");
      if (rest != null) {
        found.add(rest);
      }
    }
    if (at == levels.length) {
      found.add(node);
      return;
    }
    var exact = node.children.get(levels[at]);
    if (exact != null) {
      find(exact, levels, at + 1, found);
    }
    var any = wildcards ? node.children.get("+") : null;
    if (any != null) {
      find(any, levels, at + 1, found);
    }
  }
}
