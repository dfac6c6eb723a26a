package dev.larder.agent.create;

import dev.larder.agent.plan.Desired;
import dev.larder.agent.plan.DesiredModule;
import dev.larder.common.json.Json;
import dev.larder.common.manifest.AgentDesired;
import dev.larder.common.manifest.ImagePullPolicy;
import dev.larder.common.manifest.ModuleSpec;
import dev.larder.common.manifest.ModuleStatus;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The manifest as the planner takes it, and the hash by which a changed module is known. */
public final class Spec {
  /**
   * Raised when the agent makes containers otherwise from one manifest, which makes all of them
   * anew. An agent that only became newer touches no module.
   */
  private static final int FORM = 1;

  private Spec() {}

  public static Desired desired(AgentDesired manifest) {
    return new Desired(manifest.inStartOrder().stream().map(Spec::module).toList());
  }

  private static DesiredModule module(ModuleSpec spec) {
    return new DesiredModule(
        spec.id(),
        hash(spec),
        spec.image(),
        spec.status() == ModuleStatus.RUNNING,
        spec.restartPolicy(),
        spec.imagePullPolicy() == ImagePullPolicy.ON_CREATE,
        spec.startupOrder(),
        spec.update(),
        spec.dependsOn());
  }

  /**
   * SHA-256, in hexadecimal, over what a container is made from. Status, restart policy, start
   * order, pull policy, dependencies and how to update are the agent's to follow and make no
   * container anew.
   */
  public static String hash(ModuleSpec spec) {
    var document =
        Json.object().put("form", FORM).put("image", spec.image()).put("version", spec.version());
    document.set("createOptions", spec.createOptions());
    document.set("env", Json.mapper().valueToTree(spec.sortedEnv()));
    try {
      var digest = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(digest.digest(Json.writeBytes(Json.canonical(document))));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("The JDK has no SHA-256", e);
    }
  }
}
