package dev.larder.agent.front;

import dev.larder.agent.trust.Pem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/**
 * Whom a registry's certificate has to be of: the public authorities, and the engine's own for it.
 */
final class RegistryTrust {
  /** The engine's, for each registry a folder. */
  static final Path ENGINE_FOLDER = Path.of("/etc/docker/certs.d");

  private RegistryTrust() {}

  /**
   * TLS to a registry.
   *
   * @param host {@code host} or {@code host:port}, as the engine names the folder
   */
  static SSLContext context(Path folder, String host) throws IOException, GeneralSecurityException {
    var own = authorities(folder.resolve(host));
    var context = SSLContext.getInstance("TLS");
    context.init(null, trusting(own).getTrustManagers(), null);
    return context;
  }

  private static List<X509Certificate> authorities(Path folder)
      throws IOException, GeneralSecurityException {
    var found = new ArrayList<X509Certificate>();
    if (Files.isDirectory(folder)) {
      try (var files = Files.newDirectoryStream(folder, "*.crt")) {
        for (var file : files) {
          found.addAll(Pem.certificates(Files.readString(file)));
        }
      }
    }
    return found;
  }

  private static TrustManagerFactory trusting(List<X509Certificate> own)
      throws IOException, GeneralSecurityException {
    var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    // The runtime's.
    factory.init((KeyStore) null);
    if (own.isEmpty()) {
      return factory;
    }
    var all = KeyStore.getInstance("PKCS12");
    all.load(null, null);
    for (var manager : factory.getTrustManagers()) {
      if (manager instanceof X509TrustManager x509) {
        for (var authority : x509.getAcceptedIssuers()) {
          all.setCertificateEntry("public" + all.size(), authority);
        }
      }
    }
    for (var authority : own) {
      all.setCertificateEntry("own" + all.size(), authority);
    }
    var both = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    both.init(all);
    return both;
  }
}
