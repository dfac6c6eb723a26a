package dev.larder.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.larder.common.json.Json;
import dev.larder.common.schedule.UpdateWindow;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Proof 4: the administrator's update frequency and window, set by API, CLI and portal, are what
 * the cache module checks by; a release is applied in the window and not before it.
 */
class UpdatesST {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final String NEXT = "1.0.1";

  @Test
  void aReleaseIsAppliedInTheWindowThatTheAdministratorSets() throws Exception {
    try (var bed = Bed.deployed()) {
      bed.awaitHealthy();
      bed.images().tag(NEXT);
      var before = Engine.ids(bed.node().instance());

      setByApi(bed, closedWindow(3), "PT2S");
      awaitFrequency(bed, 2);
      awaitChecks(bed);

      setByCli(bed, closedWindow(4), "3s");
      awaitFrequency(bed, 3);
      offer(bed);
      Await.until(
          "the node waits with the release for its window",
          LIMIT,
          () -> {
            var waiting = bed.node().view().at("/cache/updates/waiting");
            return waiting.path("version").asText().equals(NEXT)
                && Instant.parse(waiting.path("until").asText())
                    .equals(closedWindow(4).nextOpening(Instant.now()));
          });
      awaitChecks(bed);
      assertThat(Engine.ids(bed.node().instance())).isEqualTo(before);
      assertThat(bed.node().view().path("release").asText()).isEqualTo("1.0.0");

      setInThePortal(bed, openWindow(), 2);
      Await.until("the node runs the release", LIMIT, () -> runsEverywhere(bed, NEXT));
      awaitFrequency(bed, 2);
      assertThat(bed.node().view().path("release").asText()).isEqualTo(NEXT);
      bed.awaitHealthy();
    }
  }

  /** A window that is days away whatever the time is now. */
  private static UpdateWindow closedWindow(int daysAhead) {
    return windowOf(LocalDate.now(ZoneOffset.UTC).plusDays(daysAhead), LocalTime.NOON);
  }

  private static UpdateWindow openWindow() {
    var now = OffsetDateTime.now(ZoneOffset.UTC).minusMinutes(5);
    return windowOf(now.toLocalDate(), now.toLocalTime().truncatedTo(ChronoUnit.MINUTES));
  }

  private static UpdateWindow windowOf(LocalDate date, LocalTime time) {
    return new UpdateWindow(
        (date.getDayOfMonth() - 1) / 7 + 1, date.getDayOfWeek().getValue(), time);
  }

  private static void setByApi(Bed bed, UpdateWindow window, String frequency) throws Exception {
    var patch = Json.object();
    patch
        .putObject("update")
        .put("ring", "slow")
        .put("week", window.week())
        .put("day", window.day())
        .put("time", window.time().toString())
        .put("frequency", frequency);
    bed.api().patch(bed.node().path("/configuration"), patch).is(200);
  }

  private static void setByCli(Bed bed, UpdateWindow window, String frequency) throws IOException {
    Cli.signIn(bed)
        .ofNode(
            "node",
            "update",
            "--auto-update-ring",
            "slow",
            "--auto-update-week",
            Integer.toString(window.week()),
            "--auto-update-day",
            Integer.toString(window.day()),
            "--auto-update-time",
            window.time().toString(),
            "--update-frequency",
            frequency);
  }

  private static void setInThePortal(Bed bed, UpdateWindow window, int seconds) throws Exception {
    try (var portal = Portal.signIn(bed.cloud())) {
      var page =
          portal.open(
              "#/resources/" + Node.RESOURCE + "/nodes/" + bed.node().instance() + "/updates");
      page.getByLabel("Week of month").selectOption(Integer.toString(window.week()));
      page.getByLabel("Day of week").selectOption(Integer.toString(window.day()));
      page.getByLabel("Time of day (UTC)").fill(window.time().toString());
      page.getByLabel("Check every").fill(Integer.toString(seconds));
      page.getByLabel("Unit").selectOption("seconds");
      portal.save();
    }
  }

  private static void offer(Bed bed) throws Exception {
    var release = Json.object().put("version", NEXT);
    release
        .putObject("images")
        .put("edgeAgent", bed.images().reference("agent", NEXT))
        .put("edgeHub", bed.images().reference("hub", NEXT))
        .put("cache", bed.images().reference("cache", NEXT));
    var now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    release.put("fastFrom", now.toString()).put("slowFrom", now.toString());
    bed.api().post("/api/v1/releases", release).is(201);
  }

  private static JsonNode updates(Bed bed) throws Exception {
    return bed.node().view().at("/cache/updates");
  }

  private static void awaitFrequency(Bed bed, int seconds) {
    Await.until(
        "the node checks every " + seconds + " s",
        LIMIT,
        () -> {
          var updates = updates(bed);
          return updates.path("frequencySeconds").asInt() == seconds
              && Duration.between(
                          Instant.parse(updates.path("lastCheck").asText()),
                          Instant.parse(updates.path("nextCheck").asText()))
                      .toSeconds()
                  <= seconds;
        });
  }

  private static void awaitChecks(Bed bed) throws Exception {
    long before = updates(bed).path("checks").asLong();
    Await.until(
        "the node has checked twice more",
        LIMIT,
        () -> updates(bed).path("checks").asLong() >= before + 2);
  }

  private static boolean runsEverywhere(Bed bed, String version) {
    var node = bed.node();
    var ids = Engine.ids(node.instance());
    return ids.size() == 3
        && List.of("agent", "hub", "cache").stream()
            .allMatch(part ->
                Engine.inspect(node.container(part))
                        .getConfig()
                        .getImage()
                        .equals(bed.images().reference(part, version))
                    && Engine.isHealthy(node.container(part)));
  }
}
