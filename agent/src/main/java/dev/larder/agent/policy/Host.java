package dev.larder.agent.policy;

import dev.larder.agent.node.NodeNames;
import java.util.List;
import java.util.Optional;

/**
 * What the policy has to know of the node itself.
 *
 * @param dataDir the node's folder on the host, which no module may have mounted
 * @param drives folders that the deploy command gave the node for content; modules may write them
 */
public record Host(NodeNames names, String dataDir, List<String> drives) {
  public Host {
    dataDir =
        HostPath.resolve(dataDir)
            .orElseThrow(() -> new IllegalArgumentException("The node's folder is not absolute"));
    drives = drives.stream().map(HostPath::resolve).flatMap(Optional::stream).toList();
  }
}
