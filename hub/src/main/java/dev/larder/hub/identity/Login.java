package dev.larder.hub.identity;

import static dev.larder.hub.identity.Credentials.shown;

import dev.larder.common.id.CacheNodeId;
import dev.larder.common.id.DeviceId;
import dev.larder.common.id.ModuleId;
import dev.larder.common.manifest.DeviceAuth;
import dev.larder.common.trust.SasToken;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * Who a client is. Its client id says whom it claims to be: {@code <node>/<module>}, or a listed
 * leaf device's id. All else that it shows must name the same and one thing must prove it: its key
 * as password, a token made from the key ({@link SasToken}), or a certificate.
 *
 * <p>A module's key has the generation that its user name names. A client that cannot put one
 * there, as IoT Hub's own libraries cannot, uses the key of the empty generation, which nobody has
 * but whom the node's operator or agent gives it. A device's generation is the listed one; a device
 * listed without has no key.
 */
public final class Login {
  /** IoT Hub's allowance for clocks that differ: so much longer does a token live. */
  static final Duration CLOCK_SKEW = Duration.ofMinutes(5);

  private static final int CLIENT_ID_MAXIMUM = 256;
  private static final int USER_NAME_MAXIMUM = 2048;

  private final CacheNodeId node;
  private final Proof proof;
  private volatile Map<String, DeviceAuth> devices = Map.of();

  /** What became of a login. */
  public sealed interface Result {}

  /**
   * The client is who it claims to be.
   *
   * @param until when the token or certificate ends, and with it the connection
   */
  public record Accepted(Identity identity, Optional<Instant> until) implements Result {}

  /**
   * The client is let in as no one.
   *
   * @param detail one line that holds no secret
   */
  public record Refused(Why why, String detail) implements Result {}

  public Login(CacheNodeId node, byte[] nodeSecret) {
    this.node = node;
    this.proof = new Proof(nodeSecret);
  }

  /**
   * Lists the leaf devices that may connect, by id, in the place of those before. An id that no
   * device can have is an {@link IllegalArgumentException}.
   */
  public void devices(Map<String, DeviceAuth> listed) {
    listed.keySet().forEach(DeviceId::of);
    devices = Map.copyOf(listed);
  }

  /** Whoever shows this, at this time. */
  public Result of(Credentials credentials, Instant now) {
    var clientId = credentials.clientId();
    if (clientId.length() > CLIENT_ID_MAXIMUM) {
      return new Refused(Why.MALFORMED, "The client id is longer than " + CLIENT_ID_MAXIMUM);
    }
    if (credentials.userName().filter(name -> name.length() > USER_NAME_MAXIMUM).isPresent()) {
      return new Refused(Why.MALFORMED, "The user name is longer than " + USER_NAME_MAXIMUM);
    }
    if (credentials.openListener()
        && credentials.userName().isEmpty()
        && credentials.password().isEmpty()) {
      return anonymous(clientId);
    }
    if (credentials.password().isEmpty() && credentials.certificate().isEmpty()) {
      return new Refused(
          Why.NO_CREDENTIALS, shown(clientId) + " gives neither a password nor a certificate");
    }
    if (credentials.password().isPresent() && credentials.userName().isEmpty()) {
      return new Refused(
          Why.NO_CREDENTIALS, shown(clientId) + " gives a password and no user name");
    }
    return clientId.indexOf('/') < 0 ? device(credentials, now) : module(credentials, now);
  }

  /** No client that no one vouches for takes the client id of one that someone does. */
  private Result anonymous(String clientId) {
    return clientId.startsWith(node + "/") || devices.containsKey(clientId)
        ? new Refused(
            Why.WRONG_CLIENT_ID, shown(clientId) + " is a name, and nothing is given to prove it")
        : new Accepted(new Identity.Anonymous(), Optional.empty());
  }

  private Result module(Credentials credentials, Instant now) {
    var clientId = credentials.clientId();
    var prefix = node + "/";
    ModuleId module;
    try {
      module = ModuleId.of(clientId.startsWith(prefix) ? clientId.substring(prefix.length()) : "");
    } catch (IllegalArgumentException _) {
      return new Refused(
          Why.UNKNOWN, "The client id " + shown(clientId) + " is no module's of node " + node);
    }
    var userName = userName(credentials);
    if (userName.isEmpty()) {
      return wrongUserName(credentials);
    }
    var generation = userName.get().generation().orElse("");
    return proof.of(new Claim.OfModule(node, module, generation), credentials, now);
  }

  private Result device(Credentials credentials, Instant now) {
    var id = credentials.clientId();
    if (!DeviceId.isOne(id)) {
      return new Refused(
          Why.UNKNOWN, "The client id " + shown(id) + " is neither a module's nor a device's");
    }
    var auth = devices.get(id);
    if (auth == null) {
      return new Refused(
          Why.UNKNOWN_DEVICE, "The device " + shown(id) + " is not listed: list it in $edgeHub");
    }
    var userName = userName(credentials);
    if (userName.isEmpty()) {
      return wrongUserName(credentials);
    }
    var generation = auth.generation().orElse("");
    if (!userName.get().generation().orElse(generation).equals(generation)) {
      return new Refused(
          Why.WRONG_KEY, "The user name of " + shown(id) + " names another generation than listed");
    }
    return proof.of(new Claim.OfDevice(id, auth), credentials, now);
  }

  /** Beside a certificate it may be missing. */
  private static Optional<UserName> userName(Credentials credentials) {
    return credentials.userName().isEmpty()
        ? Optional.of(new UserName(""))
        : credentials.userName().flatMap(text -> UserName.of(text, credentials.clientId()));
  }

  private static Refused wrongUserName(Credentials credentials) {
    return new Refused(
        Why.WRONG_CLIENT_ID,
        "The user name of "
            + shown(credentials.clientId())
            + " is not <host>/<client id>/?…: "
            + shown(credentials.userName().orElse("")));
  }
}
