package dev.larder.common.settings;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.larder.common.json.Json;
import dev.larder.common.problem.Problem;
import dev.larder.common.schedule.Offer;
import dev.larder.common.schedule.Ring;
import dev.larder.common.schedule.UpdateSchedule;
import dev.larder.common.schedule.UpdateWindow;
import dev.larder.common.schedule.Version;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CacheDesiredTest {
  private static final CacheDesired DESIRED =
      new CacheDesired(
          List.of(new CacheDesired.Drive("/cache/1", "/srv/cache", 100_000_000_000L)),
          List.of(
              new CacheDesired.Origin("downloads.example:8081", "http", "Own downloads", true),
              new CacheDesired.Origin("m.example", "https", "Own", Optional.of("mirrors"), false)),
          List.of(
              new CacheDesired.Group(
                  "mirrors",
                  Optional.of(new KeyParameters.Only(Set.of("v", "a"))),
                  Optional.of(Duration.ofDays(7)),
                  Optional.of("Mirrors")),
              group("all", new KeyParameters.All()),
              group("none", new KeyParameters.Only(Set.of()))),
          Optional.of(new CacheDesired.Proxy("proxy.example", 3128)),
          Duration.ofSeconds(5),
          new CacheDesired.Updates(
              new UpdateSchedule(
                  Ring.SLOW,
                  Optional.of(new UpdateWindow(2, 3, LocalTime.of(3, 30))),
                  Duration.ofMinutes(30)),
              Version.of("1.0.0"),
              List.of(new Offer(Version.of("1.1.0"), Instant.EPOCH, Instant.EPOCH))),
          Optional.of(new CacheDesired.Parent("cache.example", 80, "http")),
          Optional.of(new CacheDesired.Limits(64)));

  private static CacheDesired.Group group(String name, KeyParameters parameters) {
    return new CacheDesired.Group(
        name, Optional.of(parameters), Optional.empty(), Optional.empty());
  }

  @Test
  void groupsMayBeLeftOut() {
    var before = DESIRED.write().without("groups");
    assertThat(CacheDesired.read(before).orThrow().groups()).isEmpty();
    assertThat(DESIRED.write().at("/groups/0/keyParameters").toString()).isEqualTo("[\"a\",\"v\"]");
    assertThat(DESIRED.write().at("/groups/1/keyParameters").asText()).isEqualTo("all");
    assertThat(DESIRED.write().at("/groups/2/keyParameters").asText()).isEqualTo("none");
  }

  @Test
  void wrongKeyParametersAreNamedByTheirPath() {
    var wrong = DESIRED.write();
    ((ObjectNode) wrong.at("/groups/1")).put("keyParameters", "some");
    assertThat(CacheDesired.read(wrong).problems())
        .extracting(Problem::path)
        .containsExactly("groups[1].keyParameters");
  }

  @Test
  void isReadAsItWasWritten() {
    assertThat(CacheDesired.read(DESIRED.write()).orThrow()).isEqualTo(DESIRED);
  }

  @Test
  void isWrittenForPeopleToRead() {
    var schedule = DESIRED.write().at("/updates/schedule");
    assertThat(schedule.path("ring").asText()).isEqualTo("slow");
    assertThat(schedule.at("/window/time").asText()).isEqualTo("03:30");
    assertThat(schedule.path("checkEvery").asText()).isEqualTo("PT30M");
  }

  @Test
  void whatALaterReleaseAddedMayBeAbsent() {
    var older = DESIRED.write();
    older.remove(List.of("parent", "limits"));
    older.withArray("origins").get(0).withObject("").remove("allowPrivateAddress");
    var read = CacheDesired.read(older).orThrow();
    assertThat(read.parent()).isEmpty();
    assertThat(read.limits()).isEmpty();
    assertThat(read.origins().getFirst().allowPrivateAddress()).isFalse();
  }

  @Test
  void aWrongValueIsNamedByItsPath() {
    var wrong = DESIRED.write();
    wrong.withObject("/updates/schedule/window").put("week", 9);
    assertThat(CacheDesired.read(wrong).problems())
        .extracting(Problem::path)
        .containsExactly("updates.schedule.window");
  }

  @Test
  void aMissingPartIsAProblem() {
    var problems = CacheDesired.read(Json.object()).problems();
    assertThat(problems).isNotEmpty();
    assertThat(problems).allSatisfy(problem -> assertThat(problem.mend()).isNotEmpty());
  }

  @Test
  void anUnknownFieldIsPassedOver() {
    var newer = DESIRED.write().put("laterAddition", 1);
    assertThat(CacheDesired.read(newer).orThrow()).isEqualTo(DESIRED);
  }
}
