package dev.larder.cloud.deploy;

import dev.larder.cloud.configuration.NodeConfiguration;
import dev.larder.common.id.CacheNodeId;
import dev.larder.common.id.CustomerId;
import java.util.StringJoiner;
import java.util.stream.Collectors;

/**
 * All that a node's machine is told to become the node. Both keys are secrets.
 *
 * @param cloudUrl where the node finds this cloud
 */
public record DeployCommand(
    CustomerId customerId,
    CacheNodeId cacheNodeId,
    String customerKey,
    String registrationKey,
    String cloudUrl,
    NodeConfiguration configuration) {
  /** The command, to be run in the folder of the unpacked bundle. Every value is free of quotes. */
  public String text() {
    var command = new StringJoiner(" ").add("sudo ./deploy.sh");
    command.add(parameter("customerid", customerId.toString()));
    command.add(parameter("cachenodeid", cacheNodeId.toString()));
    command.add(parameter("customerkey", customerKey));
    command.add(parameter("registrationkey", registrationKey));
    command.add(
        parameter(
            "drivepathandsizeingb",
            configuration.cacheDrives().stream()
                .map(drive -> drive.physicalPath() + "," + drive.sizeInGb().toPlainString())
                .collect(Collectors.joining(","))));
    command.add(parameter("cloudurl", cloudUrl));
    configuration
        .usedProxy()
        .ifPresent(proxy ->
            command
                .add(parameter("shoulduseproxy", "true"))
                .add(parameter("proxyurl", "http://" + proxy.host() + ":" + proxy.port())));
    return command.toString();
  }

  private static String parameter(String name, String value) {
    return name + "=\"" + value + "\"";
  }

  @Override
  public String toString() {
    return "DeployCommand[" + cacheNodeId + "]";
  }
}
