package dev.larder.cache.tls;

import java.time.Instant;
import java.util.Optional;

/**
 * Where HTTPS stands.
 *
 * @param state {@code off} without a certificate, or {@code on}
 * @param engine what encrypts: {@code BoringSSL} or {@code JDK}; empty when off
 * @param subject of the certificate that is served, empty when none is
 * @param notAfter when that expires
 * @param problem what is wrong with the files that are there now; empty when they are served
 */
public record TlsStatus(
    String state, String engine, String subject, Optional<Instant> notAfter, String problem) {
  public static final TlsStatus OFF = new TlsStatus("off", "", "", Optional.empty(), "");

  static TlsStatus on(InstalledPair pair, Instant now) {
    var problem =
        now.isAfter(pair.notAfter())
            ? "The certificate expired at " + pair.notAfter() + ": install a new one."
            : "";
    return new TlsStatus(
        "on", TlsEngine.name(), pair.subject(), Optional.of(pair.notAfter()), problem);
  }

  TlsStatus with(String otherProblem) {
    return new TlsStatus(state, engine, subject, notAfter, otherProblem);
  }
}
