package dev.larder.common.manifest;

import dev.larder.common.access.AccessList;
import dev.larder.common.access.AccessList.Rule;
import dev.larder.common.access.AccessList.Statement;
import dev.larder.common.access.Operation;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads {@code mqttBroker} in the form of IoT Edge 1.2, by the rules of its own check. */
final class AccessReader {
  private static final int MOST_STATEMENTS = 500;
  private static final int MOST_IN_A_STATEMENT = 100;

  private static final String IDENTITY_MEND =
      "write a module's id, device:<id>, anonymous, or {{iot:identity}} for everyone known";
  private static final String OPERATION_MEND = "write mqtt:connect, mqtt:publish or mqtt:subscribe";
  private static final String RESOURCE_MEND =
      "write a topic filter; the variables are " + String.join(", ", AccessList.variables());

  private AccessReader() {}

  static AccessList read(Reading broker) {
    if (broker.node().path("bridges").size() > 0) {
      broker.add("bridges", "are not known to this hub", "take them out; routes go to $upstream");
    }
    return new AccessList(
        broker.objects("authorizations", MOST_STATEMENTS).stream()
            .map(AccessReader::statement)
            .flatMap(Optional::stream)
            .toList());
  }

  private static Optional<Statement> statement(Reading statement) {
    var identities =
        statement.texts("identities", MOST_IN_A_STATEMENT, AccessList::isIdentity, IDENTITY_MEND);
    if (statement.node().path("identities").isEmpty()) {
      statement.add("identities", "is missing or empty", "name whom the statement is for");
    }
    var allow = rules(statement, "allow");
    var deny = rules(statement, "deny");
    if (!statement.has("allow") && !statement.has("deny")) {
      statement.add("allow", "is missing", "write allow, deny or both");
    }
    return identities.isEmpty()
        ? Optional.empty()
        : Optional.of(new Statement(identities, allow, deny));
  }

  private static List<Rule> rules(Reading statement, String field) {
    return statement.objects(field, MOST_IN_A_STATEMENT).stream().map(AccessReader::rule).toList();
  }

  private static Rule rule(Reading rule) {
    var operations = EnumSet.noneOf(Operation.class);
    rule.texts(
            "operations",
            MOST_IN_A_STATEMENT,
            text -> Operation.of(text).isPresent(),
            OPERATION_MEND)
        .forEach(text -> Operation.of(text).ifPresent(operations::add));
    if (rule.node().path("operations").isEmpty()) {
      rule.add("operations", "is missing or empty", OPERATION_MEND);
    }
    var resources =
        rule.texts("resources", MOST_IN_A_STATEMENT, AccessList::isResource, RESOURCE_MEND);
    if (rule.node().path("resources").isEmpty() && !operations.equals(Set.of(Operation.CONNECT))) {
      rule.add("resources", "is missing or empty", RESOURCE_MEND);
    }
    return new Rule(operations, resources);
  }
}
