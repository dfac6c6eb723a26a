package dev.larder.hub;

import dev.larder.hub.health.HealthServer;
import dev.larder.hub.server.Listeners;
import dev.larder.hub.server.MethodRequests;
import io.vertx.core.Future;
import java.io.IOException;

/**
 * The ports that the hub came to listen on.
 *
 * @param open 0 where it was not asked for
 */
record Ports(int mqtt, int web, int open, int health) {
  /**
   * Listens on all of them, one after the other; that one is not free is an {@link IOException}
   * with the variable to name another in.
   */
  static Future<Ports> listen(
      HubConfig config, HealthServer health, Listeners listeners, MethodRequests methods) {
    return named(health.start(), "LARDER_HEALTH_PORT")
        .compose(healthPort ->
            named(listeners.web(config.webPort(), methods), "LARDER_WS_PORT")
                .compose(web ->
                    named(open(config, listeners), "LARDER_MQTT_OPEN")
                        .compose(open ->
                            named(listeners.mqtt(config.mqttPort()), "LARDER_MQTT_PORT")
                                .map(mqtt -> new Ports(mqtt, web, open, healthPort)))));
  }

  private static Future<Integer> open(HubConfig config, Listeners listeners) {
    return config.open().map(listeners::open).orElse(Future.succeededFuture(0));
  }

  private static Future<Integer> named(Future<Integer> listening, String variable) {
    return listening.recover(e ->
        Future.failedFuture(
            new IOException(
                "Cannot listen: " + e.getMessage() + "; name a free port in " + variable, e)));
  }
}
