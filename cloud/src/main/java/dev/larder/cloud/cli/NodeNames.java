package dev.larder.cloud.cli;

import java.util.Arrays;
import java.util.stream.Stream;
import picocli.CommandLine.Option;

/** Which node a command is about. */
final class NodeNames {
  @Option(
      names = {"--resource-name", "--resource"},
      required = true,
      description = "The resource that owns the node")
  private String resource = "";

  @Option(
      names = {"--cache-node-name", "--node"},
      required = true,
      description = "The cache node")
  private String node = "";

  String resource() {
    return resource;
  }

  String node() {
    return node;
  }

  /** The node's address, or that of a thing below it. */
  String path(String... rest) {
    return CloudClient.path(
        Stream.concat(
                Stream.of(ResourceCommand.RESOURCES, resource, NodeCommand.NODES, node),
                Arrays.stream(rest))
            .toArray(String[]::new));
  }
}
