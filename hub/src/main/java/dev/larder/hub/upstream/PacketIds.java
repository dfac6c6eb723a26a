package dev.larder.hub.upstream;

import java.util.BitSet;

/** The packet ids of one connection, 1 to 65535, none in use twice. */
final class PacketIds {
  private static final int MOST = 65_535;

  private final BitSet used = new BitSet();
  private int last;

  /** The next free one, in a circle. There are always some: windows are far smaller. */
  int take() {
    int free = used.nextClearBit(last + 1);
    if (free > MOST) {
      free = used.nextClearBit(1);
    }
    used.set(free);
    last = free % MOST;
    return free;
  }

  /** Whether it was in use, which it no longer is. */
  boolean free(int packetId) {
    boolean was = used.get(packetId);
    used.clear(packetId);
    return was;
  }
}
