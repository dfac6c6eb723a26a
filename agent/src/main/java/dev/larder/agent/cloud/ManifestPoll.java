package dev.larder.agent.cloud;

import dev.larder.agent.cloud.CloudClient.Fetched;
import dev.larder.agent.intake.Intake;
import java.time.Duration;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks the cloud for the manifest, again and again, each time held open until it changes. */
public final class ManifestPoll {
  private static final Logger log = LoggerFactory.getLogger(ManifestPoll.class);

  /** A cloud, or a proxy, that does not hold polls open is not asked more often than this. */
  private static final Duration LEAST_PERIOD = Duration.ofSeconds(1);

  private final CloudClient cloud;
  private final Intake intake;
  private final Consumer<Boolean> polled;
  private final Retry retry = new Retry();
  private String etag = "";

  /**
   * Asks nothing yet.
   *
   * @param polled told after each poll whether the cloud answered it
   */
  public ManifestPoll(CloudClient cloud, Intake intake, Consumer<Boolean> polled) {
    this.cloud = cloud;
    this.intake = intake;
    this.polled = polled;
  }

  /** Runs until interrupted. */
  public void run() {
    Turns.run(this::once, retry);
  }

  /** One poll; answers how long to wait before the next. */
  private Duration once() throws InterruptedException {
    long began = System.nanoTime();
    intake.keepUp();
    try {
      var fetched = cloud.manifest(etag);
      polled.accept(true);
      if (fetched.isPresent() && !take(fetched.get())) {
        return retry.failed();
      }
      retry.succeeded();
      var took = Duration.ofNanos(System.nanoTime() - began);
      return fetched.isPresent() || took.compareTo(LEAST_PERIOD) >= 0
          ? Duration.ZERO
          : LEAST_PERIOD.minus(took);
    } catch (CloudException e) {
      polled.accept(false);
      var wait = retry.failed();
      log.atWarn()
          .addKeyValue("reason", e.getMessage())
          .addKeyValue("retryIn", wait)
          .log("no manifest from the cloud");
      return wait;
    }
  }

  /**
   * A refused manifest is not asked for again until it changes. One that is not verified is: what
   * spoilt it on the way may be gone.
   */
  private boolean take(Fetched fetched) {
    var taken = intake.take(fetched.text(), fetched.signature());
    if (taken || intake.received().version() > 0) {
      etag = fetched.etag();
      return true;
    }
    return false;
  }
}
