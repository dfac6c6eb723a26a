package dev.larder.system;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.larder.common.json.Json;
import java.util.List;
import java.util.Map;

/** A module of the cache's image, which holds a busybox, that does nothing for hours. */
final class IdleModule {
  static final List<String> ENTRYPOINT = List.of("/bin/busybox");
  static final List<String> COMMAND = List.of("sleep", "36000");

  /** The first process of a container heeds no other without a handler. */
  static final String STOP_SIGNAL = "SIGKILL";

  /** In the place of the image's own, which asks for a cache. */
  static final List<String> NO_CHECK = List.of("NONE");

  private IdleModule() {}

  /** The module's entry in {@code properties.desired.modules}. */
  static ObjectNode of(Images images) {
    var module =
        Json.object().put("type", "docker").put("status", "running").put("restartPolicy", "always");
    var options =
        Map.of(
            "Entrypoint", ENTRYPOINT,
            "Cmd", COMMAND,
            "StopSignal", STOP_SIGNAL,
            "Healthcheck", Map.of("Test", NO_CHECK));
    module
        .putObject("settings")
        .put("image", image(images))
        .put("createOptions", Json.write(options));
    return module;
  }

  static String image(Images images) {
    return images.reference("cache", "1.0.0");
  }
}
