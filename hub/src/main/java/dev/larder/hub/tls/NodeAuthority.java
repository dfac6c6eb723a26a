package dev.larder.hub.tls;

import dev.larder.hub.identity.ClientCertificate;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/** The certificates that issue the node's own, and what a client's certificate says by them. */
final class NodeAuthority {
  /** Verifies nobody. */
  static final NodeAuthority NONE = new NodeAuthority(Optional.empty());

  private static final int CHAIN_MAXIMUM = 8;

  private final Optional<X509TrustManager> trust;

  private NodeAuthority(Optional<X509TrustManager> trust) {
    this.trust = trust;
  }

  /** Reads PEM certificates; at least one. */
  static NodeAuthority of(byte[] pem) throws IOException {
    try {
      var certificates =
          CertificateFactory.getInstance("X.509")
              .generateCertificates(new ByteArrayInputStream(pem));
      if (certificates.isEmpty()) {
        throw new IOException("it holds no PEM certificate");
      }
      var store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      for (var certificate : certificates) {
        store.setCertificateEntry("node" + store.size(), certificate);
      }
      var factory = TrustManagerFactory.getInstance("PKIX");
      factory.init(store);
      return new NodeAuthority(
          Arrays.stream(factory.getTrustManagers())
              .filter(X509TrustManager.class::isInstance)
              .map(X509TrustManager.class::cast)
              .findFirst());
    } catch (GeneralSecurityException e) {
      throw new IOException("it holds no PEM certificates: " + e.getMessage(), e);
    }
  }

  /** The client's certificate of a finished handshake; empty when it gave none. */
  Optional<ClientCertificate> of(SSLSession session) {
    try {
      var chain =
          Arrays.stream(session.getPeerCertificates())
              .filter(X509Certificate.class::isInstance)
              .map(X509Certificate.class::cast)
              .toList();
      return chain.isEmpty() ? Optional.empty() : Optional.of(facts(chain));
    } catch (SSLPeerUnverifiedException _) {
      return Optional.empty();
    }
  }

  private ClientCertificate facts(List<X509Certificate> chain) {
    var leaf = chain.getFirst();
    return new ClientCertificate(
        commonName(leaf),
        leaf.getNotBefore().toInstant(),
        leaf.getNotAfter().toInstant(),
        thumbprint("SHA-1", leaf),
        thumbprint("SHA-256", leaf),
        trust.isPresent() && isIssued(trust.get(), chain));
  }

  /** By PKIX (RFC 5280, 6), for clients, at the present time. */
  private static boolean isIssued(X509TrustManager trust, List<X509Certificate> chain) {
    if (chain.size() > CHAIN_MAXIMUM) {
      return false;
    }
    try {
      trust.checkClientTrusted(
          chain.toArray(X509Certificate[]::new), chain.getFirst().getPublicKey().getAlgorithm());
      return true;
    } catch (CertificateException | IllegalArgumentException _) {
      return false;
    }
  }

  private static String thumbprint(String algorithm, X509Certificate certificate) {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance(algorithm).digest(certificate.getEncoded()));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("The certificate has no " + algorithm + " thumbprint", e);
    }
  }

  /** Two names would let a reader choose, so that they count as none. */
  private static String commonName(X509Certificate certificate) {
    try {
      var names =
          new LdapName(certificate.getSubjectX500Principal().getName())
              .getRdns().stream().filter(rdn -> rdn.toAttributes().get("CN") != null).toList();
      return names.size() == 1
              && names.getFirst().size() == 1
              && names.getFirst().getValue() instanceof String name
          ? name
          : "";
    } catch (InvalidNameException _) {
      return "";
    }
  }
}
