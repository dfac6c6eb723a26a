package dev.larder.agent.workload;

import dev.larder.common.identity.ModuleIdentity;
import java.util.Map;

/** The variables by which IoT Edge's client libraries know that, and where, they run. */
public final class WorkloadEnvironment {
  private WorkloadEnvironment() {}

  /**
   * Name and value of each; no secret is among them.
   *
   * @param cloudHost what stands for IoT Hub's host name; clients name it in tokens and connect to
   *     the gateway
   */
  public static Map<String, String> of(ModuleIdentity identity, String cloudHost) {
    return Map.of(
        "IOTEDGE_WORKLOADURI",
        "unix://" + ModuleIdentity.MOUNT + "/" + ModuleIdentity.WORKLOAD,
        "IOTEDGE_APIVERSION",
        WorkloadApi.VERSION,
        "IOTEDGE_AUTHSCHEME",
        "sasToken",
        "IOTEDGE_DEVICEID",
        identity.cacheNodeId().toString(),
        "IOTEDGE_MODULEID",
        identity.moduleId().value(),
        "IOTEDGE_MODULEGENERATIONID",
        identity.generation(),
        "IOTEDGE_IOTHUBHOSTNAME",
        cloudHost,
        "IOTEDGE_GATEWAYHOSTNAME",
        identity.hubHost());
  }
}
