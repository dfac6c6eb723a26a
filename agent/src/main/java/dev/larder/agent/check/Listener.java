package dev.larder.agent.check;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A TCP port of the host on which some program listens.
 *
 * @param address IPv4; {@link #ANY} for all; other IPv6 addresses as the kernel writes them
 */
public record Listener(String address, int port) {
  static final String ANY = "0.0.0.0";

  private static final String LISTENING = "0A";
  private static final int HEX = 16;
  private static final int V4_DIGITS = 8;
  private static final Pattern LINE =
      Pattern.compile("\\s*\\d+: ([0-9A-F]{8}|[0-9A-F]{32}):([0-9A-F]{4}) \\S+ ([0-9A-F]{2}) .*");

  /**
   * Reads {@code /proc/net/tcp} and {@code /proc/net/tcp6} (proc(5)), one after the other. Lines of
   * any other form are passed over.
   */
  public static List<Listener> read(String text) {
    var found = new ArrayList<Listener>();
    text.lines()
        .map(LINE::matcher)
        .filter(line -> line.matches() && line.group(3).equals(LISTENING))
        .forEach(line ->
            found.add(new Listener(address(line.group(1)), Integer.parseInt(line.group(2), HEX))));
    return found;
  }

  /** Four bytes, the last first, as little-endian machines write them. */
  private static String address(String hex) {
    if (hex.chars().allMatch(digit -> digit == '0')) {
      return ANY;
    }
    if (hex.length() != V4_DIGITS) {
      return hex;
    }
    int bits = Integer.parseUnsignedInt(hex, HEX);
    return (bits & 0xff)
        + "."
        + (bits >> 8 & 0xff)
        + "."
        + (bits >> 16 & 0xff)
        + "."
        + (bits >> 24 & 0xff);
  }
}
