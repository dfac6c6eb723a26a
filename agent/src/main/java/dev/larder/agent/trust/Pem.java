package dev.larder.agent.trust;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;

/** Textual encodings of keys and certificates (RFC 7468). */
public final class Pem {
  private static final int LINE = 64;
  private static final String KEY = "PRIVATE KEY";

  private Pem() {}

  public static String write(String label, byte[] der) {
    var base64 =
        Base64.getMimeEncoder(LINE, "\n".getBytes(StandardCharsets.US_ASCII)).encodeToString(der);
    return "-----BEGIN " + label + "-----\n" + base64 + "\n-----END " + label + "-----\n";
  }

  public static String write(PrivateKey key) {
    return write(KEY, key.getEncoded());
  }

  public static String write(X509Certificate certificate) throws GeneralSecurityException {
    return write("CERTIFICATE", certificate.getEncoded());
  }

  /** Reads an EC key in PKCS#8. */
  public static PrivateKey key(String pem) throws GeneralSecurityException {
    var base64 = pem.replaceAll("-----(BEGIN|END) " + KEY + "-----", "").replaceAll("\\s", "");
    try {
      return KeyFactory.getInstance("EC")
          .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(base64)));
    } catch (IllegalArgumentException e) {
      throw new GeneralSecurityException("Not a PKCS#8 key in PEM", e);
    }
  }

  /** Reads one or more certificates; none is an error. */
  public static List<X509Certificate> certificates(String pem) throws GeneralSecurityException {
    var bytes = new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII));
    var found =
        CertificateFactory.getInstance("X.509").generateCertificates(bytes).stream()
            .map(X509Certificate.class::cast)
            .toList();
    if (found.isEmpty()) {
      throw new CertificateException("No certificate in the PEM text");
    }
    return found;
  }
}
