package dev.larder.agent.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The rules of Prometheus' text format 0.0.4, as its documentation has them: what each line is, one
 * HELP and TYPE a metric and before its samples, all samples of a metric together, no sample twice,
 * histograms whose buckets rise to their count.
 */
public final class ExpositionRules {
  private static final Pattern SAMPLE =
      Pattern.compile(
          "([a-zA-Z_:][a-zA-Z0-9_:]*)"
              + "(\\{[a-zA-Z_][a-zA-Z0-9_]*=\"(?:[^\"\\\\\\n]|\\\\[\\\\\"n])*\""
              + "(?:,[a-zA-Z_][a-zA-Z0-9_]*=\"(?:[^\"\\\\\\n]|\\\\[\\\\\"n])*\")*\\})?"
              + " (\\+Inf|-Inf|NaN|-?[0-9]+(?:\\.[0-9]+)?(?:E-?[0-9]+)?)");
  private static final Pattern COMMENT =
      Pattern.compile("# (HELP|TYPE) ([a-zA-Z_:][a-zA-Z0-9_:]*) (.+)");

  private final Map<String, String> types = new HashMap<>();
  private final Set<String> helped = new HashSet<>();
  private final Map<String, Double> samples = new TreeMap<>();
  private String family = "";

  private ExpositionRules() {}

  /** Fails on a page that breaks a rule; answers its samples by name and labels. */
  public static Map<String, Double> check(String page) {
    assertThat(page).endsWith("\n").doesNotContain("\r").doesNotContain("\n\n");
    var rules = new ExpositionRules();
    page.lines().forEach(rules::line);
    rules.histograms();
    return rules.samples;
  }

  private void line(String line) {
    var comment = COMMENT.matcher(line);
    if (comment.matches()) {
      comment(comment.group(1), comment.group(2), comment.group(3));
      return;
    }
    var sample = SAMPLE.matcher(line);
    assertThat(sample.matches()).as(line).isTrue();
    var name = sample.group(1);
    var isPart =
        types.getOrDefault(family, "").equals("histogram")
            && name.matches(Pattern.quote(family) + "_(bucket|sum|count)");
    assertThat(isPart || name.equals(family)).as("%s after %s", line, family).isTrue();
    var labels = sample.group(2) == null ? "" : sample.group(2);
    var value = sample.group(3).replace("Inf", "Infinity");
    assertThat(samples.put(name + labels, Double.valueOf(value))).as(line).isNull();
  }

  private void comment(String what, String name, String rest) {
    if (what.equals("HELP")) {
      assertThat(helped.add(name)).as(name).isTrue();
      family = name;
    } else {
      assertThat(name).isEqualTo(family);
      assertThat(rest).isIn("counter", "gauge", "histogram");
      assertThat(types.put(name, rest)).as(name).isNull();
    }
  }

  private void histograms() {
    samples.forEach((key, value) -> {
      if (key.contains("_bucket{") && key.contains("le=\"+Inf\"")) {
        var count = key.replace("_bucket{", "_count{").replaceAll(",?le=\"[^\"]*\"", "");
        assertThat(samples).as(key).containsEntry(count, value);
        var others = key.substring(0, key.indexOf("le=\""));
        samples.forEach((bucket, below) -> {
          if (bucket.startsWith(others)) {
            assertThat(below).as(bucket).isLessThanOrEqualTo(value);
          }
        });
      }
    });
  }
}
