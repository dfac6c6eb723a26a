package dev.larder.cloud.mqtt;

import com.fasterxml.jackson.databind.JsonNode;
import dev.larder.cloud.authority.NodeCertificate;
import dev.larder.cloud.fleet.Inbox;
import dev.larder.cloud.fleet.NodeLink;
import dev.larder.cloud.fleet.Signals;
import dev.larder.cloud.refusal.Refusal;
import dev.larder.cloud.thread.Blocking;
import dev.larder.common.id.CacheNodeId;
import dev.larder.common.id.DeviceId;
import dev.larder.common.topic.DeviceboundEnvelope;
import dev.larder.common.topic.DirectMethod;
import io.netty.handler.codec.mqtt.MqttConnectReturnCode;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.TrustOptions;
import io.vertx.mqtt.MqttEndpoint;
import io.vertx.mqtt.MqttServer;
import io.vertx.mqtt.MqttServerOptions;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes the connections of the nodes' hubs, one a node; a node's newer one ends its older. */
public final class HubServer {
  private static final Logger log = LoggerFactory.getLogger(HubServer.class);

  /** A whole twin and its envelope in base64, with room. */
  private static final int LARGEST_MESSAGE_BYTES = 1 << 20;

  private static final int CONNECT_SECONDS = 30;
  private static final int MARGIN_MILLIS = 500;

  private final Vertx vertx;
  private final Blocking blocking;
  private final NodeLink link;
  private final Inbox inbox;
  private final Signals signals;
  private final ConcurrentHashMap<CacheNodeId, HubConnection> connections =
      new ConcurrentHashMap<>();

  public HubServer(Vertx vertx, Blocking blocking, NodeLink link, Inbox inbox, Signals signals) {
    this.vertx = vertx;
    this.blocking = blocking;
    this.link = link;
    this.inbox = inbox;
    this.signals = signals;
  }

  /** Starts to listen; a client needs a certificate of ours. */
  public Future<MqttServer> listen(
      String address, int port, KeyCertOptions key, TrustOptions trust) {
    var options = new MqttServerOptions();
    options.setHost(address);
    options.setPort(port);
    options.setSsl(true);
    options.setKeyCertOptions(key);
    options.setTrustOptions(trust);
    options.setClientAuth(ClientAuth.REQUIRED);
    options.setMaxMessageSize(LARGEST_MESSAGE_BYTES);
    options.setTimeoutOnConnect(CONNECT_SECONDS);
    return MqttServer.create(vertx, options)
        .endpointHandler(this::connect)
        .exceptionHandler(e ->
            log.atDebug().addKeyValue("reason", e.getMessage()).log("MQTT connection not made"))
        .listen();
  }

  /** Whether the node's hub is connected now. */
  public boolean isConnected(CacheNodeId node) {
    return connections.containsKey(node);
  }

  /** Asks a module or a leaf device of a node, and waits; not on an event loop. */
  public DirectMethod.Response call(
      CacheNodeId node, String target, String method, JsonNode payload, Duration patience) {
    try {
      return connection(node)
          .invoke(target, method, new DirectMethod.Request(patience, payload))
          .await(patience.toMillis() + MARGIN_MILLIS, TimeUnit.MILLISECONDS);
    } catch (TimeoutException _) {
      throw new Refusal(
          Refusal.Reason.LATE,
          (DeviceId.ofName(target).isPresent() ? "The " : "The module ")
              + target.replaceFirst("^" + DeviceId.PREFIX, "device ")
              + " did not answer within "
              + patience.toSeconds()
              + " s. It may still carry the method out; ask for its status, or wait longer with"
              + " responseTimeout.");
    }
  }

  /** Hands a message to a node's hub and waits until it keeps it; not on an event loop. */
  public void send(CacheNodeId node, DeviceId device, DeviceboundEnvelope message) {
    var patience = DeviceMessages.PATIENCE;
    try {
      connection(node)
          .send(device, message)
          .await(patience.toMillis() + MARGIN_MILLIS, TimeUnit.MILLISECONDS);
    } catch (TimeoutException _) {
      throw DeviceMessages.late("did not confirm within " + patience.toSeconds() + " s");
    }
  }

  private HubConnection connection(CacheNodeId node) {
    return Optional.ofNullable(connections.get(node))
        .orElseThrow(() ->
            new Refusal(
                Refusal.Reason.CONFLICT,
                "The node's hub is not connected to this cloud. Look at the node's state; try"
                    + " again when it is."));
  }

  private void connect(MqttEndpoint endpoint) {
    var shown = NodeCertificate.of(endpoint.sslSession());
    if (shown.isEmpty()) {
      endpoint.reject(MqttConnectReturnCode.CONNECTION_REFUSED_NOT_AUTHORIZED);
      return;
    }
    var certificate = shown.get();
    if (!endpoint.clientIdentifier().equals(certificate.node().toString())) {
      log.atWarn().addKeyValue("node", certificate.node()).log("client id is not the node's");
      endpoint.reject(MqttConnectReturnCode.CONNECTION_REFUSED_IDENTIFIER_REJECTED);
      return;
    }
    blocking
        .call(() -> link.authenticate(certificate))
        .onSuccess(_ -> accept(endpoint, certificate))
        .onFailure(failure -> refuse(endpoint, certificate, failure));
  }

  private void accept(MqttEndpoint endpoint, NodeCertificate certificate) {
    var node = certificate.node();
    var connection =
        new HubConnection(
            vertx, blocking, link, inbox, signals, endpoint, certificate, this::closed);
    var older = connections.put(node, connection);
    if (older != null) {
      older.close("a newer connection of the node");
    }
    if (connection.begin()) {
      log.atInfo().addKeyValue("node", node).log("hub connected");
    }
  }

  private void closed(HubConnection connection) {
    connections.remove(connection.node(), connection);
    log.atInfo().addKeyValue("node", connection.node()).log("hub disconnected");
  }

  private static void refuse(
      MqttEndpoint endpoint, NodeCertificate certificate, Throwable failure) {
    if (failure instanceof Refusal refusal) {
      log.atWarn()
          .addKeyValue("node", certificate.node())
          .addKeyValue("reason", refusal.detail())
          .log("hub refused");
      endpoint.reject(MqttConnectReturnCode.CONNECTION_REFUSED_NOT_AUTHORIZED);
    } else {
      log.atError().setCause(failure).log("hub cannot be looked up");
      endpoint.reject(MqttConnectReturnCode.CONNECTION_REFUSED_SERVER_UNAVAILABLE);
    }
  }
}
