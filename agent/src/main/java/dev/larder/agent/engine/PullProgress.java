package dev.larder.agent.engine;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.Map;

/**
 * How far a pull has come, from the lines that the engine writes meanwhile. Each layer counts by
 * its bytes, most for fetching and some for unpacking. One whose size is not known yet counts as
 * large as the mean of the others, so that a small first layer does not pass for the whole.
 */
final class PullProgress {
  static final int WHOLE = 100;

  /** The line is slower than the disk, as a rule. */
  private static final int FETCHING = 4;

  private static final int UNPACKING = 1;

  /** An image has 127 layers at most on an engine of overlay2. */
  private static final int LAYERS_LIMIT = 1024;

  private final Map<String, Layer> layers = new HashMap<>();
  private int percent;

  /**
   * A layer's bytes.
   *
   * @param size 0 while it is not known
   */
  private record Layer(long fetched, long unpacked, long size) {
    static final Layer NEW = new Layer(0, 0, 0);

    Layer fetching(long current, long total) {
      return new Layer(Math.max(fetched, current), unpacked, Math.max(size, total));
    }

    Layer allFetched() {
      return new Layer(size, unpacked, size);
    }

    Layer unpacking(long current, long total) {
      long now = Math.max(size, total);
      return new Layer(now, Math.max(unpacked, current), now);
    }

    Layer done() {
      return new Layer(size, size, size);
    }
  }

  void take(JsonNode line) {
    var id = line.path("id").asText();
    var layer = layers.getOrDefault(id, Layer.NEW);
    var detail = line.path("progressDetail");
    long current = Math.max(0, detail.path("current").asLong());
    long total = Math.max(0, detail.path("total").asLong());
    switch (line.path("status").asText()) {
      case "Pulling fs layer", "Waiting" -> put(id, layer);
      case "Downloading" -> put(id, layer.fetching(current, total));
      case "Verifying Checksum", "Download complete" -> put(id, layer.allFetched());
      case "Extracting" -> put(id, layer.unpacking(current, total));
      case "Pull complete" -> done(id, layer);
      case "Already exists" -> layers.remove(id);
      default -> {}
    }
    percent = Math.max(percent, now());
  }

  /** One that came too fast for its size to be told counts nothing. */
  private void done(String id, Layer layer) {
    if (layer.size() == 0) {
      layers.remove(id);
    } else {
      put(id, layer.done());
    }
  }

  private void put(String id, Layer layer) {
    if (layers.size() < LAYERS_LIMIT || layers.containsKey(id)) {
      layers.put(id, layer);
    }
  }

  /** 0 to 99, never less than before: only the end of the answer says that the image is there. */
  int percent() {
    return percent;
  }

  private int now() {
    double known = 0;
    double done = 0;
    int sized = 0;
    for (var layer : layers.values()) {
      known += layer.size();
      done +=
          (double) FETCHING * Math.min(layer.fetched(), layer.size())
              + (double) UNPACKING * Math.min(layer.unpacked(), layer.size());
      sized += layer.size() > 0 ? 1 : 0;
    }
    if (sized == 0) {
      return 0;
    }
    double all = known * layers.size() / sized;
    return Math.min(WHOLE - 1, (int) (done / (FETCHING + UNPACKING) * WHOLE / all));
  }
}
