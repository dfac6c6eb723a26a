package dev.larder.hub.tls;

import dev.larder.hub.identity.ClientCertificate;
import dev.larder.hub.message.Payload;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.ServerSSLOptions;
import io.vertx.core.net.TrustOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The hub's side of TLS 1.2 and 1.3: the server certificate of the identity folder, and client
 * certificates asked for and not required. Its files are looked at every 30 s, and a new good pair
 * is served in the place of the one before; connections that are open stay.
 */
public final class ServerTls {
  private static final Logger log = LoggerFactory.getLogger(ServerTls.class);
  private static final Duration LOOK = Duration.ofSeconds(30);
  private static final int SERVE_SECONDS = 20;
  private static final Duration HANDSHAKE_MAXIMUM = Duration.ofSeconds(10);

  private final Path folder;
  private final AtomicBoolean looking = new AtomicBoolean();
  private volatile Served served;
  private volatile String problem = "";

  /** What serves with these options from now on, for example {@code server::updateSSLOptions}. */
  @FunctionalInterface
  public interface Port {
    Future<?> serve(ServerSSLOptions options);
  }

  private record Served(TlsFiles files, NodeAuthority authority, Instant notAfter) {
    static Served of(TlsFiles files) throws IOException {
      return new Served(files, files.authority(), files.checked());
    }
  }

  private ServerTls(Path folder, Served served) {
    this.folder = folder;
    this.served = served;
  }

  /** Reads the identity folder; the exception names the file that is missing or wrong. */
  public static ServerTls load(Path folder) throws IOException {
    return new ServerTls(folder, Served.of(TlsFiles.read(folder)));
  }

  /** For a {@code NetServer} or an HTTP server that is made or updated now. */
  public ServerSSLOptions options() {
    return options(served.files());
  }

  /** The same options, with TLS on. */
  public NetServerOptions applyTo(NetServerOptions options) {
    var own = options();
    return options
        .setSsl(true)
        .setClientAuth(own.getClientAuth())
        .setEnabledSecureTransportProtocols(own.getEnabledSecureTransportProtocols())
        .setSslHandshakeTimeout(own.getSslHandshakeTimeout())
        .setSslHandshakeTimeoutUnit(own.getSslHandshakeTimeoutUnit())
        .setKeyCertOptions(own.getKeyCertOptions())
        .setTrustOptions(own.getTrustOptions());
  }

  private static ServerSSLOptions options(TlsFiles files) {
    return new ServerSSLOptions()
        .setClientAuth(ClientAuth.REQUEST)
        .setEnabledSecureTransportProtocols(Set.of("TLSv1.2", "TLSv1.3"))
        .setSslHandshakeTimeout(HANDSHAKE_MAXIMUM.toMillis())
        .setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS)
        .setKeyCertOptions(
            new PemKeyCertOptions()
                .addCertValue(buffer(files.chain()))
                .addKeyValue(buffer(files.key())))
        .setTrustOptions(TrustOptions.wrap(new AnyClient()));
  }

  private static Buffer buffer(Payload payload) {
    return Buffer.buffer(payload.bytes());
  }

  /** The client's certificate, once its handshake is done; empty when it gave none. */
  public Optional<ClientCertificate> clientOf(SSLSession session) {
    return served.authority().of(session);
  }

  /** When the certificate that is served ends. */
  public Instant notAfter() {
    return served.notAfter();
  }

  /** What is wrong with the files that are there now; empty when they are served. */
  public String problem() {
    return problem;
  }

  /** Looks every 30 s from now on, until the answer is run. */
  public Runnable watch(Vertx vertx, Port port) {
    return watch(vertx, port, LOOK);
  }

  Runnable watch(Vertx vertx, Port port, Duration interval) {
    long timer =
        vertx.setPeriodic(
            interval.toMillis(), _ -> Thread.ofVirtual().name("tls").start(() -> look(port)));
    return () -> vertx.cancelTimer(timer);
  }

  private void look(Port port) {
    if (!looking.compareAndSet(false, true)) {
      return;
    }
    try {
      var files = TlsFiles.read(folder);
      if (!files.equals(served.files())) {
        var next = Served.of(files);
        port.serve(options(files)).await(SERVE_SECONDS, TimeUnit.SECONDS);
        served = next;
        log.atInfo().addKeyValue("notAfter", next.notAfter()).log("certificate replaced");
      }
      problem = "";
    } catch (Exception e) {
      // Waiting for the port throws what it failed with, checked or not.
      refuse(String.valueOf(e.getMessage()));
    } finally {
      looking.set(false);
    }
  }

  private void refuse(String why) {
    if (!why.equals(problem)) {
      log.atWarn()
          .addKeyValue("folder", folder)
          .addKeyValue("problem", why)
          .log("certificate not replaced: the one before is served on");
      problem = why;
    }
  }
}
