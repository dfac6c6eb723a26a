package dev.larder.common.access;

import dev.larder.common.id.DeviceId;
import dev.larder.common.topic.TopicFilter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Who may do what with the hub's open topics: {@code mqttBroker.authorizations} of IoT Edge 1.2.
 *
 * <p>Statements are looked at in their order, and in each its denials first; the first that names
 * the client and fits the wish decides. What none decides is denied, but for connecting, which a
 * client that has proven an identity may do unless a statement denies it.
 */
public record AccessList(List<Statement> statements) {
  /** Gives nothing to anyone. */
  public static final AccessList NONE = new AccessList(List.of());

  private static final Pattern IDENTITY =
      Pattern.compile(
          "[A-Za-z0-9_.-]{1,128}(/[A-Za-z0-9_.-]{1,63})?|" + DeviceId.PREFIX + DeviceId.PATTERN);

  public AccessList {
    statements = List.copyOf(statements);
  }

  /**
   * What some clients may and may not do.
   *
   * @param identities a module's id, {@code <node>/<module>}, {@code device:<id>}, {@code
   *     anonymous}, or {@code {{iot:identity}}} for everyone that has proven an identity
   */
  public record Statement(List<String> identities, List<Rule> allow, List<Rule> deny) {
    public Statement {
      identities = List.copyOf(identities);
      allow = List.copyOf(allow);
      deny = List.copyOf(deny);
      for (var identity : identities) {
        if (!isIdentity(identity)) {
          throw new IllegalArgumentException("Not an identity: " + identity);
        }
      }
    }

    private boolean names(Client client) {
      for (var identity : identities) {
        if (identity.equals(Variables.IDENTITY)) {
          if (!client.isAnonymous()) {
            return true;
          }
        } else if (named(identity, client)) {
          return true;
        }
      }
      return false;
    }

    private static boolean named(String identity, Client client) {
      var filled = Variables.filled(identity, client);
      return filled.isPresent()
          && (filled.get().equals(client.identity())
              || (!client.module().isEmpty() && filled.get().equals(client.iotIdentity())));
    }
  }

  /**
   * Operations on resources.
   *
   * @param resources topic filters, in which variables may stand; none for connecting
   */
  public record Rule(Set<Operation> operations, List<String> resources) {
    public Rule {
      operations = Set.copyOf(operations);
      resources = List.copyOf(resources);
      for (var resource : resources) {
        if (!isResource(resource)) {
          throw new IllegalArgumentException("Not a topic filter: " + resource);
        }
      }
    }
  }

  /** Whether a text is one of the forms that {@link Statement} takes. */
  public static boolean isIdentity(String text) {
    return IDENTITY.matcher(Variables.without(text)).matches();
  }

  /** Whether a text is a topic filter, with known variables only. */
  public static boolean isResource(String text) {
    var plain = Variables.without(text);
    return !Variables.hasAny(plain) && TopicFilter.valid(plain);
  }

  /** The variables that identities and resources may hold. */
  public static List<String> variables() {
    return Variables.ALL;
  }

  /** The list as it is for one client: worked out once, asked for every message. */
  public Grants grants(Client client) {
    var clauses = new ArrayList<Grants.Clause>();
    for (var statement : statements) {
      if (statement.names(client)) {
        statement.deny().forEach(rule -> clauses.add(clause(false, rule, client)));
        statement.allow().forEach(rule -> clauses.add(clause(true, rule, client)));
      }
    }
    return new Grants(clauses, !client.isAnonymous());
  }

  private static Grants.Clause clause(boolean allows, Rule rule, Client client) {
    var filters = new ArrayList<TopicFilter>();
    boolean every = false;
    for (var resource : rule.resources()) {
      var filled = Variables.filled(resource, client).filter(TopicFilter::valid);
      filled.map(TopicFilter::new).ifPresent(filters::add);
      // A denial that cannot be worked out for this client denies: no client id talks its way out.
      every |= filled.isEmpty() && !allows;
    }
    return new Grants.Clause(
        allows, rule.operations(), every ? Optional.empty() : Optional.of(filters));
  }

  /**
   * Whether a client may do something.
   *
   * @param topicOrFilter the topic to publish to, the filter to subscribe to; of no account for
   *     connecting
   */
  public boolean allows(Client client, Operation operation, String topicOrFilter) {
    return grants(client).allows(operation, topicOrFilter);
  }
}
