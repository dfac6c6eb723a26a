package dev.larder.cloud.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.larder.cloud.configuration.Fields;
import dev.larder.common.id.Name;
import dev.larder.common.problem.ProblemException;
import dev.larder.common.problem.Problems;
import java.util.Optional;

/** The field {@code name} of what is to be made. */
final class NameField {
  private static final String MEND =
      "give it a name of 1 to 90 letters, digits, hyphens and underscores";

  private NameField() {}

  /** The name in a body that needs nothing else. */
  static Name read(JsonNode body) {
    var problems = new Problems();
    var name = read(Fields.of(body, problems).only("name"));
    if (!problems.isEmpty()) {
      throw new ProblemException(problems.list());
    }
    return name.orElseThrow();
  }

  /** The name; empty when a problem was noted. */
  static Optional<Name> read(Fields fields) {
    return fields
        .required("name", MEND)
        .flatMap(text -> {
          try {
            return Optional.of(Name.of(text));
          } catch (IllegalArgumentException _) {
            fields.add("name", "is no name: \"" + text + "\"", MEND);
            return Optional.empty();
          }
        });
  }
}
