package dev.larder.hub.server;

import dev.larder.hub.identity.Credentials;
import dev.larder.hub.identity.Identity;
import dev.larder.hub.identity.Login;
import dev.larder.hub.identity.Throttle;
import dev.larder.hub.identity.Why;
import io.netty.channel.Channel;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says who a client is, by whichever way it came; those wait who say it wrong. */
public final class Logins {
  private static final Logger log = LoggerFactory.getLogger(Logins.class);

  private final Login login;
  private final Throttle throttle;
  private final Turn turn;

  /** What became of it. */
  sealed interface Outcome {}

  /**
   * The client is who it claims to be.
   *
   * @param until when that ends
   */
  record Known(Identity identity, Optional<Instant> until) implements Outcome {}

  /** It is not, or does not show it. */
  record Wrong(String detail) implements Outcome {}

  /** Nobody looked: too many of its address wait already. */
  record TooMany() implements Outcome {}

  public Logins(Login login, Throttle throttle, Turn turn) {
    this.login = login;
    this.throttle = throttle;
    this.turn = turn;
  }

  /** Refused logins since the start, by their reason. */
  public Map<Why, Long> refusals() {
    return throttle.failures();
  }

  /** How many logins were refused or answered at once because too many of their address wait. */
  public long overThrottle() {
    return throttle.refused();
  }

  /**
   * Looks at credentials, now or when those before it of the same claim have waited; nothing comes
   * of it when the channel is gone by then.
   *
   * @param claimed the client id that it gave itself; may be empty
   */
  void judge(Channel channel, String claimed, Credentials credentials, Consumer<Outcome> then) {
    var address = address(channel);
    switch (throttle.arrived(address, claimed, now())) {
      case Throttle.Wait(var delay) ->
          after(
              delay,
              () -> {
                if (channel.isActive()) {
                  look(address, claimed, credentials, then);
                }
              });
      case Throttle.Refuse() -> then.accept(new TooMany());
    }
  }

  private void look(
      String address, String claimed, Credentials credentials, Consumer<Outcome> then) {
    switch (login.of(credentials, now())) {
      case Login.Accepted(var identity, var until) -> {
        throttle.succeeded(address, claimed);
        then.accept(new Known(identity, until));
      }
      case Login.Refused(var why, var detail) -> {
        log.atWarn()
            .addKeyValue("clientId", credentials.clientId())
            .addKeyValue("from", address)
            .addKeyValue("why", why)
            .log("login refused");
        after(throttle.failed(address, claimed, why, now()), () -> then.accept(new Wrong(detail)));
      }
    }
  }

  private Instant now() {
    return Instant.ofEpochMilli(turn.nowMillis());
  }

  private void after(Duration delay, Runnable step) {
    if (delay.isZero()) {
      step.run();
    } else {
      var _ = turn.loop().schedule(step, delay.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  private static String address(Channel channel) {
    return channel.remoteAddress() instanceof InetSocketAddress remote
        ? remote.getAddress().getHostAddress()
        : "local";
  }
}
