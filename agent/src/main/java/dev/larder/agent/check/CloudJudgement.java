package dev.larder.agent.check;

import dev.larder.agent.check.Observation.CloudClock;
import dev.larder.agent.check.Observation.LastGoodTime;
import dev.larder.agent.check.Observation.Name;
import dev.larder.agent.check.Observation.Reach;
import dev.larder.agent.check.Observation.Reached;
import java.time.Duration;

/** Judges the way to the cloud, and the clock. */
final class CloudJudgement {
  private static final Duration NOTED_SKEW = Duration.ofSeconds(30);
  private static final Duration HARMFUL_SKEW = Duration.ofMinutes(5);

  /** The clock may be set back a little without harm. */
  private static final Duration CLOCK_SLACK = Duration.ofMinutes(5);

  private static final String SET_CLOCK =
      "set this machine's clock and keep it set, for one with: timedatectl set-ntp true";

  private CloudJudgement() {}

  static Finding clock(CloudClock seen) {
    var skew = Duration.between(seen.cloud(), seen.here());
    var size = skew.abs();
    var message =
        size.compareTo(NOTED_SKEW) < 0
            ? "within " + NOTED_SKEW.toSeconds() + " s of the cloud's"
            : size.toSeconds()
                + " s "
                + (skew.isNegative() ? "behind" : "ahead of")
                + " the cloud's, "
                + seen.cloud();
    if (size.compareTo(HARMFUL_SKEW) >= 0) {
      return Finding.failure("clock", message, SET_CLOCK);
    }
    return size.compareTo(NOTED_SKEW) >= 0
        ? Finding.warning("clock", message, SET_CLOCK)
        : Finding.ok("clock", message);
  }

  static Finding lastGood(LastGoodTime time) {
    return time.here().plus(CLOCK_SLACK).isBefore(time.lastGood())
        ? Finding.failure(
            "clock-last-good",
            "behind by "
                + Duration.between(time.here(), time.lastGood()).toMinutes()
                + " min: the clock says "
                + time.here()
                + ", and it has been "
                + time.lastGood()
                + " before",
            SET_CLOCK)
        : Finding.ok("clock-last-good", "past the last known good time, " + time.lastGood());
  }

  static Finding name(Name name) {
    if (!name.addresses().isEmpty()) {
      return Finding.ok("dns", name.host() + " is " + String.join(", ", name.addresses()));
    }
    var message = name.host() + " does not resolve";
    return name.isNeeded()
        ? Finding.failure(
            "dns",
            message,
            "see that this machine's name servers know it (/etc/resolv.conf, and dns in"
                + " /etc/docker/daemon.json for containers)")
        : Finding.ok("dns", message + " here; the proxy resolves it");
  }

  static Finding reach(Reach seen) {
    var check = seen.way().check();
    if (seen.reached() == Reached.ANSWERED) {
      return Finding.ok(check, seen.where() + " answers");
    }
    var message = seen.where() + " " + what(seen.reached()) + ": " + seen.reason();
    return seen.isNeeded()
        ? Finding.failure(check, message, mend(seen))
        : Finding.ok(check, message + " (the node does not need this way)");
  }

  private static String what(Reached reached) {
    return switch (reached) {
      case ANSWERED -> "answers";
      case NOT_TRUSTED -> "is not trusted";
      case PROXY_REFUSED -> "is not reached, for the proxy does not let this node through";
      case REFUSED -> "refuses this node";
      case UNREACHABLE -> "cannot be reached";
    };
  }

  private static String mend(Reach seen) {
    return switch (seen.reached()) {
      case ANSWERED -> "nothing";
      case NOT_TRUSTED ->
          "set the clock if it is wrong; see that no firewall opens TLS on the way; if the cloud"
              + " was set up anew, deploy the node with its new bundle";
      case PROXY_REFUSED ->
          "run deploy.sh again with the user's name in proxyurl and the password in the file of"
              + " proxypasswordfile; the proxy's log says why it refused";
      case REFUSED ->
          "see in the portal that the node is there; if it was deleted or deployed on another"
              + " machine, run the deploy command of its Deployment tab";
      case UNREACHABLE ->
          switch (seen.way()) {
            case HTTPS_DIRECT, MQTT_DIRECT ->
                "see that the cloud runs, and let TCP out to it in the firewall";
            case HTTPS_PROXY, MQTT_PROXY ->
                "see that the proxy runs and lets CONNECT through to the cloud's host and port";
          };
    };
  }
}
