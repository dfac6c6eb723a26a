package dev.larder.hub;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.larder.common.json.Json;
import dev.larder.hub.log.Log;
import dev.larder.hub.route.Settings;
import dev.larder.hub.twin.Twin;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which settings hold: the last good {@code $edgeHub} document, which the log keeps; before the
 * cloud has sent one, that of a file, or the defaults.
 */
final class HubSettings {
  private static final Logger log = LoggerFactory.getLogger(HubSettings.class);
  private static final String KEY = "settings";

  private final Log kept;
  private Settings settings;

  /** The last good document, as the log keeps it. */
  private record InForce(long version, ObjectNode desired) {}

  private HubSettings(Log kept, Settings settings) {
    this.kept = kept;
    this.settings = settings;
  }

  /**
   * The settings at the start.
   *
   * @param own {@code $edgeHub}'s twin: its newest document may have come, with problems, before
   *     the restart
   */
  static HubSettings read(Log kept, Optional<Path> file, Twin own) throws IOException {
    var settings = Settings.DEFAULT;
    var bytes = kept.state().get(KEY);
    if (bytes != null) {
      var inForce = Json.mapper().readValue(bytes, InForce.class);
      settings = settings.offered(inForce.version(), inForce.desired());
    } else if (file.isPresent()) {
      settings = settings.offered(0, Json.mapper().readTree(Files.readAllBytes(file.get())));
      if (!settings.problems().isEmpty()) {
        throw new IOException(
            "LARDER_EDGEHUB: " + file.get() + " has problems: " + settings.problems());
      }
    }
    boolean isNew = own.desiredVersion() != 0 && own.desiredVersion() != settings.goodVersion();
    return new HubSettings(
        kept, isNew ? settings.offered(own.desiredVersion(), own.desired()) : settings);
  }

  Settings now() {
    return settings;
  }

  /** Takes the cloud's document; whether it is in force from now on. */
  boolean offer(long version, ObjectNode desired) {
    settings = settings.offered(version, desired);
    if (!settings.isNewestInForce()) {
      log.atWarn()
          .addKeyValue("version", version)
          .addKeyValue("kept", settings.goodVersion())
          .addKeyValue("problems", settings.problems())
          .log("settings have problems");
      return false;
    }
    kept.put(KEY, Json.writeBytes(new InForce(version, desired)));
    log.atInfo()
        .addKeyValue("version", version)
        .addKeyValue("routes", settings.good().routes().size())
        .addKeyValue("problems", settings.problems())
        .log("settings applied");
    return true;
  }
}
