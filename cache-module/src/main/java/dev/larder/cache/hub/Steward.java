package dev.larder.cache.hub;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.larder.cache.settings.Settings;
import dev.larder.cache.traffic.Traffic;
import dev.larder.cache.traffic.TrafficOutbox;
import dev.larder.cache.updates.UpdateChecks;
import dev.larder.common.json.Json;
import dev.larder.common.settings.CacheReported.DriveReport;
import dev.larder.common.traffic.TrafficMessage;
import dev.larder.common.twin.Twins;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the module in step with its twin: one thread that connects to the hub, takes desired
 * properties, checks the updates schedule, sends traffic and reports. All it decides it decides by
 * {@link Settings}, {@link UpdateChecks} and {@link TrafficOutbox}.
 */
public final class Steward implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Steward.class);
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);
  private static final Duration RETRY_CHECK = Duration.ofSeconds(30);
  private static final Duration LONGEST_SLEEP = Duration.ofSeconds(10);

  /** What is being asked of the hub may take longer; then it is broken off. */
  private static final Duration STOP = Duration.ofSeconds(2);

  private final Link link;
  private final Host host;
  private final Traffic traffic;
  private final TrafficOutbox outbox;
  private final Clock clock;
  private final Reports reports;
  private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
  private final Thread thread;

  private volatile Settings settings;
  private volatile Optional<UpdateChecks> updates = Optional.empty();
  private volatile Optional<HubConnection> connection = Optional.empty();
  private Optional<ObjectNode> reported = Optional.empty();
  private boolean stopping;
  private Duration pause = FIRST_PAUSE;
  private Instant connectAt;
  private Instant cutAt;
  private Instant checkNotBefore;

  /** Makes connections. */
  @FunctionalInterface
  public interface Link {
    HubConnection connect(Consumer<ObjectNode> patches, Runnable closed) throws HubException;
  }

  /** What the steward steers. */
  public interface Host {
    /** Acts on new desired properties, which are good, and keeps them for the next start. */
    void apply(Settings.Good good);

    List<DriveReport> drives();
  }

  private sealed interface Event {}

  private record Patch(ObjectNode change) implements Event {}

  private record Lost() implements Event {}

  private record Stop() implements Event {}

  /**
   * Made, not yet running.
   *
   * @param settings as kept on disk from before, already applied
   * @param version of the module's software
   */
  public Steward(
      Link link,
      Host host,
      Traffic traffic,
      TrafficOutbox outbox,
      Clock clock,
      String version,
      Settings settings) {
    this.link = link;
    this.host = host;
    this.traffic = traffic;
    this.outbox = outbox;
    this.clock = clock;
    this.reports = new Reports(version);
    this.settings = settings;
    this.connectAt = clock.instant();
    this.cutAt = connectAt;
    this.checkNotBefore = connectAt;
    this.updates = settings.good().map(good -> UpdateChecks.begin(good.desired().updates()));
    this.thread = Thread.ofVirtual().name("steward").unstarted(this::run);
  }

  public void start() {
    thread.start();
  }

  /** The desired properties as they stand; any thread may ask. */
  public Settings settings() {
    return settings;
  }

  /** The updates schedule as it was last checked; any thread may ask. */
  public Optional<UpdateChecks> updates() {
    return updates;
  }

  /** Whether the hub is connected; any thread may ask. */
  public boolean isConnected() {
    return connection.filter(HubConnection::isConnected).isPresent();
  }

  private void run() {
    while (!stopping && !Thread.currentThread().isInterrupted()) {
      try {
        step();
        var event = events.poll(sleep().toMillis(), TimeUnit.MILLISECONDS);
        if (event != null) {
          take(event);
        }
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
      } catch (RuntimeException e) {
        log.atError().setCause(e).log("steward step broke");
        disconnect("internal error");
      }
    }
    connection.ifPresent(this::leave);
  }

  /** What was counted since the last message goes out before the module ends. */
  private void leave(HubConnection hub) {
    try {
      outbox.cut(traffic.totals(), clock.instant());
      sendTraffic(hub);
    } catch (HubException e) {
      log.atWarn().addKeyValue("why", e.getMessage()).log("last traffic not sent");
    }
    hub.close();
  }

  /** All that is due now. */
  private void step() {
    var now = clock.instant();
    if (!now.isBefore(cutAt)) {
      outbox.cut(traffic.totals(), now);
      cutAt = now.plus(trafficEvery());
    }
    if (connection.isEmpty() && !now.isBefore(connectAt)) {
      connect();
    }
    if (connection.isPresent()) {
      try {
        talk(connection.get());
      } catch (HubException e) {
        disconnect(String.valueOf(e.getMessage()));
      }
    }
  }

  private void talk(HubConnection hub) throws HubException {
    if (settings.document().isEmpty() || reported.isEmpty()) {
      takeTwin(hub.twin());
    }
    check(hub);
    sendTraffic(hub);
    report(hub);
  }

  private void sendTraffic(HubConnection hub) throws HubException {
    for (var next = outbox.next(); next.isPresent(); next = outbox.next()) {
      hub.send(TrafficMessage.OUTPUT, next.get().id(), next.get().message());
      outbox.acknowledged(next.get());
    }
  }

  private void connect() {
    try {
      connection =
          Optional.of(
              link.connect(change -> events.add(new Patch(change)), () -> events.add(new Lost())));
      pause = FIRST_PAUSE;
      log.atInfo().log("connected to the hub");
    } catch (HubException e) {
      connectAt = clock.instant().plus(pause);
      pause =
          pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0
              ? pause.multipliedBy(2)
              : LONGEST_PAUSE;
      log.atWarn()
          .addKeyValue("why", e.getMessage())
          .addKeyValue("retry", connectAt)
          .log("hub not reached");
    }
  }

  private void disconnect(String why) {
    connection.ifPresent(hub -> {
      log.atWarn().addKeyValue("why", why).log("hub connection given up");
      hub.close();
    });
    connection = Optional.empty();
    reported = Optional.empty();
    connectAt = clock.instant().plus(FIRST_PAUSE);
  }

  private void take(Event event) {
    switch (event) {
      case Lost() -> {
        if (connection.isPresent() && !connection.get().isConnected()) {
          disconnect("connection lost");
        }
      }
      case Stop() -> stopping = true;
      case Patch(var change) -> {
        var patched = settings.patch(change);
        if (patched.isPresent()) {
          accept(patched.get());
        } else {
          reported = Optional.empty();
        }
      }
    }
  }

  private void takeTwin(ObjectNode twin) {
    reported = Optional.of(twin.path("reported") instanceof ObjectNode is ? is : Json.object());
    reported.get().remove(Settings.VERSION);
    if (twin.path("desired") instanceof ObjectNode desired && hasMore(desired)) {
      accept(settings.replace(desired));
    }
  }

  /** The hub may know the module before the cloud wrote anything for it. */
  private static boolean hasMore(ObjectNode desired) {
    return desired.size() > (desired.has(Settings.VERSION) ? 1 : 0);
  }

  private void accept(Settings next) {
    var before = settings;
    settings = next;
    if (!next.problems().isEmpty() && !next.problems().equals(before.problems())) {
      log.atWarn()
          .addKeyValue("problems", next.problems())
          .log("desired properties refused: the last good ones stay");
    }
    var good = next.good();
    if (good.isPresent() && !good.equals(before.good())) {
      host.apply(good.get());
      var wanted = good.get().desired().updates();
      var now = clock.instant();
      updates =
          Optional.of(
              updates.map(u -> u.with(wanted, now)).orElseGet(() -> UpdateChecks.begin(wanted)));
      cutAt = now.plus(trafficEvery()).isBefore(cutAt) ? now.plus(trafficEvery()) : cutAt;
      log.atInfo().addKeyValue("version", good.get().version()).log("desired properties applied");
    }
  }

  private Duration trafficEvery() {
    return settings.good().map(good -> good.desired().trafficEvery()).orElse(Duration.ofSeconds(5));
  }

  /** A check of the updates schedule, if one is due: on the desired properties as they are now. */
  private void check(HubConnection hub) throws HubException {
    var now = clock.instant();
    if (updates.isEmpty() || !updates.get().isDue(now) || now.isBefore(checkNotBefore)) {
      return;
    }
    checkNotBefore = now.plus(RETRY_CHECK);
    takeTwin(hub.twin());
    checkNotBefore = now;
    updates = updates.map(u -> u.check(u.updates(), now));
    log.atInfo()
        .addKeyValue("decision", updates.get().decision())
        .addKeyValue("next", updates.get().nextCheck().orElse(now))
        .log("updates schedule checked");
  }

  private void report(HubConnection hub) throws HubException {
    var should = reports.now(settings, updates, host.drives(), clock.instant());
    var change = Twins.difference(reported.orElseGet(Json::object), should);
    if (!change.isEmpty()) {
      hub.report(change);
      reported = Optional.of(should);
    }
  }

  private Duration sleep() {
    var now = clock.instant();
    var until = now.plus(LONGEST_SLEEP);
    until = earlier(until, cutAt);
    if (connection.isEmpty()) {
      until = earlier(until, connectAt);
    } else if (updates.isPresent()) {
      var due = updates.get().nextCheck().orElse(now);
      until = earlier(until, due.isBefore(checkNotBefore) ? checkNotBefore : due);
    }
    var sleep = Duration.between(now, until);
    return sleep.isNegative() ? Duration.ZERO : sleep.plusMillis(1);
  }

  private static Instant earlier(Instant a, Instant b) {
    return a.isBefore(b) ? a : b;
  }

  @Override
  public void close() {
    events.add(new Stop());
    try {
      if (thread.isAlive() && !thread.join(STOP)) {
        thread.interrupt();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
