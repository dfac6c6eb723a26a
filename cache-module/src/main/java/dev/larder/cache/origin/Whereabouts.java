package dev.larder.cache.origin;

import dev.larder.cache.catalogue.Upstream;
import dev.larder.cache.guard.Addresses;
import dev.larder.cache.origin.OriginException.Kind;
import io.netty.util.NetUtil;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.internal.resolver.NameResolver;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Where an origin may be connected to. A name is resolved once, each address it has is checked, and
 * those that pass are what is connected to: a name that resolves to another address the next moment
 * gains nothing.
 */
final class Whereabouts {
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final int MOST_ADDRESSES = 3;

  private final NameResolver resolver;

  Whereabouts(Vertx vertx) {
    this.resolver = ((VertxInternal) vertx).nameResolver();
  }

  /** The addresses to try, the first first; at least one. */
  List<InetAddress> of(Upstream upstream) throws OriginException {
    var found = resolve(bare(upstream.host()));
    var allowed = found.stream().filter(address -> mayConnect(upstream, address)).toList();
    if (allowed.isEmpty()) {
      throw refusal(upstream, found.getFirst());
    }
    return allowed.subList(0, Math.min(MOST_ADDRESSES, allowed.size()));
  }

  /** A proxy or a parent resolves names itself; an address that is written out is checked here. */
  static void checkWritten(Upstream upstream) throws OriginException {
    var bytes = NetUtil.createInetAddressFromIpAddressString(bare(upstream.host()));
    if (bytes != null && !mayConnect(upstream, bytes)) {
      throw refusal(upstream, bytes);
    }
  }

  private static boolean mayConnect(Upstream upstream, InetAddress address) {
    return upstream.mayBePrivate() || Addresses.special(address).isEmpty();
  }

  private static OriginException refusal(Upstream upstream, InetAddress address) {
    return new OriginException(
        upstream.authority()
            + " is at "
            + address.getHostAddress()
            + ", "
            + Addresses.special(address).orElse("an address")
            + ", which the cache does not connect to. If that is where it should be, an"
            + " administrator can allow it: add it to the node's extra origins with"
            + " \"allowPrivateAddress\": true.",
        Kind.SETTLED);
  }

  private static String bare(String host) {
    return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
  }

  private List<InetAddress> resolve(String host) throws OriginException {
    List<InetAddress> found;
    try {
      found =
          resolver.resolveAll(host).await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS).stream()
              .map(InetSocketAddress::getAddress)
              .flatMap(address -> Optional.ofNullable(address).stream())
              .toList();
    } catch (TimeoutException _) {
      throw new OriginException("DNS did not answer for " + host + " in time.", Kind.TIMEOUT);
    } catch (Exception e) {
      throw new OriginException(
          "DNS has no address for " + host + ": " + e.getMessage(), Kind.BROKEN);
    }
    if (found.isEmpty()) {
      throw new OriginException(host + " has no address.", Kind.BROKEN);
    }
    return found;
  }
}
