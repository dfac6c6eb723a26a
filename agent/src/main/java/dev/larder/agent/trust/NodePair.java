package dev.larder.agent.trust;

import dev.larder.agent.node.NodeFiles;
import dev.larder.common.file.AtomicFile;
import dev.larder.common.trust.KeyMatch;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The node's key and certificate towards the cloud, which fit each other. Two files cannot change
 * in one instant: a new pair is first written to one file, which counts until both others are in
 * place.
 *
 * @param keyPem PKCS#8
 * @param certificatePem the node's own certificate first
 */
public record NodePair(String keyPem, String certificatePem) {
  private static final Logger log = LoggerFactory.getLogger(NodePair.class);
  private static final String END_OF_KEY = "-----END PRIVATE KEY-----\n";

  /** A reader that comes between the two files of a writer reads again. */
  private static final int READINGS = 5;

  /** A pair, if the two fit. */
  public NodePair {
    try {
      if (!KeyMatch.matches(Pem.key(keyPem), Pem.certificates(certificatePem).getFirst())) {
        throw new IllegalArgumentException("The node's certificate is for another key");
      }
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException(
          "The node's key or certificate cannot be read: " + e.getMessage(), e);
    }
  }

  /** Without the key. */
  @Override
  public String toString() {
    return "NodePair[" + certificate().getSubjectX500Principal() + "]";
  }

  public PrivateKey key() {
    try {
      return Pem.key(keyPem);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("A key that was read before cannot be read", e);
    }
  }

  public List<X509Certificate> chain() {
    try {
      return Pem.certificates(certificatePem);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("A certificate that was read before cannot be read", e);
    }
  }

  /** The node's own. */
  public X509Certificate certificate() {
    return chain().getFirst();
  }

  /** Reads the pair of an enrolled node; changes nothing. */
  public static NodePair read(NodeFiles files) throws IOException {
    for (int i = 1; ; i++) {
      try {
        return readOnce(files);
      } catch (NoSuchFileException | IllegalArgumentException e) {
        if (i == READINGS) {
          throw new IOException(
              files.nodeKey()
                  + " and "
                  + files.nodeCertificate()
                  + " cannot be used ("
                  + e.getMessage()
                  + "): run the node's deploy command again",
              e);
        }
      }
    }
  }

  private static NodePair readOnce(NodeFiles files) throws IOException {
    if (Files.exists(files.renewedPair())) {
      var both = Files.readString(files.renewedPair());
      int end = both.indexOf(END_OF_KEY) + END_OF_KEY.length();
      try {
        return new NodePair(both.substring(0, end), both.substring(end));
      } catch (IllegalArgumentException | IndexOutOfBoundsException _) {
        // A disk that lies about what it has written; the two files are of before.
      }
    }
    return new NodePair(
        Files.readString(files.nodeKey()), Files.readString(files.nodeCertificate()));
  }

  /**
   * Writes this pair over the one before. Whatever cuts it short, {@link #read} then finds one of
   * the two.
   *
   * @throws IOException when the one before counts still
   */
  public void write(NodeFiles files) throws IOException {
    write(files.renewedPair(), keyPem + certificatePem);
    settle(files);
  }

  /** Ends a writing that was cut short. What a full disk does not take is for the next time. */
  public static void settle(NodeFiles files) {
    if (!Files.exists(files.renewedPair())) {
      return;
    }
    try {
      var pair = readOnce(files);
      write(files.nodeKey(), pair.keyPem());
      write(files.nodeCertificate(), pair.certificatePem());
      Files.deleteIfExists(files.renewedPair());
    } catch (IOException | IllegalArgumentException e) {
      log.atWarn().addKeyValue("reason", e.getMessage()).log("renewed pair not put in place yet");
    }
  }

  private static void write(Path file, String text) throws IOException {
    AtomicFile.write(file, text.getBytes(StandardCharsets.UTF_8), NodeFiles.SECRET);
  }
}
