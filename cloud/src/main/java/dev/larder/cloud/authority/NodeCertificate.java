package dev.larder.cloud.authority;

import dev.larder.common.id.CacheNodeId;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import java.util.Optional;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * The client certificate of a connection, which TLS has checked to be ours. Whether the node still
 * exists and this is its newest is for the fleet to say.
 *
 * @param hash SHA-256 of the certificate, in hex
 */
public record NodeCertificate(CacheNodeId node, String hash) {
  /** Empty when the client showed none, or one that names no node. */
  public static Optional<NodeCertificate> of(@Nullable SSLSession session) {
    if (session == null) {
      return Optional.empty();
    }
    try {
      return session.getPeerCertificates()[0] instanceof X509Certificate certificate
          ? of(certificate)
          : Optional.empty();
    } catch (SSLPeerUnverifiedException _) {
      return Optional.empty();
    }
  }

  private static Optional<NodeCertificate> of(X509Certificate certificate) {
    try {
      var subject = new LdapName(certificate.getSubjectX500Principal().getName());
      return subject.getRdns().stream()
          .filter(part -> part.getType().equalsIgnoreCase("CN"))
          .findFirst()
          .map(part ->
              new NodeCertificate(
                  CacheNodeId.of(String.valueOf(part.getValue())), hash(certificate)));
    } catch (InvalidNameException | IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  /** SHA-256 of the certificate's DER, in hex. */
  public static String hash(Certificate certificate) {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded()));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("A certificate cannot be hashed", e);
    }
  }
}
