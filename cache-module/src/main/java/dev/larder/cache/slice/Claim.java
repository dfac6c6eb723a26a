package dev.larder.cache.slice;

import java.util.List;

/**
 * What a claim came to.
 *
 * @param fetches to be begun, each one request to the origin
 * @param evicted objects that had to go for them: their files are to be deleted
 * @param refused whether the drive has no room although all that may go went
 */
public record Claim(List<Fetch> fetches, List<Stored> evicted, boolean refused) {
  public Claim {
    fetches = List.copyOf(fetches);
    evicted = List.copyOf(evicted);
  }
}
