package dev.larder.cache.traffic;

import dev.larder.common.traffic.TrafficMessage.Counts;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/** What was served since the module started, by content type. */
public final class Traffic {
  /** Where an administrator's layers name more content types than this, the rest count as one. */
  private static final int MOST_TYPES = 200;

  private static final String REST = "Other";

  private final Map<String, TypeTotals> byType = new ConcurrentHashMap<>();
  private final FirstBytes firstBytes = new FirstBytes();

  public TypeTotals of(String contentType) {
    var known = byType.get(contentType);
    if (known != null) {
      return known;
    }
    var type = byType.size() < MOST_TYPES ? contentType : REST;
    return byType.computeIfAbsent(type, _ -> new TypeTotals(firstBytes));
  }

  /** How long clients waited. */
  public FirstBytes firstBytes() {
    return firstBytes;
  }

  /** How many requests were answered so. */
  public long answers(Result result) {
    return byType.values().stream().mapToLong(each -> each.answers(result)).sum();
  }

  /** The totals by content type, in its order. */
  public Map<String, Counts> totals() {
    var totals = new TreeMap<String, Counts>();
    byType.forEach((type, each) -> totals.put(type, each.counts()));
    return totals;
  }

  public Counts total() {
    return totals().values().stream().reduce(Counts.NONE, Counts::plus);
  }
}
