package dev.larder.hub.identity;

import static dev.larder.hub.identity.Credentials.shown;

import dev.larder.common.trust.SasToken;
import dev.larder.hub.identity.Login.Accepted;
import dev.larder.hub.identity.Login.Refused;
import dev.larder.hub.identity.Login.Result;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;

/** Whether what a client shows proves its claim: the key itself, a token, a certificate. */
final class Proof {
  private final byte[] nodeSecret;

  Proof(byte[] nodeSecret) {
    this.nodeSecret = nodeSecret.clone();
  }

  /** All that is shown must hold; the connection ends with what ends first. */
  Result of(Claim claim, Credentials credentials, Instant now) {
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
    return new Accepted(claim.identity(), until);
  }

  private static Optional<Instant> earlier(Optional<Instant> one, Optional<Instant> other) {
    return Stream.of(one, other).flatMap(Optional::stream).min(Instant::compareTo);
  }

  private Result byPassword(Claim claim, byte[] password, Instant now) {
    var text = new String(password, StandardCharsets.UTF_8);
    var found = claim.key(nodeSecret);
    if (found.isEmpty()) {
      return new Refused(
          Why.WRONG_KEY,
          shown(claim.clientId()) + " has no key: list a generation, or show a certificate");
    }
    var key = found.get();
    if (!text.startsWith(SasToken.PREFIX)) {
      return MessageDigest.isEqual(key.getBytes(StandardCharsets.UTF_8), password)
          ? new Accepted(claim.identity(), Optional.empty())
          : new Refused(Why.WRONG_KEY, "The password is not the key of " + shown(claim.clientId()));
    }
    var token = SasToken.parse(text);
    if (token.isEmpty()) {
      return new Refused(
          Why.MALFORMED,
          "The token of "
              + shown(claim.clientId())
              + " is not SharedAccessSignature sr=…&sig=…&se=…");
    }
    return byToken(claim, token.get(), key, now);
  }

  private static Result byToken(Claim claim, SasToken token, String key, Instant now) {
    var who = shown(claim.clientId());
    if (!claim.isNamedBy(token)) {
      return new Refused(Why.WRONG_CLIENT_ID, "The token of " + who + " is for another resource");
    }
    // Before the time, so that no one learns anything of a token that is not his.
    if (!token.isSignedWith(key)) {
      return new Refused(Why.WRONG_KEY, "The token of " + who + " is not signed with its key");
    }
    var end = token.expiry().plus(Login.CLOCK_SKEW);
    return end.isBefore(now)
        ? new Refused(Why.EXPIRED, "The token of " + who + " ended at " + token.expiry())
        : new Accepted(claim.identity(), Optional.of(end));
  }

  private static Result byCertificate(Claim claim, ClientCertificate certificate, Instant now) {
    var who = claim.clientId();
    boolean listed = claim.lists(certificate);
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
            || now.isBefore(certificate.notBefore().minus(Login.CLOCK_SKEW))
        ? new Refused(
            Why.EXPIRED,
            "The certificate of "
                + shown(who)
                + " is valid from "
                + certificate.notBefore()
                + " to "
                + certificate.notAfter())
        : new Accepted(claim.identity(), Optional.of(certificate.notAfter()));
  }
}
