package dev.larder.cloud.release;

import dev.larder.common.schedule.Offer;
import dev.larder.common.schedule.Ring;
import dev.larder.common.schedule.UpdateSchedule;
import dev.larder.common.schedule.Version;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;

/** Every release that this cloud offers. */
public record Releases(List<Release> all) {
  private static final Comparator<Release> BY_VERSION = Comparator.comparing(Release::version);

  public Releases {
    all = List.copyOf(all);
  }

  /** What a node asked to move to came to. */
  public sealed interface Move {}

  public record Allowed(Release release) implements Move {}

  /**
   * It may not.
   *
   * @param reason for the log
   */
  public record Refused(String reason) implements Move {}

  public Optional<Release> find(Version version) {
    return all.stream().filter(release -> release.version().equals(version)).findFirst();
  }

  /** A release that the store has, since nodes refer to it. */
  public Release get(Version version) {
    return find(version).orElseThrow(() -> new NoSuchElementException("Release " + version));
  }

  public List<Release> newestFirst() {
    return all.stream().sorted(BY_VERSION.reversed()).toList();
  }

  /** What a new node starts with: the newest that the fast ring may have, else the oldest. */
  public Release first(Instant now) {
    return all.stream()
        .filter(release -> !release.fastFrom().isAfter(now))
        .max(BY_VERSION)
        .or(() -> all.stream().min(BY_VERSION))
        .orElseThrow();
  }

  /** Every release that is newer, oldest first. */
  public List<Offer> newerThan(Version current) {
    return all.stream()
        .filter(release -> release.version().compareTo(current) > 0)
        .sorted(BY_VERSION)
        .map(Release::offer)
        .toList();
  }

  /** Whether a node may move to a release now, judged by the cloud's clock. */
  public Move move(Version current, Version wanted, UpdateSchedule schedule, Instant now) {
    var release = find(wanted);
    if (release.isEmpty()) {
      return new Refused("no such release");
    }
    if (wanted.compareTo(current) <= 0) {
      return new Refused("not newer than the node's");
    }
    if (release.get().offer().from(schedule.ring()).isAfter(now)) {
      return new Refused("not yet offered to the " + schedule.ring().text() + " ring");
    }
    boolean closed = schedule.window().filter(window -> !window.isOpen(now)).isPresent();
    return schedule.ring() == Ring.SLOW && closed
        ? new Refused("the window is not open")
        : new Allowed(release.get());
  }
}
