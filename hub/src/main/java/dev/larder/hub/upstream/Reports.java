package dev.larder.hub.upstream;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntSupplier;

/**
 * Which reported documents the cloud lacks. Of each twin only the latest version matters, and one
 * is in flight at a time. A new connection sends all of them once more: the cloud keeps the highest
 * version, and one that lost its own state gets it back.
 */
final class Reports {
  /** A twin's document to send under a packet id. */
  record Sending(int packetId, String twin) {}

  private record Flight(String twin, long version) {}

  private final Map<String, Long> latest = new TreeMap<>();
  private final Map<String, Long> acknowledged = new HashMap<>();
  private final Map<Integer, Flight> flights = new HashMap<>();

  void changed(String twin, long version) {
    latest.merge(twin, version, Math::max);
  }

  void lost() {
    flights.clear();
    acknowledged.clear();
  }

  /** What to send now. */
  List<Sending> due(IntSupplier packetIds) {
    var sendings = new ArrayList<Sending>();
    latest.forEach((twin, version) -> {
      boolean flying = flights.values().stream().anyMatch(f -> f.twin().equals(twin));
      if (!flying && version > acknowledged.getOrDefault(twin, 0L)) {
        int packetId = packetIds.getAsInt();
        flights.put(packetId, new Flight(twin, version));
        sendings.add(new Sending(packetId, twin));
      }
    });
    return sendings;
  }

  /** Whether the packet id was of a report. */
  boolean acknowledged(int packetId) {
    var flight = flights.remove(packetId);
    if (flight == null) {
      return false;
    }
    acknowledged.put(flight.twin(), flight.version());
    return true;
  }

  int inFlight() {
    return flights.size();
  }
}
