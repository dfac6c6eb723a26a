package dev.larder.cache.tls;

import io.netty.handler.ssl.OpenSsl;
import io.vertx.core.net.JdkSSLEngineOptions;
import io.vertx.core.net.OpenSSLEngineOptions;
import io.vertx.core.net.SSLEngineOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What encrypts: BoringSSL where its library loads, else the JDK. */
public final class TlsEngine {
  private static final Logger log = LoggerFactory.getLogger(TlsEngine.class);

  private TlsEngine() {}

  public static SSLEngineOptions options() {
    if (isNative()) {
      return new OpenSSLEngineOptions();
    }
    log.atWarn()
        .addKeyValue("cause", OpenSsl.unavailabilityCause())
        .log("BoringSSL does not load: TLS is the JDK's, and slower");
    return new JdkSSLEngineOptions();
  }

  static String name() {
    return isNative() ? "BoringSSL" : "JDK";
  }

  private static boolean isNative() {
    return OpenSSLEngineOptions.isAvailable() && OpenSSLEngineOptions.isAlpnAvailable();
  }
}
