package dev.larder.agent.renewal;

import dev.larder.agent.cloud.CloudClient;
import dev.larder.agent.cloud.CloudException;
import dev.larder.agent.cloud.Retry;
import dev.larder.agent.cloud.Turns;
import dev.larder.agent.node.NodeConfig;
import dev.larder.agent.node.NodeFiles;
import dev.larder.agent.trust.Authority;
import dev.larder.agent.trust.NodeKey;
import dev.larder.agent.trust.NodePair;
import dev.larder.agent.trust.Pem;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Renews the node's certificate at two thirds of its life. The new key is made here and does not
 * leave the node; the cloud takes the old certificate on, so that a failure at any point is mended
 * by asking again.
 */
public final class CertificateRenewal {
  private static final Logger log = LoggerFactory.getLogger(CertificateRenewal.class);
  private static final Duration FIRST_RETRY = Duration.ofMinutes(1);
  private static final Duration LONGEST_RETRY = Duration.ofHours(1);

  /** The clock may be set at any time, so that no wait is for long. */
  private static final Duration LOOK = Duration.ofMinutes(1);

  private final NodeFiles files;
  private final NodeConfig config;
  private final CloudClient cloud;
  private final HandOut handOut;
  private final InstantSource clock;
  private final Retry retry = new Retry(FIRST_RETRY, LONGEST_RETRY);
  private volatile NodePair pair;
  private NodePair handedOut;

  /** Puts a new pair to use everywhere. */
  @FunctionalInterface
  public interface HandOut {
    /**
     * Uses it for every new connection; the files hold it.
     *
     * @throws IOException when not all of it could be done; it is called again until it is
     */
    void use(NodePair renewed) throws IOException, GeneralSecurityException;
  }

  /**
   * Nothing is renewed yet.
   *
   * @param pair that the node has now
   */
  public CertificateRenewal(
      NodeFiles files,
      NodeConfig config,
      NodePair pair,
      CloudClient cloud,
      HandOut handOut,
      InstantSource clock) {
    this.files = files;
    this.config = config;
    this.pair = pair;
    this.handedOut = pair;
    this.cloud = cloud;
    this.handOut = handOut;
    this.clock = clock;
  }

  /** Whole days that the certificate is still good for; 0 when it has ended. */
  public int daysLeft() {
    return daysLeft(pair, clock.instant());
  }

  static int daysLeft(NodePair pair, Instant now) {
    var left = Duration.between(now, pair.certificate().getNotAfter().toInstant());
    return (int) Math.max(0, left.toDays());
  }

  /** Runs until interrupted. */
  public void run() {
    Turns.run(this::tend, retry);
  }

  /** Renews if it is time to; answers how long to wait before the next look. */
  public Duration tend() throws InterruptedException {
    NodePair.settle(files);
    try {
      if (Authority.isDue(pair.certificate(), clock.instant())) {
        renew();
      }
      if (!handedOut.equals(pair)) {
        handOut.use(pair);
        handedOut = pair;
      }
      retry.succeeded();
      return LOOK;
    } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
      var wait = retry.failed();
      log.atWarn()
          .addKeyValue("daysLeft", daysLeft())
          .addKeyValue("reason", e.getMessage())
          .addKeyValue("retryInSeconds", wait.toSeconds())
          .log(
              handedOut.equals(pair)
                  ? "node's certificate not renewed"
                  : "node's renewed certificate not in use everywhere yet");
      return wait;
    }
  }

  private void renew() throws IOException, GeneralSecurityException, InterruptedException {
    var key = NodeKey.generate();
    var csr = NodeKey.request(key, config.cacheNodeId(), config.customerId());
    var renewed = new NodePair(Pem.write(key.getPrivate()), cloud.renew(csr));
    if (Authority.isDue(renewed.certificate(), clock.instant())) {
      throw new CloudException(
          CloudException.Kind.REFUSED,
          "The cloud's new certificate is to be renewed already: see that its clock and this"
              + " machine's are right");
    }
    renewed.write(files);
    pair = renewed;
    log.atInfo()
        .addKeyValue("until", renewed.certificate().getNotAfter().toInstant())
        .log("node's certificate renewed");
  }
}
