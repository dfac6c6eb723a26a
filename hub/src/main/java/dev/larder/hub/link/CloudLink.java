package dev.larder.hub.link;

import dev.larder.common.id.CacheNodeId;
import dev.larder.common.identity.ModuleIdentity.Endpoint;
import dev.larder.common.json.Json;
import dev.larder.common.topic.IotHubTopics;
import dev.larder.common.topic.NodeTopics;
import dev.larder.common.topic.TelemetryEnvelope;
import dev.larder.hub.iothub.TwinDesk;
import dev.larder.hub.log.Log;
import dev.larder.hub.log.MessageQueue;
import dev.larder.hub.message.Kept;
import dev.larder.hub.upstream.Backoff;
import dev.larder.hub.upstream.Uplink;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.mqtt.MqttClient;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
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

  private final Vertx vertx;
  private final Endpoint cloud;
  private final Path identity;
  private final CacheNodeId node;
  private final String epoch;
  private final Log kept;
  private final Loader loader;
  private final TwinDesk twins;
  private final CloudOrders orders;
  private final Uplink uplink;
  private final LongSupplier nowMillis;
  private final RandomGenerator random;
  private final Backoff backoff = new Backoff();
  private Optional<MqttClient> client = Optional.empty();
  private boolean connected;
  private boolean closing;
  private long reconnects;
  private long retries;
  private long offlinePeriods;
  private long offlineBeforeMillis;
  private long offlineSinceMillis;

  /** Reads messages from disk. */
  public interface Loader {
    /** Puts the messages from a sequence on into the queue's memory, then goes on. */
    void load(MessageQueue queue, long first, Runnable then);
  }

  /**
   * A link.
   *
   * @param identity the folder with the node's certificate and the cloud's authority, read anew for
   *     each connection
   * @param epoch names the log: with a priority and a sequence it names a message for ever
   * @param orders carries out what the cloud asks
   * @param random spreads the tries to connect
   */
  public CloudLink(
      Vertx vertx,
      Endpoint cloud,
      Path identity,
      CacheNodeId node,
      String epoch,
      Log kept,
      Loader loader,
      TwinDesk twins,
      CloudOrders orders,
      Uplink uplink,
      LongSupplier nowMillis,
      RandomGenerator random) {
    this.vertx = vertx;
    this.cloud = cloud;
    this.identity = identity;
    this.node = node;
    this.epoch = epoch;
    this.kept = kept;
    this.loader = loader;
    this.twins = twins;
    this.orders = orders;
    this.uplink = uplink;
    this.nowMillis = nowMillis;
    this.random = random;
  }

  /** Connects, and goes on connecting until it is closed. */
  public void start() {
    offlineSinceMillis = now();
    offlinePeriods = 1;
    twins.onReported((twin, version) -> on(uplink.reportChanged(twin, version, now())));
    connect();
  }

  private long now() {
    return nowMillis.getAsLong();
  }

  private long committed() {
    return kept.committedSequence();
  }

  /** Messages have been kept for the cloud, or more of them are on disk. */
  public void wake() {
    if (connected) {
      on(uplink.wake(committed(), now()));
    }
  }

  /** Time has passed. */
  public void tick() {
    on(uplink.tick(committed(), now()));
  }

  public boolean isConnected() {
    return connected;
  }

  /** How often the connection was given up because nothing moved on it. */
  public long reconnects() {
    return reconnects;
  }

  /** How often it was tried again to connect. */
  public long retries() {
    return retries;
  }

  /** How often there was no connection, from the start on, which is one. */
  public long offlinePeriods() {
    return offlinePeriods;
  }

  /** How long there was no connection since the start, ms. */
  public long offlineMillis() {
    return offlineBeforeMillis + (connected ? 0 : now() - offlineSinceMillis);
  }

  public Uplink uplink() {
    return uplink;
  }

  private void connect() {
    var folder = identity;
    vertx
        .executeBlocking(() -> CloudClientOptions.read(folder, node))
        .compose(options -> open(MqttClient.create(vertx, options)))
        .onSuccess(_ -> {
          offlineBeforeMillis = offlineMillis();
          connected = true;
          backoff.succeeded();
          log.atInfo().addKeyValue("cloud", cloud).log("cloud connected");
          on(uplink.connected(committed(), now()));
        })
        .onFailure(this::failed);
  }

  private Future<Void> open(MqttClient opened) {
    client = Optional.of(opened);
    opened.publishHandler(message -> orders.take(message, this::answer));
    opened.publishCompletionHandler(id -> on(uplink.acknowledged(id, committed(), now())));
    opened.exceptionHandler(
        e -> log.atInfo().addKeyValue("error", e.toString()).log("cloud connection failed"));
    Promise<Void> subscribed = Promise.promise();
    opened.subscribeCompletionHandler(answer -> {
      // An older cloud refuses the filters that it does not know, which come after this one.
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
    filters.put(NodeTopics.deviceboundFilter(node), 1);
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
    if (was) {
      offlineSinceMillis = now();
      offlinePeriods++;
    }
    connected = false;
    uplink.lost();
    client.ifPresent(MqttClient::disconnect);
    client = Optional.empty();
    if (closing) {
      return;
    }
    retries++;
    var delay = backoff.failed(random.nextDouble());
    log.atWarn()
        .addKeyValue("cloud", cloud)
        .addKeyValue("wasConnected", was)
        .addKeyValue("error", cause.toString())
        .addKeyValue("retryInMs", delay.toMillis())
        .log("cloud away");
    vertx.setTimer(delay.toMillis(), _ -> connect());
  }

  private void answer(String topic, byte[] body) {
    client
        .filter(_ -> connected)
        .ifPresent(c -> c.publish(topic, Buffer.buffer(body), MqttQoS.AT_MOST_ONCE, false, false));
  }

  private void on(List<Uplink.Output> outputs) {
    outputs.forEach(this::carryOut);
  }

  private void carryOut(Uplink.Output output) {
    switch (output) {
      case Uplink.Output.Load(var queue, long first) ->
          loader.load(queue, first, () -> on(uplink.loaded(queue, committed(), now())));
      case Uplink.Output.SendTelemetry(int packetId, int priority, long sequence, var message) ->
          publish(
              packetId,
              NodeTopics.telemetry(node, message.sender(), epoch + "." + priority, sequence),
              envelope(message));
      case Uplink.Output.SendReport(int packetId, var twin) ->
          publish(
              packetId,
              NodeTopics.reported(node, twin),
              Buffer.buffer(Json.writeBytes(twins.twin(twin).report())));
      case Uplink.Output.Reconnect() -> {
        reconnects++;
        failed(new IllegalStateException("The cloud acknowledged nothing in time"));
      }
    }
  }

  private static Buffer envelope(Kept message) {
    var properties = IotHubTopics.eventProperties(message.topic());
    return Buffer.buffer(
        Json.writeBytes(
            TelemetryEnvelope.of(
                Instant.ofEpochMilli(message.atMillis()),
                properties.getOrDefault(IotHubTopics.OUTPUT, ""),
                properties,
                message.payload().bytes())));
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

  /** Ends the connection; what is not acknowledged stays in the log. */
  public Future<Void> close() {
    closing = true;
    connected = false;
    return client.map(MqttClient::disconnect).orElseGet(Future::succeededFuture);
  }
}
