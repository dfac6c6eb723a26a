package dev.larder.common.trust;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * The key that a server serves with; TLS asks for it at each handshake, so that a new one needs no
 * restart. Java's own manager takes keys from a key store alone, and encrypting one for that and
 * back is a quarter of a second of every start.
 */
public final class ServerKeyManager extends X509ExtendedKeyManager {
  /** A pair's alias is its place: a handshake that has begun ends with the pair that it chose. */
  private final List<Pair> pairs = new CopyOnWriteArrayList<>();

  /**
   * A key and what certifies it.
   *
   * @param chain its own certificate first
   */
  public record Pair(PrivateKey key, List<X509Certificate> chain) {
    public Pair {
      chain = List.copyOf(chain);
    }

    public X509Certificate certificate() {
      return chain.getFirst();
    }
  }

  /** Serves with this one from the next handshake on. */
  public void add(Pair pair) {
    pairs.add(pair);
  }

  /** The one that is served; empty before the first. */
  public Optional<Pair> newest() {
    return pairs.isEmpty() ? Optional.empty() : Optional.of(pairs.getLast());
  }

  @Override
  public @Nullable String chooseEngineServerAlias(
      String keyType, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
    int newest = pairs.size() - 1;
    return newest >= 0 && pairs.get(newest).key().getAlgorithm().equals(keyType)
        ? Integer.toString(newest)
        : null;
  }

  @Override
  public @Nullable String chooseServerAlias(
      String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
    return chooseEngineServerAlias(keyType, issuers, null);
  }

  @Override
  public X509Certificate[] getCertificateChain(String alias) {
    return pairs.get(Integer.parseInt(alias)).chain().toArray(X509Certificate[]::new);
  }

  @Override
  public PrivateKey getPrivateKey(String alias) {
    return pairs.get(Integer.parseInt(alias)).key();
  }

  @Override
  public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
    var alias = chooseEngineServerAlias(keyType, issuers, null);
    return alias == null ? null : new String[] {alias};
  }

  @Override
  public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
    return null;
  }

  @Override
  public @Nullable String chooseClientAlias(
      String[] keyTypes, Principal @Nullable [] issuers, @Nullable Socket socket) {
    return null;
  }
}
