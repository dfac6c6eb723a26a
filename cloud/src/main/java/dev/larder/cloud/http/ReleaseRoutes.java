package dev.larder.cloud.http;

import dev.larder.cloud.configuration.Fields;
import dev.larder.cloud.fleet.ReleaseShelf;
import dev.larder.cloud.release.Release;
import dev.larder.common.problem.ProblemException;
import dev.larder.common.problem.Problems;
import dev.larder.common.schedule.Version;
import io.vertx.core.http.HttpMethod;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.Optional;

/** Releases. */
final class ReleaseRoutes {
  private static final String RELEASES = "/api/v1/releases";
  private static final Duration SLOW_AFTER_FAST = Duration.ofDays(7);

  private final ReleaseShelf shelf;
  private final Clock clock;

  ReleaseRoutes(ReleaseShelf shelf, Clock clock) {
    this.shelf = shelf;
    this.clock = clock;
  }

  void add(Api api) {
    api.admin(HttpMethod.GET, RELEASES, _ -> list());
    api.admin(HttpMethod.POST, RELEASES, this::offer);
  }

  private Answer list() {
    return Answer.ok(Map.of("releases", shelf.list().stream().map(Views::release).toList()));
  }

  private Answer offer(Call call) {
    var problems = new Problems();
    var fields = Fields.of(call.json(), problems).only("version", "images", "fastFrom", "slowFrom");
    var version = version(fields);
    var images = fields.object("images").only("edgeAgent", "edgeHub", "cache");
    var mend = "name the image, registry.example/larder-hub:1.2.3";
    var agent = images.required("edgeAgent", mend);
    var hub = images.required("edgeHub", mend);
    var cache = images.required("cache", mend);
    var now = clock.instant();
    var fast = instant(fields, "fastFrom").orElse(now);
    var slow = instant(fields, "slowFrom").orElse(fast.plus(SLOW_AFTER_FAST));
    if (slow.isBefore(fast)) {
      fields.add("slowFrom", "is before fastFrom", "let the fast ring have it first");
    }
    if (!problems.isEmpty()) {
      throw new ProblemException(problems.list());
    }
    var release =
        new Release(
            version.orElseThrow(),
            new Release.Images(agent.orElseThrow(), hub.orElseThrow(), cache.orElseThrow()),
            fast,
            slow,
            now);
    shelf.add(release);
    return Answer.created(RELEASES, Views.release(release));
  }

  private static Optional<Version> version(Fields fields) {
    var mend = "write three numbers, 1.2.3";
    return fields
        .required("version", mend)
        .flatMap(text -> {
          try {
            return Optional.of(Version.of(text));
          } catch (IllegalArgumentException _) {
            fields.add("version", "is no version: " + text, mend);
            return Optional.empty();
          }
        });
  }

  private static Optional<Instant> instant(Fields fields, String field) {
    var mend = "write an instant in UTC, 2026-01-31T03:00:00Z";
    return fields
        .text(field, mend)
        .flatMap(text -> {
          try {
            return Optional.of(Instant.parse(text));
          } catch (DateTimeParseException _) {
            fields.add(field, "is no instant: " + text, mend);
            return Optional.empty();
          }
        });
  }
}
