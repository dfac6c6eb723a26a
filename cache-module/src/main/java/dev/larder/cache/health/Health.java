package dev.larder.cache.health;

import java.util.List;

/**
 * Whether the module serves.
 *
 * @param status {@code healthy}, or why not
 * @param details what is amiss although it serves
 */
public record Health(String status, List<String> details) {
  private static final String HEALTHY = "healthy";

  public Health {
    details = List.copyOf(details);
  }

  public static Health healthy(List<String> details) {
    return new Health(HEALTHY, details);
  }

  public static Health unhealthy(String reason) {
    return new Health(reason, List.of());
  }

  public boolean serves() {
    return status.equals(HEALTHY);
  }
}
