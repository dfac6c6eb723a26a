package dev.larder.hub.link;

import dev.larder.common.id.CacheNodeId;
import dev.larder.common.identity.ModuleIdentity.Endpoint;
import dev.larder.common.json.Json;
import dev.larder.common.manifest.Route;
import dev.larder.common.topic.DirectMethod;
import dev.larder.common.topic.NodeTopics;
import dev.larder.common.topic.TelemetryEnvelope;
import dev.larder.hub.broker.Broker;
import dev.larder.hub.broker.MethodDesk;
import dev.larder.hub.broker.TwinDesk;
import dev.larder.hub.message.Payload;
import dev.larder.hub.message.Stored;
import dev.larder.hub.store.Store;
import dev.larder.hub.upstream.Backoff;
import dev.larder.hub.upstream.Uplink;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.mqtt.MqttClient;
import io.vertx.mqtt.messages.MqttPublishMessage;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the node's one connection to the cloud and carries out what the {@link Uplink} decides. On
 * the event loop alone.
 */
public final class CloudLink {
  private static final Logger log = LoggerFactory.getLogger(CloudLink.class);
  private static final Duration CONNECT_PATIENCE = Duration.ofSeconds(20);
  private static final Duration TICK = Duration.ofSeconds(5);
  private static final int WINDOW = 64;
  private static final Route.Sink SINK = new Route.Upstream();

  private final Vertx vertx;
  private final Endpoint cloud;
  private final Path identity;
  private final CacheNodeId node;
  private final Store store;
  private final TwinDesk twins;
  private final Broker modules;
  private final InstantSource clock;
  private final RandomGenerator random;
  private final Backoff backoff = new Backoff();
  private final Uplink uplink = new Uplink(WINDOW);
  private Optional<MqttClient> client = Optional.empty();
  private boolean connected;
  private boolean closing;

  /**
   * @param identity the folder with the node's certificate and the cloud's authority, read anew for
   *     each connection
   * @param random spreads the tries to connect
   */
  public CloudLink(
      Vertx vertx,
      Endpoint cloud,
      Path identity,
      CacheNodeId node,
      Store store,
      TwinDesk twins,
      Broker modules,
      InstantSource clock,
      RandomGenerator random) {
    this.vertx = vertx;
    this.cloud = cloud;
    this.identity = identity;
    this.node = node;
    this.store = store;
    this.twins = twins;
    this.modules = modules;
    this.clock = clock;
    this.random = random;
  }

  /** Connects, and goes on connecting until it is closed. */
  public void start() {
    twins.onReported(
        (twin, version) -> on(new Uplink.Input.ReportChanged(twin, version, clock.instant())));
    vertx.setPeriodic(TICK.toMillis(), _ -> on(new Uplink.Input.Tick(clock.instant())));
    connect();
  }

  /** The queue of {@code $upstream} has grown. */
  public void wake() {
    on(new Uplink.Input.Wake());
  }

  public boolean isConnected() {
    return connected;
  }

  private void connect() {
    var folder = identity;
    vertx
        .executeBlocking(() -> CloudClientOptions.read(folder, node))
        .compose(options -> open(MqttClient.create(vertx, options)))
        .onSuccess(_ -> {
          connected = true;
          backoff.succeeded();
          log.atInfo().addKeyValue("cloud", cloud).log("cloud connected");
          on(new Uplink.Input.Connected(clock.instant()));
        })
        .onFailure(this::failed);
  }

  private Future<Void> open(MqttClient opened) {
    client = Optional.of(opened);
    opened.publishHandler(this::received);
    opened.publishCompletionHandler(id -> on(new Uplink.Input.Acknowledged(id, clock.instant())));
    opened.exceptionHandler(
        e -> log.atInfo().addKeyValue("error", e.toString()).log("cloud connection failed"));
    Promise<Void> subscribed = Promise.promise();
    opened.subscribeCompletionHandler(answer -> {
      // A cloud of before direct methods refuses their filter, which comes second.
      if (answer.grantedQoSLevels().getFirst() < 0x80) {
        subscribed.tryComplete();
      } else {
        subscribed.tryFail("The cloud refused the subscription to the node's twins");
      }
    });
    long timer =
        vertx.setTimer(CONNECT_PATIENCE.toMillis(), _ -> subscribed.tryFail("No answer in time"));
    opened
        .connect(cloud.port(), cloud.host())
        .onSuccess(_ -> opened.closeHandler(_ -> closed(opened, subscribed)))
        .compose(_ -> opened.subscribe(filters()))
        .onFailure(subscribed::tryFail);
    return subscribed.future().onComplete(_ -> vertx.cancelTimer(timer));
  }

  private Map<String, Integer> filters() {
    var filters = new LinkedHashMap<String, Integer>();
    filters.put(NodeTopics.desiredFilter(node), 1);
    filters.put(NodeTopics.methodsFilter(node), 0);
    return filters;
  }

  private void closed(MqttClient gone, Promise<Void> subscribed) {
    if (!subscribed.tryFail("The cloud closed the connection")
        && client.equals(Optional.of(gone))) {
      failed(new IllegalStateException("The cloud closed the connection"));
    }
  }

  private void failed(Throwable cause) {
    boolean was = connected;
    connected = false;
    on(new Uplink.Input.Lost());
    client.ifPresent(MqttClient::disconnect);
    client = Optional.empty();
    if (closing) {
      return;
    }
    var delay = backoff.failed(random.nextDouble());
    log.atWarn()
        .addKeyValue("cloud", cloud)
        .addKeyValue("wasConnected", was)
        .addKeyValue("error", cause.toString())
        .addKeyValue("retryInMs", delay.toMillis())
        .log("cloud away");
    vertx.setTimer(delay.toMillis(), _ -> connect());
  }

  private void received(MqttPublishMessage message) {
    NodeTopics.parseMethodRequest(message.topicName())
        .ifPresent(request -> invoke(request, message.payload().getBytes()));
    NodeTopics.parseDesired(message.topicName())
        .ifPresent(twin -> twins.desired(twin, Payload.of(message.payload().getBytes())));
  }

  private void invoke(NodeTopics.MethodRequest method, byte[] payload) {
    try {
      var request = Json.mapper().readValue(payload, DirectMethod.Request.class);
      var answer = new MethodDesk.Answer(response -> answer(method.requestId(), response));
      modules.invoke(method.module(), method.method(), request, answer);
    } catch (IOException e) {
      log.atWarn()
          .addKeyValue("module", method.module())
          .addKeyValue("method", method.method())
          .addKeyValue("error", e.toString())
          .log("method without its form");
    }
  }

  private void answer(String requestId, DirectMethod.Response response) {
    var topic = NodeTopics.methodResponse(node, requestId);
    var body = Buffer.buffer(Json.writeBytes(response));
    client
        .filter(_ -> connected)
        .ifPresent(c -> c.publish(topic, body, MqttQoS.AT_MOST_ONCE, false, false));
  }

  private void on(Uplink.Input input) {
    uplink.on(input).forEach(this::carryOut);
  }

  private void carryOut(Uplink.Output output) {
    switch (output) {
      case Uplink.Output.Read(var read) ->
          store.read(
              SINK,
              read.from(),
              read.count(),
              batch -> on(new Uplink.Input.Loaded(read, batch, clock.instant())));
      case Uplink.Output.SendTelemetry(int packetId, var stored) ->
          publish(packetId, topic(stored), envelope(stored));
      case Uplink.Output.SendReport(int packetId, var twin) ->
          publish(
              packetId,
              NodeTopics.reported(node, twin),
              Buffer.buffer(Json.writeBytes(twins.twin(twin).report())));
      case Uplink.Output.Consume(long position) -> store.consume(SINK, position);
      case Uplink.Output.Reconnect() ->
          failed(new IllegalStateException("The cloud acknowledged nothing in time"));
    }
  }

  private String topic(Stored stored) {
    return NodeTopics.telemetry(
        node, stored.message().sender(), store.upstreamEpoch(), stored.sequence());
  }

  private static Buffer envelope(Stored stored) {
    var message = stored.message();
    return Buffer.buffer(
        Json.writeBytes(
            TelemetryEnvelope.of(
                message.at(), message.output(), message.properties(), message.payload().bytes())));
  }

  private void publish(int packetId, String topic, Buffer payload) {
    client.ifPresent(c ->
        c.publish(packetId, topic, payload, MqttQoS.AT_LEAST_ONCE, false, false)
            .onFailure(e -> {
              if (connected && client.equals(Optional.of(c))) {
                failed(e);
              }
            }));
  }

  /** Ends the connection; what is not acknowledged stays in the store. */
  public Future<Void> close() {
    closing = true;
    connected = false;
    return client.map(MqttClient::disconnect).orElseGet(Future::succeededFuture);
  }
}
