package dev.larder.cache.slice;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.Predicate;

/**
 * A day of an office on a small scale: objects asked for by Zipf's law, and now and then an update
 * that passes by once, larger than the drive. Plays it to the cache's order of eviction and, beside
 * it, to LRU. Run its main for the table.
 */
final class EvictionTrace {
  private static final long MIB = 1L << 20;
  private static final int OBJECTS = 20_000;
  private static final int REQUESTS = 400_000;
  private static final double SKEW = 0.9;

  /** One request for a whole object; of those that pass by once nobody hopes for a hit. */
  record Request(long key, long bytes, boolean isScan) {}

  /** Share of hits, 0 to 1, of all requests and bytes, and of those by Zipf's law alone. */
  record Ratios(double requests, double bytes, double zipfRequests, double zipfBytes) {}

  private EvictionTrace() {}

  /** Makes a trace: {@code scanEvery} requests an update of {@code scanBytes} passes by. */
  static List<Request> trace(long seed, int scanEvery, long scanBytes) {
    var random = new Random(seed);
    var sizes = new long[OBJECTS];
    var cumulated = new double[OBJECTS];
    double sum = 0;
    for (int i = 0; i < OBJECTS; i++) {
      sizes[i] = 4_096 * (long) Math.exp(random.nextDouble() * Math.log(64 * MIB / 4_096.0));
      sum += 1 / Math.pow(i + 1, SKEW);
      cumulated[i] = sum;
    }
    var trace = new ArrayList<Request>();
    long scans = OBJECTS;
    for (int i = 0; i < REQUESTS; i++) {
      int at = Arrays.binarySearch(cumulated, random.nextDouble() * sum);
      int object = at < 0 ? -at - 1 : at;
      trace.add(new Request(object, sizes[object], false));
      if (scanEvery > 0 && i % scanEvery == scanEvery - 1) {
        for (long sent = 0; sent < scanBytes; sent += 32 * MIB) {
          trace.add(new Request(scans++, 32 * MIB, true));
        }
      }
    }
    return trace;
  }

  static Ratios lru(List<Request> trace, long driveBytes) {
    var kept = new LinkedHashMap<Long, Long>(16, 0.75f, true);
    var used = new long[1];
    return play(
        trace,
        request -> {
          if (kept.get(request.key()) != null) {
            return true;
          }
          long charge = request.bytes() + EvictionOrder.OBJECT_BYTES;
          var eldest = kept.values().iterator();
          while (used[0] + charge > driveBytes) {
            used[0] -= eldest.next();
            eldest.remove();
          }
          kept.put(request.key(), charge);
          used[0] += charge;
          return false;
        });
  }

  static Ratios ours(List<Request> trace, long driveBytes) {
    var space = new DriveSpace(driveBytes);
    return play(
        trace,
        request -> {
          var key = KeyHash.of("/o" + request.key());
          int row = space.find(key);
          if (row != ObjectTable.NONE) {
            space.use(row);
            space.takePending();
            return true;
          }
          while (space.freeBytes() < request.bytes() + EvictionOrder.OBJECT_BYTES) {
            space.remove(space.victim());
          }
          space.add(key, request.key(), request.bytes());
          space.takePending();
          return false;
        });
  }

  private static Ratios play(List<Request> trace, Predicate<Request> isHit) {
    var all = new long[2];
    var hits = new long[2];
    var zipf = new long[2];
    for (var request : trace) {
      boolean hit = isHit.test(request);
      all[0]++;
      all[1] += request.bytes();
      if (!request.isScan()) {
        zipf[0]++;
        zipf[1] += request.bytes();
      }
      if (hit) {
        hits[0]++;
        hits[1] += request.bytes();
      }
    }
    return new Ratios(
        ratio(hits[0], all[0]),
        ratio(hits[1], all[1]),
        ratio(hits[0], zipf[0]),
        ratio(hits[1], zipf[1]));
  }

  private static double ratio(long part, long whole) {
    return (double) part / whole;
  }

  /** Prints the table. */
  public static void main(String[] arguments) {
    System.out.println(
        "Zipf 0.9 over 20,000 objects of 4 KiB to 64 MiB; percent of hits, requests / bytes");
    System.out.printf(
        Locale.ROOT, "%-34s %-9s %17s %17s%n", "scans", "drive GiB", "S3-FIFO", "LRU");
    int[] everies = {0, 20_000, 5_000};
    long[] drives = {2_048 * MIB, 8_192 * MIB, 24_576 * MIB};
    for (int every : everies) {
      for (long drive : drives) {
        var trace = trace(1, every, 2 * drive);
        var name = every == 0 ? "none" : "2 x the drive, every " + every + " requests";
        System.out.printf(
            Locale.ROOT,
            "%-34s %-9d %17s %17s%n",
            name,
            drive / (1_024 * MIB),
            text(ours(trace, drive)),
            text(lru(trace, drive)));
      }
    }
  }

  private static String text(Ratios ratios) {
    return String.format(
        Locale.ROOT, "%.1f / %.1f", 100 * ratios.zipfRequests(), 100 * ratios.zipfBytes());
  }
}
