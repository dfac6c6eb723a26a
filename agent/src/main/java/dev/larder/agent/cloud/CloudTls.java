package dev.larder.agent.cloud;

import dev.larder.agent.node.NodeFiles;
import dev.larder.agent.trust.NodePair;
import dev.larder.agent.trust.Pem;
import java.io.IOException;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
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

  /** That shows a node's certificate, and judges the cloud's by this clock. */
  public static SSLContext context(
      List<X509Certificate> trusted, NodePair node, InstantSource clock)
      throws GeneralSecurityException {
    return context(
        Optional.of(new NodeCertificate(node.key(), node.chain())),
        new TrustManager[] {new TimedTrust(anchors(trusted), clock)});
  }

  /** A node's own, with its certificate as it is on disk now. */
  public static SSLContext ofNode(NodeFiles files, InstantSource clock)
      throws IOException, GeneralSecurityException {
    return context(
        Pem.certificates(Files.readString(files.cloudCa())), NodePair.read(files), clock);
  }

  /** That judges by the system's clock. */
  public static SSLContext context(List<X509Certificate> trusted, Optional<NodeCertificate> node)
      throws GeneralSecurityException {
    var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(anchors(trusted));
    return context(node, trust.getTrustManagers());
  }

  private static SSLContext context(Optional<NodeCertificate> node, TrustManager[] trust)
      throws GeneralSecurityException {
    var context = SSLContext.getInstance("TLS");
    context.init(node.isPresent() ? keys(node.get()) : new KeyManager[0], trust, null);
    return context;
  }

  private static KeyStore anchors(List<X509Certificate> trusted) throws GeneralSecurityException {
    var anchors = emptyStore();
    for (int i = 0; i < trusted.size(); i++) {
      anchors.setCertificateEntry("ca" + i, trusted.get(i));
    }
    return anchors;
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
