package dev.larder.agent.policy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.larder.common.id.ModuleId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Gathers the violations of one module. */
final class Findings {
  private final ModuleId module;
  private final List<Violation> found = new ArrayList<>();

  Findings(ModuleId module) {
    this.module = module;
  }

  ModuleId module() {
    return module;
  }

  List<Violation> list() {
    return found;
  }

  void add(String path, Clause clause, String message, String mend) {
    found.add(new Violation(module, path, clause, message, mend));
  }

  /** What no policy lets through. */
  void fixed(String path, String message, String mend) {
    add(path, Clause.FIXED, message, mend);
  }

  /** A value that a list of the policy has to name. */
  void unlessListed(Set<String> allowed, String value, String path, Clause clause) {
    if (!allowed.contains(value)) {
      add(
          path,
          clause,
          "asks for " + value,
          "take it out, or let the node's owner add \"" + value + "\" to " + clause.text());
    }
  }

  /** A text that may be missing, which is then empty; what is no text is noted. */
  String text(JsonNode value, String path) {
    if (value.isMissingNode() || value.isTextual()) {
      return value.asText("");
    }
    fixed(path, "is no text", "write a text");
    return "";
  }

  /** The entries of an array that may be missing; what is no array is noted. */
  List<JsonNode> entries(JsonNode value, String path) {
    if (value.isMissingNode() || value.isArray()) {
      return value.valueStream().toList();
    }
    fixed(path, "is no array", "write an array: […]");
    return List.of();
  }

  /** A text of an array; empty when it is none, which is noted. */
  Optional<String> element(JsonNode value, String path) {
    if (value.isTextual()) {
      return Optional.of(value.textValue());
    }
    fixed(path, "is no text", "write a text");
    return Optional.empty();
  }
}
