package dev.larder.common.settings;

import static org.assertj.core.api.Assertions.assertThat;

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
import org.junit.jupiter.api.Test;

class CacheDesiredTest {
  private static final CacheDesired DESIRED =
      new CacheDesired(
          List.of(new CacheDesired.Drive("/cache/1", "/srv/cache", 100_000_000_000L)),
          List.of(new CacheDesired.Origin("downloads.example:8081", "http", "Own downloads")),
          Optional.of(new CacheDesired.Proxy("proxy.example", 3128)),
          Duration.ofSeconds(5),
          new CacheDesired.Updates(
              new UpdateSchedule(
                  Ring.SLOW,
                  Optional.of(new UpdateWindow(2, 3, LocalTime.of(3, 30))),
                  Duration.ofMinutes(30)),
              Version.of("1.0.0"),
              List.of(new Offer(Version.of("1.1.0"), Instant.EPOCH, Instant.EPOCH))));

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
