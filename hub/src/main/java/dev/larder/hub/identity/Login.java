package dev.larder.hub.identity;

import dev.larder.common.id.CacheNodeId;
import dev.larder.common.id.ModuleId;
import dev.larder.common.manifest.DeviceAuth;
import dev.larder.common.trust.DeviceKey;
import dev.larder.common.trust.ModuleKey;
import dev.larder.common.trust.SasToken;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

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
  private static final int SHOWN_MAXIMUM = 64;

  private final CacheNodeId node;
  private final byte[] nodeSecret;
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

  /** Whom a client claims to be. */
  private sealed interface Claim {
    record OfModule(ModuleId module, String generation) implements Claim {}

    record OfDevice(String id, DeviceAuth auth) implements Claim {}
  }

  public Login(CacheNodeId node, byte[] nodeSecret) {
    this.node = node;
    this.nodeSecret = nodeSecret.clone();
  }

  /**
   * Lists the leaf devices that may connect, by id, in the place of those before. An id that no
   * device can have is an {@link IllegalArgumentException}.
   */
  public void devices(Map<String, DeviceAuth> listed) {
    listed.keySet().forEach(DeviceKey::requireDeviceId);
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
    return proven(new Claim.OfModule(module, generation), credentials, now);
  }

  private Result device(Credentials credentials, Instant now) {
    var id = credentials.clientId();
    if (!DeviceKey.isDeviceId(id)) {
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
    return proven(new Claim.OfDevice(id, auth), credentials, now);
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

  /** All that is shown must hold; the connection ends with what ends first. */
  private Result proven(Claim claim, Credentials credentials, Instant now) {
    var results =
        Stream.concat(
                credentials.certificate().map(shown -> byCertificate(claim, shown, now)).stream(),
                credentials.password().map(p -> byPassword(claim, p.bytes(), now)).stream())
            .toList();
    Optional<Instant> until = Optional.empty();
    for (var result : results) {
      switch (result) {
        case Refused refused -> {
          return refused;
        }
        case Accepted(_, var end) -> until = earlier(until, end);
      }
    }
    return new Accepted(identity(claim), until);
  }

  private static boolean names(DeviceAuth auth, ClientCertificate certificate) {
    return auth.thumbprints().contains(certificate.sha256())
        || auth.thumbprints().contains(certificate.sha1());
  }

  private static Optional<Instant> earlier(Optional<Instant> one, Optional<Instant> other) {
    return Stream.of(one, other).flatMap(Optional::stream).min(Instant::compareTo);
  }

  private Result byPassword(Claim claim, byte[] password, Instant now) {
    var text = new String(password, StandardCharsets.UTF_8);
    var found = key(claim);
    if (found.isEmpty()) {
      return new Refused(
          Why.WRONG_KEY,
          shown(clientId(claim)) + " has no key: list a generation, or show a certificate");
    }
    var key = found.get();
    if (!text.startsWith(SasToken.PREFIX)) {
      return MessageDigest.isEqual(key.getBytes(StandardCharsets.UTF_8), password)
          ? new Accepted(identity(claim), Optional.empty())
          : new Refused(Why.WRONG_KEY, "The password is not the key of " + shown(clientId(claim)));
    }
    var token = SasToken.parse(text);
    if (token.isEmpty()) {
      return new Refused(
          Why.MALFORMED,
          "The token of "
              + shown(clientId(claim))
              + " is not SharedAccessSignature sr=…&sig=…&se=…");
    }
    return byToken(claim, token.get(), key, now);
  }

  private Result byToken(Claim claim, SasToken token, String key, Instant now) {
    boolean own =
        switch (claim) {
          case Claim.OfModule(var module, _) ->
              token.isFor("devices", node.toString(), "modules", module.value());
          case Claim.OfDevice(var id, _) -> token.isFor("devices", id);
        };
    var who = shown(clientId(claim));
    if (!own) {
      return new Refused(Why.WRONG_CLIENT_ID, "The token of " + who + " is for another resource");
    }
    // Before the time, so that no one learns anything of a token that is not his.
    if (!token.isSignedWith(key)) {
      return new Refused(Why.WRONG_KEY, "The token of " + who + " is not signed with its key");
    }
    var end = token.expiry().plus(CLOCK_SKEW);
    return end.isBefore(now)
        ? new Refused(Why.EXPIRED, "The token of " + who + " ended at " + token.expiry())
        : new Accepted(identity(claim), Optional.of(end));
  }

  private Result byCertificate(Claim claim, ClientCertificate certificate, Instant now) {
    var who = clientId(claim);
    boolean listed =
        switch (claim) {
          case Claim.OfModule _ -> false;
          case Claim.OfDevice(_, var auth) -> names(auth, certificate);
        };
    if (!listed && !certificate.verified()) {
      return new Refused(
          Why.WRONG_CERTIFICATE,
          "The certificate of "
              + shown(who)
              + " is not of the node's authority and its thumbprint not listed: "
              + certificate.sha256());
    }
    if (!listed && !certificate.commonName().equals(who)) {
      return new Refused(
          Why.WRONG_CLIENT_ID,
          "The certificate of " + shown(who) + " names " + shown(certificate.commonName()));
    }
    return now.isAfter(certificate.notAfter())
            || now.isBefore(certificate.notBefore().minus(CLOCK_SKEW))
        ? new Refused(
            Why.EXPIRED,
            "The certificate of "
                + shown(who)
                + " is valid from "
                + certificate.notBefore()
                + " to "
                + certificate.notAfter())
        : new Accepted(identity(claim), Optional.of(certificate.notAfter()));
  }

  private Optional<String> key(Claim claim) {
    return switch (claim) {
      case Claim.OfModule(var module, var generation) ->
          Optional.of(ModuleKey.derive(nodeSecret, module, generation));
      case Claim.OfDevice(var id, var auth) ->
          auth.generation().map(generation -> DeviceKey.derive(nodeSecret, id, generation));
    };
  }

  private String clientId(Claim claim) {
    return switch (claim) {
      case Claim.OfModule(var module, _) -> node + "/" + module;
      case Claim.OfDevice(var id, _) -> id;
    };
  }

  private static Identity identity(Claim claim) {
    return switch (claim) {
      case Claim.OfModule(var module, _) -> new Identity.Module(module);
      case Claim.OfDevice(var id, _) -> new Identity.Device(id);
    };
  }

  /** A client's text as a log may show it. */
  private static String shown(String text) {
    var cut = text.length() <= SHOWN_MAXIMUM ? text : text.substring(0, SHOWN_MAXIMUM) + "…";
    return cut.chars()
        .map(c -> Character.isISOControl(c) ? '?' : c)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }
}
