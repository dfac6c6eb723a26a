package dev.larder.cloud.render;

import dev.larder.cloud.configuration.NodeConfiguration;
import dev.larder.cloud.release.Release;
import dev.larder.common.schedule.Offer;
import java.util.List;
import java.util.Map;

/**
 * All that a node's manifest is made of, beside the layers.
 *
 * @param release that the node should run
 * @param offers every newer release
 */
public record NodeInput(
    NodeConfiguration configuration,
    Map<String, String> tags,
    Release release,
    List<Offer> offers) {
  public NodeInput {
    tags = Map.copyOf(tags);
    offers = List.copyOf(offers);
  }
}
