package dev.larder.cloud.cli;

import com.fasterxml.jackson.databind.JsonNode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** A direct method that the command line names, with what it is given. */
final class NamedMethod {
  @Option(
      names = {"--method-name", "--method"},
      required = true,
      description = "The method")
  private String name = "";

  @Option(
      names = {"--method-payload", "--payload"},
      defaultValue = "{}",
      description = "JSON for the method (default: ${DEFAULT-VALUE})")
  private String payload = "{}";

  @Mixin private ModuleMethod method = new ModuleMethod();

  /** As {@link ModuleMethod#invoke}. */
  JsonNode invoke(Cloud cloud, NodeNames names, String module) {
    return method.invoke(cloud, names, module, name, json());
  }

  /** As {@link ModuleMethod#invokeDevice}. */
  JsonNode invokeDevice(Cloud cloud, NodeNames names, String device) {
    return method.invokeDevice(cloud, names, device, name, json());
  }

  private JsonNode json() {
    return Shorthand.json("--payload", payload).orThrow();
  }
}
