package dev.larder.agent.engine;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.Map;

/** How far a pull has come, from the lines that the engine writes meanwhile. */
final class PullProgress {
  private static final int WHOLE = 100;

  private final Map<String, Long> done = new HashMap<>();
  private final Map<String, Long> total = new HashMap<>();

  void take(JsonNode line) {
    var layer = line.path("id").asText();
    var detail = line.path("progressDetail");
    if (line.path("status").asText().equals("Downloading") && detail.path("total").asLong() > 0) {
      done.put(layer, detail.path("current").asLong());
      total.put(layer, detail.path("total").asLong());
    } else if (line.path("status").asText().equals("Download complete")
        && total.containsKey(layer)) {
      done.put(layer, total.getOrDefault(layer, 0L));
    }
  }

  /** 0 to 100, of the layers known so far. */
  int percent() {
    long all = total.values().stream().mapToLong(Long::longValue).sum();
    long have = done.values().stream().mapToLong(Long::longValue).sum();
    return all == 0 ? 0 : (int) (have * WHOLE / all);
  }
}
