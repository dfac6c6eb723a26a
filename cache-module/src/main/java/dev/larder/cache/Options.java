package dev.larder.cache;

import dev.larder.common.identity.ModuleIdentity;
import java.nio.file.Path;
import java.util.Map;

/**
 * How the module is run: in its container as the defaults say, by hand as the environment says.
 *
 * @param identity the folder that the agent mounts
 * @param data where the last good desired properties are kept
 * @param tls the folder of an installed certificate
 * @param summaryAddress what the summary's server listens on
 */
public record Options(
    Path identity,
    Path data,
    Path tls,
    int httpPort,
    int httpsPort,
    String summaryAddress,
    int summaryPort,
    int healthPort,
    int eventLoops) {
  static final String LOOPBACK = "127.0.0.1";
  private static final int HTTP = 8_080;
  private static final int HTTPS = 8_443;
  private static final int SUMMARY = 5_000;
  private static final int HEALTH = 9_600;

  /** Reads {@code LARDER_…} variables. */
  static Options of(Map<String, String> environment, int processors) {
    var data = Path.of(environment.getOrDefault("LARDER_DATA", "/data"));
    var tls = environment.get("LARDER_TLS_DIR");
    return new Options(
        Path.of(environment.getOrDefault("LARDER_IDENTITY", ModuleIdentity.MOUNT)),
        data,
        tls == null ? data.resolve("tls") : Path.of(tls),
        number(environment, "LARDER_HTTP_PORT", HTTP),
        number(environment, "LARDER_HTTPS_PORT", HTTPS),
        environment.getOrDefault("LARDER_SUMMARY_ADDRESS", LOOPBACK),
        number(environment, "LARDER_SUMMARY_PORT", SUMMARY),
        number(environment, "LARDER_HEALTH_PORT", HEALTH),
        processors);
  }

  private static int number(Map<String, String> environment, String name, int otherwise) {
    var text = environment.get(name);
    try {
      return text == null ? otherwise : Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(name + " is to be a port number: " + text, e);
    }
  }
}
