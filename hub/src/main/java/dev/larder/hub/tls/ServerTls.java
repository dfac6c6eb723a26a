package dev.larder.hub.tls;

import dev.larder.common.trust.ServerKeyManager;
import dev.larder.hub.identity.ClientCertificate;
import io.netty.handler.ssl.SslHandler;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSession;
import javax.net.ssl.TrustManager;
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
  private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};
  private static final Duration HANDSHAKE_MAXIMUM = Duration.ofSeconds(10);

  private final Path folder;
  private final AtomicBoolean looking = new AtomicBoolean();
  private volatile Served served;
  private volatile String problem = "";

  private record Served(
      TlsFiles files, NodeAuthority authority, Instant notAfter, SSLContext context) {
    static Served of(TlsFiles files) throws IOException {
      var authority = files.authority();
      var pair = files.serverPair();
      return new Served(
          files, authority, pair.certificate().getNotAfter().toInstant(), context(pair));
    }

    /** Of Java's own; Netty's would read all public authorities first, which no one asks about. */
    private static SSLContext context(ServerKeyManager.Pair pair) throws IOException {
      var keys = new ServerKeyManager();
      keys.add(pair);
      try {
        var context = SSLContext.getInstance("TLS");
        context.init(new KeyManager[] {keys}, new TrustManager[] {new AnyClient()}, null);
        return context;
      } catch (GeneralSecurityException e) {
        throw new IOException("This Java has no TLS: " + e.getMessage(), e);
      }
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

  /** For one connection, with what is served now; gives it up when its handshake takes 10 s. */
  public SslHandler handler() {
    var engine = served.context().createSSLEngine();
    engine.setUseClientMode(false);
    engine.setWantClientAuth(true);
    engine.setEnabledProtocols(PROTOCOLS.clone());
    var handler = new SslHandler(engine);
    handler.setHandshakeTimeoutMillis(HANDSHAKE_MAXIMUM.toMillis());
    return handler;
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
  public Runnable watch(Vertx vertx) {
    return watch(vertx, LOOK);
  }

  Runnable watch(Vertx vertx, Duration interval) {
    long timer =
        vertx.setPeriodic(
            interval.toMillis(), _ -> Thread.ofVirtual().name("tls").start(this::look));
    return () -> vertx.cancelTimer(timer);
  }

  private void look() {
    if (!looking.compareAndSet(false, true)) {
      return;
    }
    try {
      var files = TlsFiles.read(folder);
      if (!files.equals(served.files())) {
        served = Served.of(files);
        log.atInfo().addKeyValue("notAfter", served.notAfter()).log("certificate replaced");
      }
      problem = "";
    } catch (IOException e) {
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
