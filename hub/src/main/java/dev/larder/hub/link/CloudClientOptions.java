package dev.larder.hub.link;

import dev.larder.common.id.CacheNodeId;
import dev.larder.common.identity.ModuleIdentity;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.mqtt.MqttClientOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** How the hub connects to the cloud: mutual TLS with the files as they are now. */
final class CloudClientOptions {
  private static final Duration KEEP_ALIVE = Duration.ofSeconds(30);
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

  /** A desired document of 256 KiB, what it is wrapped in, and room. */
  private static final int PACKET_MAXIMUM_BYTES = 1 << 20;

  /** More than any window and every twin's report: the bound is kept by the uplink. */
  private static final int IN_FLIGHT_MAXIMUM = 60_000;

  private CloudClientOptions() {}

  static MqttClientOptions read(Path identity, CacheNodeId node) throws IOException {
    var options = new MqttClientOptions();
    options
        .setClientId(node.toString())
        .setCleanSession(true)
        .setAutoAck(false)
        .setKeepAliveInterval((int) KEEP_ALIVE.toSeconds())
        .setMaxInflightQueue(IN_FLIGHT_MAXIMUM)
        .setMaxMessageSize(PACKET_MAXIMUM_BYTES)
        .setSsl(true)
        .setHostnameVerificationAlgorithm("HTTPS")
        .setKeyCertOptions(
            new PemKeyCertOptions()
                .addCertValue(file(identity, ModuleIdentity.NODE_CERTIFICATE))
                .addKeyValue(file(identity, ModuleIdentity.NODE_KEY)))
        .setTrustOptions(
            new PemTrustOptions().addCertValue(file(identity, ModuleIdentity.CLOUD_CA)));
    options.setConnectTimeout((int) CONNECT_TIMEOUT.toMillis());
    options.setTcpNoDelay(true);
    return options;
  }

  private static Buffer file(Path identity, String name) throws IOException {
    return Buffer.buffer(Files.readAllBytes(identity.resolve(name)));
  }
}
