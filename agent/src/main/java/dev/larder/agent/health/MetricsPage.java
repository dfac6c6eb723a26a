package dev.larder.agent.health;

import dev.larder.agent.metrics.Exposition;
import dev.larder.agent.metrics.Tally;
import dev.larder.agent.node.NodeConfig;
import java.time.InstantSource;
import java.util.Map;
import java.util.UUID;

/** What Prometheus is shown, under the labels that IoT Edge's metrics have. */
public final class MetricsPage {
  private final Map<String, String> labels;
  private final Tally tally;
  private final HostFigures host;
  private final InstantSource clock;

  /** The page of an agent that was started just now. */
  public MetricsPage(NodeConfig config, Tally tally, HostFigures host, InstantSource clock) {
    this.labels =
        Map.of(
            "iothub", config.mqtt().host(),
            "edge_device", config.cacheNodeId().toString(),
            "instance_number", UUID.randomUUID().toString());
    this.tally = tally;
    this.host = host;
    this.clock = clock;
  }

  /** All of it, as it is now. */
  public String text() {
    var out = new Exposition(labels);
    tally.write(out, clock.instant());
    host.write(out);
    return out.text();
  }
}
