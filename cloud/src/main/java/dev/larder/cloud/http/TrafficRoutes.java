package dev.larder.cloud.http;

import dev.larder.cloud.fleet.Resources;
import dev.larder.cloud.store.TrafficTable.Span;
import dev.larder.common.id.Name;
import dev.larder.common.problem.ProblemException;
import dev.larder.common.problem.Problems;
import io.vertx.core.http.HttpMethod;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.Optional;

/** What nodes served. */
final class TrafficRoutes {
  private static final Map<String, Duration> STEPS =
      Map.of(
          "minute", Duration.ofMinutes(1), "hour", Duration.ofHours(1), "day", Duration.ofDays(1));
  private static final int MOST_STEPS = 3000;

  private final Resources resources;
  private final Clock clock;

  TrafficRoutes(Resources resources, Clock clock) {
    this.resources = resources;
    this.clock = clock;
  }

  void add(Api api) {
    api.admin(
        HttpMethod.GET,
        "/api/v1/resources/{resource}/nodes/{node}/traffic",
        call -> traffic(call, Optional.of(call.name("node"))));
    api.admin(
        HttpMethod.GET,
        "/api/v1/resources/{resource}/traffic",
        call -> traffic(call, Optional.empty()));
  }

  private Answer traffic(Call call, Optional<Name> node) {
    var problems = new Problems();
    var to = instant(call, "to", problems).orElseGet(clock::instant);
    var from = instant(call, "from", problems).orElseGet(() -> to.minus(Duration.ofDays(1)));
    var name = call.query().getOrDefault("step", "hour");
    var step = Optional.ofNullable(STEPS.get(name));
    if (step.isEmpty()) {
      problems.add("step", "is " + name + ", not minute, hour or day", "use one of them");
    }
    if (!from.isBefore(to)) {
      problems.add("from", "is not before to", "ask for a span of time");
    } else if (step.isPresent()
        && Duration.between(from, to).compareTo(step.get().multipliedBy(MOST_STEPS)) > 0) {
      problems.add(
          "step",
          "would make more than " + MOST_STEPS + " rows",
          "use a longer step or a shorter span");
    }
    if (!problems.isEmpty()) {
      throw new ProblemException(problems.list());
    }
    var span = new Span(from, to, step.orElseThrow());
    return Answer.ok(
        Views.traffic(span, name, resources.traffic(call.name("resource"), node, span)));
  }

  private static Optional<Instant> instant(Call call, String field, Problems problems) {
    var text = call.query().get(field);
    if (text == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(Instant.parse(text));
    } catch (DateTimeParseException _) {
      problems.add(
          field, "is no instant: " + text, "write an instant in UTC, 2026-01-31T03:00:00Z");
      return Optional.empty();
    }
  }
}
