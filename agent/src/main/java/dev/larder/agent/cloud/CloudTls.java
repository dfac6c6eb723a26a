package dev.larder.agent.cloud;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** TLS that trusts one authority only, and shows a certificate if the node has one. */
public final class CloudTls {
  private static final char[] IN_MEMORY = new char[0];

  private CloudTls() {}

  /** The node towards the cloud. */
  public record NodeCertificate(PrivateKey key, List<X509Certificate> chain) {
    public NodeCertificate {
      chain = List.copyOf(chain);
    }
  }

  public static SSLContext context(List<X509Certificate> trusted, Optional<NodeCertificate> node)
      throws GeneralSecurityException {
    var anchors = emptyStore();
    for (int i = 0; i < trusted.size(); i++) {
      anchors.setCertificateEntry("ca" + i, trusted.get(i));
    }
    var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(anchors);
    var context = SSLContext.getInstance("TLS");
    context.init(
        node.isPresent() ? keys(node.get()) : new KeyManager[0], trust.getTrustManagers(), null);
    return context;
  }

  private static KeyManager[] keys(NodeCertificate node) throws GeneralSecurityException {
    var store = emptyStore();
    store.setKeyEntry("node", node.key(), IN_MEMORY, node.chain().toArray(X509Certificate[]::new));
    var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, IN_MEMORY);
    return keys.getKeyManagers();
  }

  private static KeyStore emptyStore() throws GeneralSecurityException {
    var store = KeyStore.getInstance("PKCS12");
    try {
      store.load(null, null);
    } catch (IOException e) {
      throw new GeneralSecurityException("An empty key store cannot be made", e);
    }
    return store;
  }
}
