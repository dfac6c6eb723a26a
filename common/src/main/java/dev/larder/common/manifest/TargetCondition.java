package dev.larder.common.manifest;

import dev.larder.common.problem.Checked;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Which nodes a layer is for: {@code tags.<name> = '<value>'} or {@code !=}, joined by {@code AND};
 * {@code *} is every node. IoT Hub's quoting: single quotes.
 */
public record TargetCondition(List<Term> terms) {
  /** One comparison; a tag that a node lacks equals nothing. */
  public record Term(String tag, boolean equal, String value) {}

  private static final Pattern TERM =
      Pattern.compile("\\s*tags\\.([a-zA-Z0-9_-]+)\\s*(=|!=|<>)\\s*'([^']*)'\\s*");
  private static final Pattern AND = Pattern.compile("(?i)\\s+AND\\s+");
  private static final String MEND = "write tags.<name> = '<value>' AND …, or *";

  public TargetCondition {
    terms = List.copyOf(terms);
  }

  public static Checked<TargetCondition> parse(String text, String path) {
    if (text.strip().equals("*")) {
      return Checked.valid(new TargetCondition(List.of()));
    }
    var terms = new ArrayList<Term>();
    for (var part : AND.split(text, -1)) {
      var term = TERM.matcher(part);
      if (!term.matches()) {
        return Checked.invalid(path, "cannot be read at: " + part, MEND);
      }
      terms.add(new Term(term.group(1), term.group(2).equals("="), term.group(3)));
    }
    return Checked.valid(new TargetCondition(terms));
  }

  public boolean matches(Map<String, String> tags) {
    return terms.stream()
        .allMatch(term -> term.equal() == term.value().equals(tags.get(term.tag())));
  }
}
