package dev.larder.hub.broker;

import dev.larder.common.id.CacheNodeId;
import dev.larder.common.id.ModuleId;
import dev.larder.common.json.Json;
import dev.larder.common.manifest.Route;
import dev.larder.common.topic.DirectMethod;
import dev.larder.common.topic.IotHubTopics;
import dev.larder.hub.message.Payload;
import dev.larder.hub.session.Input;
import dev.larder.hub.session.Login;
import dev.larder.hub.session.Reason;
import dev.larder.hub.session.Session;
import dev.larder.hub.twin.NodeTwins;
import io.netty.handler.codec.mqtt.MqttConnectReturnCode;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.mqtt.MqttEndpoint;
import io.vertx.mqtt.MqttServer;
import io.vertx.mqtt.MqttServerOptions;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The MQTT server of the node's modules. All connections live on one event loop, so nothing here
 * needs a lock.
 */
public final class Broker {
  private static final Logger log = LoggerFactory.getLogger(Broker.class);
  private static final int CONNECTIONS_MAXIMUM = 200;

  /** A payload of 256 KiB, its topic, and the header. */
  private static final int PACKET_MAXIMUM_BYTES = (256 << 10) + (16 << 10);

  private static final int CLIENT_ID_MAXIMUM = 128;
  private static final int CONNECT_TIMEOUT_SECONDS = 10;

  private final CacheNodeId node;
  private final Login login;
  private final Exchange exchange;
  private final TwinDesk twins;
  private final MethodDesk methods;
  private final InstantSource clock;
  private final MqttServer server;
  private final Map<ModuleId, Connection> connections = new HashMap<>();
  private boolean closing;

  /**
   * @param port 0 for any free one
   */
  public Broker(
      Vertx vertx,
      int port,
      Path certificate,
      Path key,
      CacheNodeId node,
      Login login,
      Exchange exchange,
      TwinDesk twins,
      MethodDesk methods,
      InstantSource clock) {
    this.node = node;
    this.login = login;
    this.exchange = exchange;
    this.twins = twins;
    this.methods = methods;
    this.clock = clock;
    var options = new MqttServerOptions();
    options
        .setPort(port)
        .setSsl(true)
        .setKeyCertOptions(
            new PemKeyCertOptions().setCertPath(certificate.toString()).setKeyPath(key.toString()))
        .setMaxMessageSize(PACKET_MAXIMUM_BYTES)
        .setMaxClientIdLength(CLIENT_ID_MAXIMUM)
        .setAutoClientId(false)
        .setTimeoutOnConnect(CONNECT_TIMEOUT_SECONDS)
        .setTcpNoDelay(true);
    server = MqttServer.create(vertx, options);
    server.endpointHandler(this::accept);
    server.exceptionHandler(
        e -> log.atInfo().addKeyValue("error", e.toString()).log("connection refused"));
  }

  /** Listens; the answer is the port. */
  public Future<Integer> start() {
    return server.listen().map(MqttServer::actualPort);
  }

  /** Who is connected. */
  public Set<ModuleId> connected() {
    return Set.copyOf(connections.keySet());
  }

  /** Tells the module whose input it is that its queue has grown. */
  public void wake(Route.Input queue) {
    var connection = connections.get(queue.module());
    if (connection != null) {
      connection.on(new Input.Wake(queue));
    }
  }

  /** Tells the module whose twin it is what is desired of it now. */
  public void desired(NodeTwins.DesiredChange change) {
    connections.forEach((module, connection) -> {
      if (module.value().equals(change.name())) {
        connection.on(
            new Input.Tell(
                IotHubTopics.desiredPatch(change.twin().desiredVersion()),
                Payload.of(Json.writeBytes(change.patch()))));
      }
    });
  }

  /** Asks a module to carry out a direct method; the answer comes to the desk. */
  public void invoke(
      String module, String method, DirectMethod.Request request, MethodDesk.Answer answer) {
    var topic = IotHubTopics.methodRequest(method, "0");
    var listening =
        connections.entrySet().stream()
            .filter(entry -> entry.getKey().value().equals(module))
            .filter(entry -> entry.getValue().listensTo(topic))
            .findFirst();
    if (listening.isEmpty()) {
      answer.refused(
          "The module "
              + module
              + " is not connected to its hub, or takes no methods. Look at the node's modules.");
      return;
    }
    var requestId = methods.await(listening.get().getKey(), request.responseTimeout(), answer);
    requestId.ifPresent(id ->
        listening
            .get()
            .getValue()
            .on(
                new Input.Tell(
                    IotHubTopics.methodRequest(method, id),
                    Payload.of(Json.writeBytes(request.payload())))));
  }

  private void accept(MqttEndpoint endpoint) {
    var module = authenticated(endpoint);
    boolean mqtt5 = endpoint.protocolVersion() >= Mqtt5.PROTOCOL_LEVEL;
    if (module.isEmpty()) {
      log.atWarn()
          .addKeyValue("clientId", endpoint.clientIdentifier())
          .addKeyValue("from", endpoint.remoteAddress())
          .log("login refused");
      endpoint.reject(
          mqtt5
              ? MqttConnectReturnCode.CONNECTION_REFUSED_BAD_USERNAME_OR_PASSWORD
              : MqttConnectReturnCode.CONNECTION_REFUSED_NOT_AUTHORIZED);
      return;
    }
    boolean takeover = connections.containsKey(module.get());
    if (closing || (!takeover && connections.size() >= CONNECTIONS_MAXIMUM)) {
      endpoint.reject(
          mqtt5
              ? MqttConnectReturnCode.CONNECTION_REFUSED_SERVER_UNAVAILABLE_5
              : MqttConnectReturnCode.CONNECTION_REFUSED_SERVER_UNAVAILABLE);
      return;
    }
    connect(module.get(), endpoint, mqtt5);
  }

  private Optional<ModuleId> authenticated(MqttEndpoint endpoint) {
    var auth = endpoint.auth();
    if (auth == null
        || auth.getUsername() == null
        || auth.getPassword() == null
        || endpoint.clientIdentifier() == null) {
      return Optional.empty();
    }
    return login.of(endpoint.clientIdentifier(), auth.getUsername(), auth.getPassword());
  }

  private void connect(ModuleId module, MqttEndpoint endpoint, boolean mqtt5) {
    var before = connections.remove(module);
    if (before != null) {
      before.close(Reason.SESSION_TAKEN_OVER);
    }
    int receiveMaximum = Mqtt5.receiveMaximum(endpoint.connectProperties());
    var session = new Session(node, module, mqtt5, receiveMaximum);
    var connection = new Connection(module, endpoint, session, exchange, twins, methods, clock);
    connections.put(module, connection);
    connection.start(() -> {
      if (connections.remove(module, connection)) {
        log.atInfo().addKeyValue("module", module).log("module disconnected");
      }
    });
    if (mqtt5) {
      endpoint.accept(false, Mqtt5.offer(PACKET_MAXIMUM_BYTES));
    } else {
      endpoint.accept(false);
    }
    log.atInfo()
        .addKeyValue("module", module)
        .addKeyValue("protocol", endpoint.protocolVersion())
        .log("module connected");
  }

  /** Stops listening and says goodbye to all. */
  public Future<Void> close() {
    closing = true;
    List.copyOf(connections.values()).forEach(c -> c.close(Reason.SERVER_SHUTTING_DOWN));
    return server.close();
  }
}
