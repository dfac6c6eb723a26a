package dev.larder.cache.guard;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * Which addresses are of the public internet, by IANA's registries of special-purpose addresses
 * (RFC 6890). An address that carries an IPv4 address in it is judged by that too.
 */
public final class Addresses {
  private static final int V4_BYTES = 4;

  /** For IPv6 all that is not unicast of the internet (2000::/3). */
  private static final String NOT_GLOBAL = "a reserved address";

  private static final class Block {
    private final byte[] prefix;
    private final int bits;
    private final String kind;

    Block(byte[] prefix, int bits, String kind) {
      this.prefix = prefix;
      this.bits = bits;
      this.kind = kind;
    }

    boolean holds(byte[] address) {
      if (address.length != prefix.length) {
        return false;
      }
      int whole = bits / Byte.SIZE;
      int mask = 0xff00 >> (bits % Byte.SIZE) & 0xff;
      return Arrays.equals(address, 0, whole, prefix, 0, whole)
          && (mask == 0 || (address[whole] & mask) == (prefix[whole] & mask));
    }
  }

  private static final List<Block> BLOCKS =
      List.of(
          v4("00000000", 8, "the unspecified address"),
          v4("0a000000", 8, "a private address"),
          v4("64400000", 10, "an address behind a carrier's NAT"),
          v4("7f000000", 8, "a loopback address"),
          v4("a9fe0000", 16, "a link-local address"),
          v4("ac100000", 12, "a private address"),
          v4("c0000000", 24, NOT_GLOBAL),
          v4("c0000200", 24, "an address for documentation"),
          v4("c0586300", 24, NOT_GLOBAL),
          v4("c0a80000", 16, "a private address"),
          v4("c6120000", 15, "an address for benchmarks"),
          v4("c6336400", 24, "an address for documentation"),
          v4("cb007100", 24, "an address for documentation"),
          v4("e0000000", 4, "a multicast address"),
          v4("f0000000", 4, NOT_GLOBAL),
          v6("00000000000000000000000000000000", 128, "the unspecified address"),
          v6("00000000000000000000000000000001", 128, "a loopback address"),
          v6("fc000000000000000000000000000000", 7, "a private address"),
          v6("fe800000000000000000000000000000", 10, "a link-local address"),
          v6("fec00000000000000000000000000000", 10, "a private address"),
          v6("ff000000000000000000000000000000", 8, "a multicast address"),
          v6("20010000000000000000000000000000", 23, NOT_GLOBAL),
          v6("20010db8000000000000000000000000", 32, "an address for documentation"),
          v6("3fff0000000000000000000000000000", 20, "an address for documentation"));

  /** Ranges whose addresses carry an IPv4 address, and where in them it is. */
  private record Carrier(Block block, int at) {}

  private static final List<Carrier> CARRIERS =
      List.of(
          new Carrier(v6("00000000000000000000ffff00000000", 96, ""), 12),
          new Carrier(v6("0064ff9b000000000000000000000000", 96, ""), 12),
          new Carrier(v6("20020000000000000000000000000000", 16, ""), 2));

  private static final Block GLOBAL = v6("20000000000000000000000000000000", 3, "");

  private Addresses() {}

  private static Block v4(String prefix, int bits, String kind) {
    return new Block(HexFormat.of().parseHex(prefix), bits, kind);
  }

  private static Block v6(String prefix, int bits, String kind) {
    return v4(prefix, bits, kind);
  }

  /** What an address is, when it is not one of the public internet: {@code a private address}. */
  public static Optional<String> special(InetAddress address) {
    return special(address.getAddress());
  }

  private static Optional<String> special(byte[] address) {
    for (var carrier : CARRIERS) {
      if (carrier.block.holds(address)) {
        return special(Arrays.copyOfRange(address, carrier.at, carrier.at + V4_BYTES));
      }
    }
    var block = BLOCKS.stream().filter(each -> each.holds(address)).findFirst();
    if (block.isPresent()) {
      return Optional.of(block.get().kind);
    }
    return address.length == V4_BYTES || GLOBAL.holds(address)
        ? Optional.empty()
        : Optional.of(NOT_GLOBAL);
  }
}
